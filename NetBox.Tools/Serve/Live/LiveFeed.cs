using System.Text.Json;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using NetBox.Tools.Reports;
using NetBox.Tools.Serve.Events;
using NetBox.Tools.Topology;

namespace NetBox.Tools.Serve.Live;

/// <summary>Keeps the pages that look informed, and rests while none does.</summary>
internal sealed partial class LiveFeed : BackgroundService
{
    private static readonly TimeSpan DoctorPeriod = TimeSpan.FromSeconds(10);

    private readonly LiveCluster _cluster;
    private readonly EventHub _hub;
    private readonly TimeProvider _time;
    private readonly ILogger<LiveFeed> _logger;

    public LiveFeed(LiveCluster cluster, EventHub hub, TimeProvider time, ILogger<LiveFeed> logger)
    {
        (_cluster, _hub, _time, _logger) = (cluster, hub, time, logger);
        cluster.PictureTaken += Tell;
    }

    public override void Dispose()
    {
        _cluster.PictureTaken -= Tell;
        base.Dispose();
    }

    protected override Task ExecuteAsync(CancellationToken stoppingToken) => Task.WhenAll(
        WhileLookedAtAsync(LiveCluster.Period, _cluster.Pictures.GetAsync, stoppingToken),
        WhileLookedAtAsync(
            DoctorPeriod,
            async stop => _hub.Show(EventKinds.Findings, JsonSerializer.Serialize(await _cluster.Findings.GetAsync(stop).ConfigureAwait(false), NetBoxJson.Line.DoctorReport)),
            stoppingToken));

    private void Tell(ClusterPicture picture, IReadOnlyList<TopologyChange> changes)
    {
        _hub.Show(EventKinds.Picture, JsonSerializer.Serialize(picture, NetBoxJson.Line.ClusterPicture), instead: EventKinds.Trouble);
        foreach (var change in changes)
        {
            _hub.Tell(EventKinds.Change, JsonSerializer.Serialize(change, NetBoxJson.Line.TopologyChange));
        }
    }

    private async Task WhileLookedAtAsync(TimeSpan period, Func<CancellationToken, Task> work, CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            var next = Task.Delay(period, _time, stop);
            try
            {
                await _hub.LookedAtAsync(stop).ConfigureAwait(false);
                await work(stop).ConfigureAwait(false);
            }
            catch (Exception exception) when (Faults.TryExplain(exception, out var code, out var message))
            {
                TellTrouble(code, message);
            }
            catch (OperationCanceledException)
            {
                // Asked to stop, or what was asked is being disposed of.
            }
            catch (Exception exception)
            {
                // One answer that nobody foresaw must not leave the pages without all that follow.
                LogUnforeseen(exception);
                TellTrouble(ExitCode.Faults, exception.Message);
            }

            await next.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private void TellTrouble(ExitCode code, string message) =>
        _hub.Show(EventKinds.Trouble, JsonSerializer.Serialize(ErrorReport.Of(code, message), NetBoxJson.Line.ErrorReport), instead: EventKinds.Picture);

    [LoggerMessage(Level = LogLevel.Error, Message = "The cluster could not be observed")]
    private partial void LogUnforeseen(Exception exception);
}
