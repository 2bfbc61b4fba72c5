using System.Globalization;
using HitCounter.Api.Counting;
using StackExchange.Redis;

namespace HitCounter.Api.Store;

/// <summary>
/// One run of the script and the wait for a replica behind it, sent together. WAIT counts replicas that have all its own
/// connection wrote, so it means something only if it travelled on the script's connection; the connection's id tells.
/// </summary>
internal sealed class ScriptCall(IServer server, HitMeters meters, TimeProvider time)
{
    private static readonly object[] Id = ["ID"];

    private long _connection;

    public IServer Server { get; } = server;

    /// <summary>Runs the script.</summary>
    /// <param name="write">What to write.</param>
    /// <param name="wait">How long a replica may take to confirm; zero asks none.</param>
    /// <returns>What came of it, and the number of replicas that have it.</returns>
    public async Task<(HitWriteOutcome Outcome, int Replicas)> RunAsync(HitWrite write, TimeSpan wait)
    {
        try
        {
            return await RunAsync("EVALSHA", HitScript.Sha, write, wait);
        }
        catch (RedisServerException exception) when (StoreFaults.IsNoScript(exception))
        {
            return await RunAsync("EVAL", HitScript.Text, write, wait);
        }
    }

    private async Task<(HitWriteOutcome, int)> RunAsync(string command, string script, HitWrite write, TimeSpan wait)
    {
        var evaluation = SendAsync(command,
        [
            script, 2, CounterKeys.Total, CounterKeys.Writer(write.Writer),
            write.Sequence.ToString(CultureInfo.InvariantCulture), write.Hits, HitScript.EntryLifeSeconds,
        ]);
        if (wait <= TimeSpan.Zero)
        {
            return (Outcome(await evaluation), 0);
        }

        var replicas = SendAsync("WAIT", [1, (long)wait.TotalMilliseconds]);
        var connection = SendAsync("CLIENT", Id);
        try
        {
            var outcome = Outcome(await evaluation);
            var written = meters.ReplicaWaitIsMeasured ? time.GetTimestamp() : 0;
            var acknowledged = (int)await replicas;
            if ((long)await connection is var used && used != _connection)
            {
                _connection = used;
                acknowledged = await WaitAgainAsync(wait);
            }

            if (written != 0 && acknowledged > 0)
            {
                meters.ReplicaWaited(time.GetElapsedTime(written));
            }

            return (outcome, acknowledged);
        }
        finally
        {
            Observe(replicas);
            Observe(connection);
        }
    }

    // The script is done, so whatever a connection sees of the server now includes it: one command, then WAIT for that.
    private async Task<int> WaitAgainAsync(TimeSpan wait)
    {
        var connection = SendAsync("CLIENT", Id);
        var replicas = SendAsync("WAIT", [1, (long)wait.TotalMilliseconds]);
        var after = SendAsync("CLIENT", Id);
        try
        {
            var before = (long)await connection;
            var acknowledged = (int)await replicas;
            return (long)await after == before ? acknowledged : 0;
        }
        finally
        {
            Observe(replicas);
            Observe(after);
        }
    }

    private Task<RedisResult> SendAsync(string command, object[] arguments) => Server.ExecuteAsync(command, arguments, CommandFlags.NoRedirect);

    private static HitWriteOutcome Outcome(RedisResult answer) => new((long)answer[0], AlreadyDone: (int)answer[1] == 1);

    // When an earlier answer was a failure nobody reads this one.
    private static void Observe(Task task)
        => _ = task.ContinueWith(static t => _ = t.Exception, CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted, TaskScheduler.Default);
}
