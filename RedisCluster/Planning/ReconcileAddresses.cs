using System.Globalization;
using RedisCluster.Topology;

namespace RedisCluster.Planning;

/// <summary>
/// Members that do not reach each other because they remember addresses which are not true any more. Gossip mends it as long as some
/// address is; when all have changed nothing but CLUSTER MEET does. Who is where was verified by the ids just read.
/// </summary>
internal static class ReconcileAddresses
{
    /// <summary>Up to here everyone is told to meet everyone; above, a few nodes introduce the others and gossip does the rest.</summary>
    public const int LargestMesh = 64;

    private const int Introducers = 8;

    /// <summary>A ping that is not answered for this long is lost.</summary>
    private static readonly TimeSpan LostPing = TimeSpan.FromSeconds(1);

    public static ReconcileDecision? Decide(ReconcileSituation situation)
    {
        var members = situation.Members;
        List<PlanStep> meetings = [];
        for (var i = 0; i < members.Length; i++)
        {
            for (var j = 0; j < members.Length; j++)
            {
                var isWorthwhile = i != j && (members.Length <= LargestMesh || i < Introducers || j < Introducers);
                if (isWorthwhile && ReasonToMeet(situation, members[i], members[j]) is { } reason)
                {
                    var to = members[j];
                    meetings.Add(new Meet(members[i].Endpoint, to.Endpoint, to.MeetIp, to.MeetPort, to.MeetBusPort, reason));
                }
            }
        }

        if (meetings.Count == 0)
        {
            return null;
        }

        var targets = meetings.OfType<Meet>().Select(meet => meet.Target).Distinct().Count();
        return new(
            ReconcileKind.MeetAgain,
            string.Create(CultureInfo.InvariantCulture, $"{targets} of {members.Length} nodes are not where the others remember them"),
            new ClusterPlan { Operation = "meet-again", Phases = [new("meet", [.. meetings])] });
    }

    private static string? ReasonToMeet(ReconcileSituation situation, Member from, Member to)
    {
        if (from.View!.Find(to.Id!.Value) is not { } known)
        {
            // Whoever is not listed may have been forgotten on purpose.
            return situation.PlaceOf(to.Id.Value) is not null && situation.PlaceOf(from.Id!.Value) is not null ? "it does not know that node" : null;
        }

        if (known.Address.Ip == to.MeetIp && known.Address.Port == to.MeetPort && known.Address.BusPort == to.MeetBusPort)
        {
            return null;
        }

        // Where addresses are translated a node's own may differ from ours and work: only a link that does not is mended.
        var isLost = !known.Address.IsKnown || !known.IsLinkConnected
            || (known.PingSent > 0 && situation.Watch.HasLasted(
                string.Create(CultureInfo.InvariantCulture, $"ping {from.Id}>{to.Id} {known.PingSent}"), LostPing));
        return !isLost ? null
            : known.Address.IsKnown ? $"it remembers it at {known.Address.ToClientString()}"
            : "it does not know where that node is";
    }
}
