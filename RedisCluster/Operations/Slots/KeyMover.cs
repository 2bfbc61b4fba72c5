using System.Globalization;
using RedisCluster.Protocol;

namespace RedisCluster.Operations.Slots;

/// <summary>Sends keys of a slot from the source to the target, until each has arrived or is gone.</summary>
/// <param name="context">Shared by the steps of the run.</param>
/// <param name="repeater">For pauses.</param>
/// <param name="route">From where to where.</param>
/// <param name="lanes">Connections to the source.</param>
/// <param name="work">Told what arrived.</param>
/// <param name="dropAtSource">
/// What becomes of a key that the target holds already and that is not to be overwritten: it is dropped at the source. Null ends the move.
/// </param>
internal sealed class KeyMover(
    StepContext context, Repeater repeater, MoveRoute route, MigrateLanes lanes, SlotWork work, Func<SlotKey, CancellationToken, Task>? dropAtSource = null)
{
    private static readonly TimeSpan ShortestTimeout = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan LongestTimeout = TimeSpan.FromMinutes(1);

    // What a MIGRATE takes beside waiting for the target: reading and sending, of a big key some seconds.
    private static readonly TimeSpan Slack = TimeSpan.FromMinutes(1);

    private readonly TimeSpan _timeout = route.Move.Tuning.Timeout is { } asked
        ? asked
        : route.NodeTimeout / 4 < ShortestTimeout ? ShortestTimeout : route.NodeTimeout / 4;

    /// <param name="slot">Where the keys belong.</param>
    /// <param name="keys">At least one.</param>
    /// <param name="replace">Whether what the target holds of them is a leftover.</param>
    /// <param name="token">Ends it; keys on the way are at one end or, overwritable, at both.</param>
    public Task MoveAsync(int slot, IReadOnlyList<SlotKey> keys, bool replace, CancellationToken token) =>
        MoveAsync(slot, keys, replace || route.Move.Tuning.Replace, _timeout, 0, token);

    private async Task MoveAsync(int slot, IReadOnlyList<SlotKey> keys, bool replace, TimeSpan timeout, int attempt, CancellationToken token)
    {
        while (true)
        {
            var (answer, said) = await SendAsync(slot, keys, replace, timeout, token).ConfigureAwait(false);
            switch (answer)
            {
                case MigrateAnswer.Done:
                    work.KeysMoved(keys.Count);
                    return;
                case MigrateAnswer.Later:
                    await repeater.PauseAsync(attempt++, Say(slot, said), token).ConfigureAwait(false);
                    break;
                case MigrateAnswer.Uncertain:
                    await repeater.PauseAsync(attempt++, Say(slot, said), token).ConfigureAwait(false);

                    // The target may have got some of them; the source's are the ones that clients have been served since.
                    replace |= dropAtSource is null;
                    timeout = route.Move.Tuning.Timeout is null && timeout * 2 < LongestTimeout ? timeout * 2 : timeout;
                    keys = await MoveHalfAsync(slot, keys, replace, timeout, attempt, token).ConfigureAwait(false);
                    break;
                case MigrateAnswer.Busy when dropAtSource is not null && keys.Count == 1:
                    await dropAtSource(keys[0], token).ConfigureAwait(false);
                    return;
                case MigrateAnswer.Busy when dropAtSource is not null:
                    keys = await MoveHalfAsync(slot, keys, replace, timeout, attempt, token).ConfigureAwait(false);
                    break;
                default:
                    throw Failure(slot, answer, said);
            }
        }
    }

    // What is left to move; a single key is not divided any further.
    private async Task<IReadOnlyList<SlotKey>> MoveHalfAsync(
        int slot, IReadOnlyList<SlotKey> keys, bool replace, TimeSpan timeout, int attempt, CancellationToken token)
    {
        var half = keys.Count / 2;
        if (half > 0)
        {
            await MoveAsync(slot, [.. keys.Take(half)], replace, timeout, attempt, token).ConfigureAwait(false);
        }

        return [.. keys.Skip(half)];
    }

    private async Task<(MigrateAnswer Answer, string Said)> SendAsync(
        int slot, IReadOnlyList<SlotKey> keys, bool replace, TimeSpan timeout, CancellationToken token)
    {
        context.Obstacle = Say(slot, "no answer to MIGRATE yet");
        try
        {
            var value = await lanes.SendAsync(Command(keys, replace, timeout), token).ConfigureAwait(false);
            return (MigrateAnswers.Read(value), value.IsError ? value.AsText() : "");
        }
        catch (RespAuthenticationException)
        {
            throw;
        }
        catch (Exception error) when (error is RespConnectionException or RespTimeoutException)
        {
            return (MigrateAnswer.Uncertain, error.Message);
        }
    }

    private RespCommand Command(IReadOnlyList<SlotKey> keys, bool replace, TimeSpan timeout)
    {
        List<RespArgument> words = ["MIGRATE", route.TargetHost, route.TargetPort, "", 0, (long)timeout.TotalMilliseconds];
        if (replace)
        {
            words.Add("REPLACE");
        }

        if (context.Settings is { Password: { Length: > 0 } password } settings)
        {
            words.AddRange(settings.User is { } user ? ["AUTH2", user, password] : ["AUTH", password]);
        }

        words.Add("KEYS");
        words.AddRange(keys.Select(key => (RespArgument)key.Name));
        return RespCommand.Of([.. words]).WithTimeout((timeout * 2) + Slack);
    }

    private string Say(int slot, string what) => string.Create(
        CultureInfo.InvariantCulture, $"keys of slot {slot} from {route.Move.Source.ToClientString()} to {route.Move.Target.ToClientString()}: {what}");

    private ClusterException Failure(int slot, MigrateAnswer answer, string said)
    {
        var (source, target) = (route.Move.Source.ToClientString(), route.Move.Target.ToClientString());
        return answer switch
        {
            MigrateAnswer.Busy => new(ClusterFault.Refused, string.Create(
                CultureInfo.InvariantCulture,
                $"slot {slot}: {target} holds a key that {source} has as well. Nothing was overwritten; --replace lets the one of {source} win, which is the one clients have been served")),
            MigrateAnswer.OutOfMemory => new(ClusterFault.Faults, string.Create(
                CultureInfo.InvariantCulture, $"slot {slot}: {target} has no memory left (maxmemory) for what {source} sends; every key is still served. Give it more, then run it again")),
            MigrateAnswer.AccessDenied => new(ClusterFault.Faults, string.Create(
                CultureInfo.InvariantCulture, $"slot {slot}: {source} cannot log in at {target} or may not write there ({said}); give both the same user and password, then run it again")),
            MigrateAnswer.RolesChanged => new(ClusterFault.Faults, string.Create(
                CultureInfo.InvariantCulture, $"slot {slot}: {source} or {target} is not its master any more ({said}); run it again to go on from here")),
            _ => new(ClusterFault.Faults, $"{Say(slot, said)}; run it again to go on from here"),
        };
    }
}
