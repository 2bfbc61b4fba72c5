using System.Diagnostics;
using System.Globalization;

namespace Aspire.Hosting.Orchestration.Processes;

/// <summary>
/// A small shell outside of the AppHost's session that ends what the AppHost started when the AppHost is gone, whatever ended it.
/// It reads a pipe whose only writer is the AppHost (the runtime opens it close-on-exec), so that the pipe's end says so.
/// </summary>
internal sealed class ProcessWatchdog : IDisposable
{
    public const string MarkerVariable = "ASPIRE_OFFLINE_RUN";

    private static readonly TimeSpan ExitLimit = TimeSpan.FromSeconds(6);

    private readonly Lock _gate = new();
    private readonly Process? _shell;
    private bool _disposed;

    public ProcessWatchdog()
    {
        RunId = Guid.NewGuid().ToString("N", CultureInfo.InvariantCulture);
        _shell = OperatingSystem.IsWindows() ? null : StartShell(RunId);
    }

    /// <summary>Names this run: in the environment of its processes, on the labels of its containers.</summary>
    public string RunId { get; }

    public void Add(int processId, long startTime) => Write(string.Create(CultureInfo.InvariantCulture, $"+ {processId} {startTime}"));

    public void Remove(int processId) => Write(string.Create(CultureInfo.InvariantCulture, $"- {processId}"));

    public void AddContainers(string runtime, string label) => Write($"c {runtime} {label}");

    /// <summary>Closes the pipe and waits until everything of this run is gone.</summary>
    public void Dispose()
    {
        if (_shell is null)
        {
            return;
        }

        lock (_gate)
        {
            if (_disposed)
            {
                return;
            }

            _disposed = true;
            _shell.StandardInput.Close();
        }

        _shell.WaitForExit(ExitLimit);
        _shell.Dispose();
    }

    private static Process StartShell(string runId)
    {
        var setSid = ExecutablePath.Find("setsid", "/");
        var info = new ProcessStartInfo(setSid ?? "/bin/sh") { UseShellExecute = false, RedirectStandardInput = true, WorkingDirectory = "/" };
        if (setSid is not null)
        {
            info.ArgumentList.Add("/bin/sh");
        }

        info.ArgumentList.Add("-c");
        info.ArgumentList.Add(WatchdogScript.Text);
        info.ArgumentList.Add("aspire-watchdog");
        info.ArgumentList.Add($"{MarkerVariable}={runId}");
        // An AppHost may itself be the resource of another: that one's watchdog must not take this one for a resource.
        info.Environment.Remove(MarkerVariable);
        return Process.Start(info) ?? throw new InvalidOperationException("Cannot start /bin/sh, which ends the resources should the AppHost die.");
    }

    private void Write(string line)
    {
        if (_shell is null)
        {
            return;
        }

        lock (_gate)
        {
            if (_disposed)
            {
                return;
            }

            try
            {
                _shell.StandardInput.WriteLine(line);
                _shell.StandardInput.Flush();
            }
            catch (IOException)
            {
                // Somebody ended the watchdog: the run goes on, and an orderly shutdown does not need it.
            }
        }
    }
}
