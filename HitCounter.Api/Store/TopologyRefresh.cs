using StackExchange.Redis;

namespace HitCounter.Api.Store;

/// <summary>
/// Makes the client look at the cluster again. By itself it does so once a minute, and keeps writing to a master that was
/// demoted until then.
/// </summary>
internal sealed partial class TopologyRefresh(TimeProvider time, ILogger<TopologyRefresh> logger)
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(500);

    private readonly Lock _gate = new();
    private readonly Dictionary<IConnectionMultiplexer, long> _last = [];

    /// <summary>Starts a refresh, unless one was started within the last half second.</summary>
    public void Request(IConnectionMultiplexer multiplexer, string reason)
    {
        lock (_gate)
        {
            if (_last.TryGetValue(multiplexer, out var last) && time.GetElapsedTime(last) < Interval)
            {
                return;
            }

            _last[multiplexer] = time.GetTimestamp();
        }

        _ = RefreshAsync(multiplexer, reason);
    }

    private async Task RefreshAsync(IConnectionMultiplexer multiplexer, string reason)
    {
        try
        {
            await (multiplexer is ConnectionMultiplexer concrete ? concrete.ReconfigureAsync(reason) : multiplexer.ConfigureAsync());
        }
        catch (Exception exception) when (StoreFaults.IsFault(exception))
        {
            CannotRefresh(exception.Message);
        }
    }

    [LoggerMessage(Level = LogLevel.Debug, Message = "The topology could not be refreshed: {Reason}")]
    private partial void CannotRefresh(string reason);
}
