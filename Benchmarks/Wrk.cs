using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;

namespace RedisClusterAspire.Benchmarks;

/// <summary>What wrk measured: requests, how many of them in a second, and how long they took at three quantiles, in milliseconds.</summary>
internal sealed partial record Wrk(long Requests, double Rate, double P50, double P99, double P999)
{
    // wrk itself stops at the 99th percentile.
    private const string Script =
        """
        done = function(summary, latency, requests)
          io.write(string.format("quantiles us: %d %d %d\n", latency:percentile(50), latency:percentile(99), latency:percentile(99.9)))
        end

        """;

    // Each request to the next of so many pages.
    private const string Pages =
        """
        local pages, last = {0}, 0
        request = function()
          last = (last + 1) % pages
          return wrk.format(nil, "/page-" .. last)
        end
        """;

    public static async Task<Wrk> RunAsync(Uri url, int seconds, int connections, CancellationToken stop, int pages = 0)
    {
        var script = Path.GetTempFileName();
        try
        {
            await File.WriteAllTextAsync(script, pages == 0 ? Script : Script + Pages.Replace("{0}", pages.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal), stop);
            using var wrk = Process.Start(new ProcessStartInfo("wrk", ["-t2", $"-c{connections}", $"-d{seconds}s", "-s", script, url.ToString()]) { RedirectStandardOutput = true })!;
            var output = await wrk.StandardOutput.ReadToEndAsync(stop);
            await wrk.WaitForExitAsync(stop);
            if (output.Contains("Non-2xx", StringComparison.Ordinal)
                || output.Contains("Socket errors", StringComparison.Ordinal)
                || !(PerSecond().Match(output) is { Success: true } rate)
                || !(Answered().Match(output) is { Success: true } requests)
                || !(Quantiles().Match(output) is { Success: true } quantiles))
            {
                throw new InvalidOperationException($"not every request was answered:\n{output}");
            }

            return new Wrk((long)Number(requests, 1), Number(rate, 1), Number(quantiles, 1) / 1000, Number(quantiles, 2) / 1000, Number(quantiles, 3) / 1000);
        }
        finally
        {
            File.Delete(script);
        }
    }

    private static double Number(Match match, int group) => double.Parse(match.Groups[group].Value, CultureInfo.InvariantCulture);

    [GeneratedRegex(@"Requests/sec:\s+([0-9.]+)")]
    private static partial Regex PerSecond();

    [GeneratedRegex(@"([0-9]+) requests in")]
    private static partial Regex Answered();

    [GeneratedRegex(@"quantiles us: ([0-9]+) ([0-9]+) ([0-9]+)")]
    private static partial Regex Quantiles();
}
