using System.Runtime.InteropServices;

namespace ClusterInit.Worker;

/// <summary>SIGTERM and SIGINT end the work in order instead of the process at once.</summary>
internal sealed class StopSignals : IDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly PosixSignalRegistration _term;
    private readonly PosixSignalRegistration _interrupt;
    private PosixSignal? _received;

    public StopSignals()
    {
        _term = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
        _interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
    }

    public CancellationToken Token => _stop.Token;

    public string? Received => _received?.ToString();

    /// <summary>As shells count: 128 plus the number of the signal. Never 0, others wait for a cluster that stands.</summary>
    public int ExitCode => _received == PosixSignal.SIGINT ? 130 : 143;

    public void Dispose()
    {
        _term.Dispose();
        _interrupt.Dispose();
        _stop.Dispose();
    }

    private void Stop(PosixSignalContext context)
    {
        context.Cancel = true;
        _received ??= context.Signal;
        _stop.Cancel();
    }
}
