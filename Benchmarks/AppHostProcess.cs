using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text.RegularExpressions;

namespace RedisClusterAspire.Benchmarks;

/// <summary>The built AppHost as a process of its own, as run.sh starts it.</summary>
internal sealed partial class AppHostProcess : IAsyncDisposable
{
    private readonly Process _process;
    private readonly TaskCompletionSource<Uri> _hitCounter = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private AppHostProcess(Process process)
    {
        _process = process;
        process.EnableRaisingEvents = true;
        process.OutputDataReceived += (_, line) => Look(line.Data);
        process.ErrorDataReceived += (_, line) => Look(line.Data);
        process.Exited += (_, _) => _hitCounter.TrySetException(new InvalidOperationException($"the AppHost ended with exit code {process.ExitCode}"));
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    /// <summary>Where the AppHost says that the hit counter is.</summary>
    public Task<Uri> HitCounter => _hitCounter.Task;

    public static AppHostProcess Start(string fileName, params IReadOnlyList<string> arguments) =>
        new(Process.Start(new ProcessStartInfo(fileName, arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = Path.Combine(Checkout.Root, "AppHost"),
        })!);

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _ = Kill(_process.Id, SigTerm);
        }

        await _process.WaitForExitAsync();
        _process.Dispose();
    }

    private void Look(string? line)
    {
        if (line is not null && HitCounterUrl().Match(line) is { Success: true } match)
        {
            _hitCounter.TrySetResult(new Uri(match.Groups[1].Value));
        }
    }

    private const int SigTerm = 15;

    [GeneratedRegex(@"hit-counter\b.*(http://[^\s/]+)")]
    private static partial Regex HitCounterUrl();

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int Kill(int process, int signal);
}
