using HitCounter.Api.Counting;
using StackExchange.Redis;

namespace HitCounter.Api.Store;

/// <summary>
/// WAIT, behind the writes of one connection. It counts replicas that have all its own connection wrote, so it means something only if it
/// travelled on the writes' connection; the connection's id tells. Writes that come while a WAIT is under way share the next one.
/// </summary>
internal sealed class ReplicaWait(IServer server, HitMeters meters, TimeProvider time)
{
    private static readonly object[] Id = ["ID"];

    private readonly Lock _gate = new();
    private Task<int> _underWay = Task.FromResult(0);
    private Task<int>? _next;
    private long _connection;

    /// <summary>The number of replicas that have what was sent on this connection before, or the fault; asked within <paramref name="wait"/>.</summary>
    public Task<int> ConfirmAsync(TimeSpan wait)
    {
        lock (_gate)
        {
            return _next is null && _underWay.IsCompleted
                ? _underWay = Observed(AskAsync(wait))
                : _next ??= Observed(AfterAsync(_underWay, wait));
        }
    }

    private async Task<int> AfterAsync(Task underWay, TimeSpan wait)
    {
        await underWay.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ForceYielding);
        Task<int> asked;
        lock (_gate)
        {
            // From here on writes are too late for this one.
            (_underWay, _next) = (asked = Observed(AskAsync(wait)), null);
        }

        return await asked;
    }

    private async Task<int> AskAsync(TimeSpan wait)
    {
        var started = meters.ReplicaWaitIsMeasured ? time.GetTimestamp() : 0;
        var replicas = SendAsync("WAIT", [1, (long)wait.TotalMilliseconds]);
        var connection = SendAsync("CLIENT", Id);
        var acknowledged = (int)await replicas;
        if ((long)await connection is var used && used != _connection)
        {
            _connection = used;
            acknowledged = await AskAgainAsync(wait);
        }

        if (started != 0 && acknowledged > 0)
        {
            meters.ReplicaWaited(time.GetElapsedTime(started));
        }

        return acknowledged;
    }

    // The writes are done by the time their callers look at this, so what a new connection sees of the server includes
    // them: one command, then WAIT for that.
    private async Task<int> AskAgainAsync(TimeSpan wait)
    {
        var connection = SendAsync("CLIENT", Id);
        var replicas = SendAsync("WAIT", [1, (long)wait.TotalMilliseconds]);
        var after = SendAsync("CLIENT", Id);
        var before = (long)await connection;
        var acknowledged = (int)await replicas;
        return (long)await after == before ? acknowledged : 0;
    }

    private Task<RedisResult> SendAsync(string command, object[] arguments) => Observed(server.ExecuteAsync(command, arguments, CommandFlags.NoRedirect));

    // Where something else failed before, nobody looks at what became of this.
    private static T Observed<T>(T task)
        where T : Task
    {
        _ = task.ContinueWith(static t => _ = t.Exception, CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted, TaskScheduler.Default);
        return task;
    }
}
