using System.Globalization;
using NetBox.Tools.Drills.Faults;

namespace NetBox.Tools.Drills;

/// <summary>Says what a drill would do, before anything is done.</summary>
internal static class DrillPlanner
{
    /// <summary>A drill waits so long for a replica to take over: failures are noticed late on a busy machine.</summary>
    public static TimeSpan Patience(TimeSpan nodeTimeout) => (2 * nodeTimeout) + TimeSpan.FromSeconds(20);

    /// <exception cref="NetBoxException">The request makes no sense (usage).</exception>
    public static void Check(DrillRequest request)
    {
        const int MostWriters = 64;
        var isTimed = request.Kind is DrillKind.Freeze or DrillKind.Partition;
        var wrong = request.Writers is < 1 or > MostWriters ? $"1 to {MostWriters} writers a shard, not {request.Writers}"
            : request.Replicas < 0 ? $"a write cannot be confirmed by {request.Replicas} replicas"
            : request.Duration is { } time && time <= TimeSpan.Zero ? "the duration has to be more than zero"
            : request.Duration is not null && !isTimed ? $"{request.Kind.Name()} has no duration; freeze and partition have"
            : request.Node is not null && request.Kind == DrillKind.RestartAll ? "restart-all is done to all nodes; name none"
            : request.App is { } app && (!app.IsAbsoluteUri || app.Scheme is not ("http" or "https")) ? $"'{app}' is no http URL"
            : request.App is not null && request.Replicas > 0 ? "how an app confirms its writes is the app's affair: --replicas is for netbox' own writers"
            : null;
        if (wrong is not null)
        {
            throw NetBoxException.Usage(wrong);
        }
    }

    /// <param name="scene">The cluster as it is.</param>
    /// <param name="request">What is asked for.</param>
    /// <param name="channel">By what means; null where the servers do it themselves.</param>
    public static DrillPlan Plan(DrillScene scene, DrillRequest request, IFaultChannel? channel)
    {
        var target = scene.Target is { } shard
            ? new DrillTarget(
                shard.Master.Id.ToString(), shard.Master.Name, channel?.NameOf(shard.Master), shard.Slots.Count, [.. shard.Replicas.Select(replica => replica.Name)])
            : null;
        return new(
            request.Kind.Name(),
            target,
            channel?.Name ?? "the cluster itself",
            [.. Steps(scene, request, channel)],
            [.. Warnings(request, channel)],
            DrillFloors.Of(request.Kind, scene.NodeTimeout, request.Duration));
    }

    private static IEnumerable<string> Steps(DrillScene scene, DrillRequest request, IFaultChannel? channel)
    {
        yield return request.App is { } app
            ? $"call {app} over and over ({Text.Count(request.Writers, "caller")}): each answer counts one"
            : $"write to each of the {Text.Count(scene.Shards.Length, "shard")}, keys of netbox's own that are removed in the end";
        var fault = FaultNames.Of(request.Kind);
        if (scene.Target is not { } shard)
        {
            yield return $"kill all {Text.Count(scene.Nodes.Length, "node")} at once and start them again";
        }
        else if (request.Kind == DrillKind.Handover)
        {
            yield return $"{shard.Master.Name} ({Text.Count(shard.Slots.Count, "slot")}) hands over to its replica with most of the data";
        }
        else
        {
            var name = channel?.NameOf(shard.Master) is { } own ? $"{own}, " : string.Empty;
            yield return $"{shard.Master.Name} ({name}master of {Text.Count(shard.Slots.Count, "slot")}) is {fault.Verb()}";
            yield return request.Duration is { } time ? $"wait for {Text.Milliseconds(time.TotalMilliseconds)}"
                : $"wait until {string.Join(" or ", shard.Replicas.Select(replica => replica.Name))} has taken over";
            if (channel?.Heals(fault) != false)
            {
                yield return $"{shard.Master.Name} is {fault.HealedVerb()}";
            }
        }

        yield return "wait until every shard has its replicas in step again, and hand masters back to where they were";
        yield return "compare what was acknowledged with what is stored";
    }

    private static IEnumerable<string> Warnings(DrillRequest request, IFaultChannel? channel)
    {
        var fault = FaultNames.Of(request.Kind);
        if (request.Kind is DrillKind.Kill or DrillKind.Freeze or DrillKind.Partition)
        {
            yield return "what apps write to this master and no replica has yet can be lost: replication is asynchronous";
        }

        if (request.Kind == DrillKind.RestartAll)
        {
            yield return "nothing is served meanwhile, and with appendfsync everysec the last second or two of writes can be lost";
        }

        if (request.Kind != DrillKind.Handover && channel?.Heals(fault) == false)
        {
            yield return string.Create(CultureInfo.InvariantCulture, $"{channel.Name}: nobody here can start it again; do that yourself, or it stays away");
        }

        if (request.App is { } app)
        {
            yield return $"what {app} counts goes up";
        }
    }
}
