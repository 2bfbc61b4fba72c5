using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;

namespace RedisClusterAspire.Benchmarks;

/// <summary>
/// Requests per second by wrk: the hit counter through the AppHost's endpoint, and a bare endpoint of the same web server, which
/// is the most that could be reached without counting anything.
/// </summary>
internal static partial class HitsBenchmark
{
    public static async Task<int> RunAsync(int seconds, int connections, CancellationToken stop)
    {
        await using var bare = await BareEndpoint.StartAsync(stop);
        await using var host = AppHostProcess.Start("dotnet", Checkout.Built("AppHost", "AppHost.dll"));
        var hitCounter = await host.HitCounter.WaitAsync(TimeSpan.FromMinutes(1), stop);

        await LoadAsync(bare.Url, 2, connections, stop);
        await LoadAsync(hitCounter, 2, connections, stop);
        var most = await LoadAsync(bare.Url, seconds, connections, stop);
        var counted = await LoadAsync(hitCounter, seconds, connections, stop);

        Console.WriteLine($"| {connections} connections, {seconds} s | requests/s | ratio |");
        Console.WriteLine("| --- | --- | --- |");
        Console.WriteLine(Row("bare plaintext endpoint", most, most));
        Console.WriteLine(Row("`GET /` of the hit counter in the AppHost, 2 replicas", counted, most));
        return 0;
    }

    private static string Row(string name, double rate, double most) =>
        string.Create(CultureInfo.InvariantCulture, $"| {name} | {rate:0} | {rate / most:0.00} |");

    private static async Task<double> LoadAsync(Uri url, int seconds, int connections, CancellationToken stop)
    {
        using var wrk = Process.Start(new ProcessStartInfo("wrk", ["-t2", $"-c{connections}", $"-d{seconds}s", url.ToString()]) { RedirectStandardOutput = true })!;
        var output = await wrk.StandardOutput.ReadToEndAsync(stop);
        await wrk.WaitForExitAsync(stop);
        if (output.Contains("Non-2xx", StringComparison.Ordinal) || !(Rate().Match(output) is { Success: true } rate))
        {
            throw new InvalidOperationException($"not every request was answered:\n{output}");
        }

        return double.Parse(rate.Groups[1].Value, CultureInfo.InvariantCulture);
    }

    [GeneratedRegex(@"Requests/sec:\s+([0-9.]+)")]
    private static partial Regex Rate();
}
