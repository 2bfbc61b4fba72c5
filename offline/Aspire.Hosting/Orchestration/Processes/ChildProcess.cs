using System.ComponentModel;
using System.Diagnostics;

namespace Aspire.Hosting.Orchestration.Processes;

/// <summary>One running process in a session of its own, with its output read and its group stopped as one.</summary>
internal sealed class ChildProcess : IDisposable
{
    private static readonly string? SetSid = OperatingSystem.IsWindows() ? null : ExecutablePath.Find("setsid", "/");
    private static readonly TimeSpan OutputGrace = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan GroupPoll = TimeSpan.FromMilliseconds(10);

    private readonly Process _process;
    private readonly ProcessWatchdog _watchdog;
    private readonly Task _output;

    private ChildProcess(Process process, ProcessWatchdog watchdog, Action<string, bool> output)
    {
        _process = process;
        _watchdog = watchdog;
        Id = process.Id;
        _watchdog.Add(Id, ProcessStartTime.Of(Id));
        _output = Task.WhenAll(
            OutputReader.Start(process.StandardOutput.BaseStream, $"stdout of {Id}", line => output(line, false)),
            OutputReader.Start(process.StandardError.BaseStream, $"stderr of {Id}", line => output(line, true)));
        Exited = WaitForExitAsync();
    }

    public int Id { get; }

    /// <summary>Completes with the exit code (128 + signal where one ended it), after the last of the output.</summary>
    public Task<int> Exited { get; }

    /// <exception cref="ProcessStartException">There is no such program or folder, or it may not be executed.</exception>
    public static ChildProcess Start(ProcessSpec spec, ProcessWatchdog watchdog, Action<string, bool> output)
    {
        if (!Directory.Exists(spec.WorkingDirectory))
        {
            throw new ProcessStartException($"Cannot start '{spec.FileName}': the working directory '{spec.WorkingDirectory}' does not exist.");
        }

        var path = ExecutablePath.Find(spec.FileName, spec.WorkingDirectory, spec.Environment.GetValueOrDefault("PATH"))
            ?? throw new ProcessStartException($"Cannot start '{spec.FileName}': no such executable. Install it, or correct the resource's command.");

        var info = new ProcessStartInfo
        {
            FileName = SetSid ?? path,
            WorkingDirectory = spec.WorkingDirectory,
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        if (SetSid is not null)
        {
            info.ArgumentList.Add(path);
        }

        foreach (var argument in spec.Arguments)
        {
            info.ArgumentList.Add(argument);
        }

        ApplyEnvironment(info, spec.Environment);
        info.Environment[ProcessWatchdog.MarkerVariable] = watchdog.RunId;

        try
        {
            var process = Process.Start(info) ?? throw new ProcessStartException($"Cannot start '{spec.FileName}'.");
            process.StandardInput.Close();
            return new ChildProcess(process, watchdog, output);
        }
        catch (Win32Exception ex)
        {
            throw new ProcessStartException($"Cannot start '{spec.FileName}': {ex.Message}", ex);
        }
    }

    /// <summary>SIGTERM to the group; SIGKILL to whatever is left of it after <paramref name="grace"/>.</summary>
    public async Task StopAsync(TimeSpan grace)
    {
        var started = Stopwatch.GetTimestamp();
        if (OperatingSystem.IsWindows() || SetSid is null)
        {
            await StopTreeAsync(grace).ConfigureAwait(false);
            return;
        }

        ProcessGroup.Signal(Id, ProcessGroup.Terminate);
        await Task.WhenAny(Exited, Task.Delay(grace)).ConfigureAwait(false);
        while (ProcessGroup.IsAlive(Id) && Stopwatch.GetElapsedTime(started) < grace)
        {
            await Task.Delay(GroupPoll).ConfigureAwait(false);
        }

        if (ProcessGroup.IsAlive(Id) || !Exited.IsCompleted)
        {
            ProcessGroup.Signal(Id, ProcessGroup.Kill);
        }

        await Exited.ConfigureAwait(false);
        _watchdog.Remove(Id);
    }

    public void Dispose() => _process.Dispose();

    private static void ApplyEnvironment(ProcessStartInfo info, IReadOnlyDictionary<string, string> environment)
    {
        foreach (var name in AmbientEnvironment.NotInherited)
        {
            info.Environment.Remove(name);
        }

        foreach (var (name, value) in environment)
        {
            info.Environment[name] = value;
        }
    }

    private async Task StopTreeAsync(TimeSpan grace)
    {
        if (!OperatingSystem.IsWindows())
        {
            ProcessGroup.Signal(Id, ProcessGroup.Terminate);
            await Task.WhenAny(Exited, Task.Delay(grace)).ConfigureAwait(false);
        }

        if (!Exited.IsCompleted)
        {
            _process.Kill(entireProcessTree: true);
        }

        await Exited.ConfigureAwait(false);
        _watchdog.Remove(Id);
    }

    private async Task<int> WaitForExitAsync()
    {
        await _process.WaitForExitAsync().ConfigureAwait(false);
        // A descendant may hold the pipes open for as long as it likes.
        await Task.WhenAny(_output, Task.Delay(OutputGrace)).ConfigureAwait(false);
        var exitCode = _process.ExitCode;
        if (SetSid is null || !ProcessGroup.IsAlive(Id))
        {
            _watchdog.Remove(Id);
        }

        return exitCode;
    }
}
