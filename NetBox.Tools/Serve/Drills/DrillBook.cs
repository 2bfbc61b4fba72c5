using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.Extensions.Hosting;
using NetBox.Tools.Drills;
using NetBox.Tools.Reports;
using NetBox.Tools.Serve.Events;
using NetBox.Tools.Serve.Live;

namespace NetBox.Tools.Serve.Drills;

/// <summary>The drills started here: one at a time, the last ones remembered. When netbox ends, the running one is ended, and heals, first.</summary>
internal sealed class DrillBook(ServeSources sources, EventHub hub, TimeProvider time) : IHostedService, IDisposable
{
    private const int Remembered = 20;

    private readonly SemaphoreSlim _starting = new(1);
    private readonly Lock _gate = new();
    private readonly List<DrillEntry> _entries = [];
    private CancellationTokenSource? _end;
    private Task _running = Task.CompletedTask;
    private bool _isStopping;

    /// <summary>The newest first.</summary>
    public IReadOnlyList<DrillEntry> All()
    {
        lock (_gate)
        {
            return [.. _entries];
        }
    }

    public DrillEntry? Find(string id)
    {
        lock (_gate)
        {
            return _entries.Find(entry => entry.Id == id);
        }
    }

    /// <exception cref="NetBoxException">As <see cref="IDrill.PlanAsync"/>.</exception>
    public Task<DrillPlan> PlanAsync(DrillRequest request, CancellationToken cancellationToken) => Drill.PlanAsync(request, cancellationToken);

    /// <summary>Plans, and starts what was planned.</summary>
    /// <exception cref="NetBoxException">As <see cref="IDrill.PlanAsync"/>; or one is running already (refused).</exception>
    public async Task<DrillEntry> StartAsync(DrillRequest request, CancellationToken cancellationToken)
    {
        await _starting.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (!_running.IsCompleted)
            {
                throw new NetBoxException(ExitCode.Refused, "a drill is running; wait for its end, or end it first");
            }

            var plan = await Drill.PlanAsync(request, cancellationToken).ConfigureAwait(false);
            var entry = new DrillEntry(
                Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(4)), request.Kind.Name(), DrillState.Running, plan, time.GetUtcNow(), [], null, null);
            lock (_gate)
            {
                ObjectDisposedException.ThrowIf(_isStopping, this);
                _end?.Dispose();
                _end = new CancellationTokenSource();
                _entries.Insert(0, entry);
                if (_entries.Count > Remembered)
                {
                    _entries.RemoveAt(Remembered);
                }

                Tell(entry);
                // Exactly what was shown, not what would be chosen by now.
                _running = Task.Run(() => RunAsync(entry.Id, request with { Node = plan.Target?.Id }, _end.Token), CancellationToken.None);
            }

            return entry;
        }
        finally
        {
            _starting.Release();
        }
    }

    /// <summary>Asks a running drill to end; it heals first. Null where there is no such drill.</summary>
    public DrillEntry? End(string id)
    {
        lock (_gate)
        {
            if (_entries.Find(entry => entry.Id == id) is not { IsOver: false } entry)
            {
                return Find(id);
            }

            entry = Change(id, running => running with { State = DrillState.Ending });
            _end?.Cancel();
            return entry;
        }
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            _isStopping = true;
            _end?.Cancel();
        }

        await _running.WaitAsync(cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    public void Dispose()
    {
        _starting.Dispose();
        _end?.Dispose();
    }

    private IDrill Drill => sources.Drill ?? throw NetBoxException.Usage(Cluster.ClusterTarget.NoneGiven);

    private async Task RunAsync(string id, DrillRequest request, CancellationToken end)
    {
        try
        {
            var progress = new Direct(happening => Change(id, entry => entry with { Events = [.. entry.Events, happening] }));
            var report = await Drill.RunAsync(request, progress, end).ConfigureAwait(false);
            Change(id, entry => entry with { State = DrillState.Done, Report = report });
        }
        catch (OperationCanceledException)
        {
            Change(id, entry => entry with { State = DrillState.Cancelled, Problem = "ended before its time; what was stopped or frozen runs again" });
        }
        catch (Exception exception)
        {
            // A fault nobody foresaw is told as well: the page must not wait for a report that never comes.
            var message = Faults.TryExplain(exception, out _, out var explained) ? explained : $"netbox itself failed: {exception.Message}";
            Change(id, entry => entry with { State = DrillState.Failed, Problem = message });
        }
    }

    private DrillEntry Change(string id, Func<DrillEntry, DrillEntry> change)
    {
        lock (_gate)
        {
            var index = _entries.FindIndex(entry => entry.Id == id);
            var entry = _entries[index] = change(_entries[index]);
            Tell(entry);
            return entry;
        }
    }

    private void Tell(DrillEntry entry) => hub.Show(EventKinds.Drill, JsonSerializer.Serialize(entry, NetBoxJson.Line.DrillEntry));

    /// <summary>In order and at once, which <see cref="Progress{T}"/> does not promise.</summary>
    private sealed class Direct(Action<DrillEvent> report) : IProgress<DrillEvent>
    {
        public void Report(DrillEvent value) => report(value);
    }
}
