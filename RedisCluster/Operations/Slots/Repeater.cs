using RedisCluster.Protocol;
using RedisCluster.Topology;

namespace RedisCluster.Operations.Slots;

/// <summary>
/// Sends commands that may be repeated, many in one go but a bounded number at a time, and again when they got lost or the node could not
/// just then. It gives up only when the token says so; what it waits for is then the obstacle of the run.
/// </summary>
internal sealed class Repeater(StepContext context)
{
    /// <summary>A connection queues whatever it is given: this is what bounds it.</summary>
    private const int Window = 256;

    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(10);
    private static readonly TimeSpan LongestPause = TimeSpan.FromMilliseconds(250);

    /// <summary>Whether an error passes by itself.</summary>
    public static bool IsPassing(string? code) => code is "CLUSTERDOWN" or "LOADING" or "MASTERDOWN" or "BUSY" or "TRYAGAIN" or "NOREPLICAS";

    /// <summary>The answers in the order of the commands; among them errors that do not pass by themselves.</summary>
    /// <param name="node">Who is asked.</param>
    /// <param name="commands">Any number.</param>
    /// <param name="purpose">What for, in words that follow "while ".</param>
    /// <param name="token">Ends the waiting.</param>
    public async Task<RespValue[]> SendAsync(NodeEndpoint node, IReadOnlyList<RespCommand> commands, string purpose, CancellationToken token)
    {
        var answers = new RespValue[commands.Count];
        for (var first = 0; first < commands.Count; first += Window)
        {
            await SendWindowAsync(node, commands, answers, [.. Enumerable.Range(first, Math.Min(Window, commands.Count - first))], purpose, token)
                .ConfigureAwait(false);
        }

        return answers;
    }

    /// <summary>One command; an error is thrown.</summary>
    /// <exception cref="RespServerException">The node answered with an error that does not pass by itself.</exception>
    public async Task<RespValue> SendAsync(NodeEndpoint node, RespCommand command, string purpose, CancellationToken token)
    {
        var answer = (await SendAsync(node, [command], purpose, token).ConfigureAwait(false))[0];
        return answer.ErrorCode is { } code ? throw new RespServerException(code, answer.AsText(), node.ToClientString(), command.Name) : answer;
    }

    /// <summary>Waits a little, longer from time to time.</summary>
    public async Task PauseAsync(int attempt, string obstacle, CancellationToken token)
    {
        context.Obstacle = obstacle;
        var pause = FirstPause * Math.Min(1 << Math.Min(attempt, 10), LongestPause / FirstPause);
        await Task.Delay(pause, context.Time, token).ConfigureAwait(false);
    }

    private async Task SendWindowAsync(
        NodeEndpoint node, IReadOnlyList<RespCommand> commands, RespValue[] answers, List<int> open, string purpose, CancellationToken token)
    {
        for (var attempt = 0; open.Count > 0; attempt++)
        {
            string obstacle;
            try
            {
                var connection = await context.Pool.GetAsync(node, token).ConfigureAwait(false);
                var values = await connection.TrySendAllAsync([.. open.Select(i => commands[i])], token).ConfigureAwait(false);
                for (var i = 0; i < values.Length; i++)
                {
                    answers[open[i]] = values[i];
                }

                open.RemoveAll(i => !IsPassing(answers[i].ErrorCode));
                if (open.Count == 0)
                {
                    return;
                }

                obstacle = $"{node.ToClientString()}: {answers[open[0]].AsText()}, while {purpose}";
            }
            catch (RespAuthenticationException)
            {
                throw;
            }
            catch (Exception error) when (error is RespConnectionException or RespTimeoutException)
            {
                obstacle = $"{error.Message}, while {purpose}";
            }

            await PauseAsync(attempt, obstacle, token).ConfigureAwait(false);
        }
    }
}
