using System.Diagnostics;

namespace RedisClusterAspire.Benchmarks;

/// <summary>A program that is measured from its start to its end.</summary>
internal static class Tool
{
    /// <exception cref="InvalidOperationException">It did not end with 0; the message has what it printed.</exception>
    public static async Task RunAsync(string fileName, IEnumerable<string> arguments, CancellationToken stop)
    {
        using var process = Process.Start(new ProcessStartInfo(fileName, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var output = process.StandardOutput.ReadToEndAsync(stop);
        var errors = process.StandardError.ReadToEndAsync(stop);
        await process.WaitForExitAsync(stop);
        if (process.ExitCode != 0)
        {
            throw new InvalidOperationException($"{fileName} ended with exit code {process.ExitCode}: {await output}{await errors}");
        }
    }
}
