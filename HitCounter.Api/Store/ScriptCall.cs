using System.Globalization;
using HitCounter.Api.Counting;
using StackExchange.Redis;

namespace HitCounter.Api.Store;

/// <summary>Runs of the script on one server, each with the wait for a replica sent right behind it.</summary>
internal sealed class ScriptCall(IServer server, HitMeters meters, TimeProvider time)
{
    private readonly ReplicaWait _replicas = new(server, meters, time);

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
        var evaluation = Server.ExecuteAsync(
            command,
            [
                script, 2, CounterKeys.Total(write.Page), CounterKeys.Writer(write.Page, write.Writer),
                write.Sequence.ToString(CultureInfo.InvariantCulture), write.Hits, HitScript.EntryLifeSeconds,
            ],
            CommandFlags.NoRedirect);
        var replicas = wait > TimeSpan.Zero ? _replicas.ConfirmAsync(wait) : Task.FromResult(0);
        var answer = await evaluation;
        return (new HitWriteOutcome((long)answer[0], AlreadyDone: (int)answer[1] == 1), await replicas);
    }
}
