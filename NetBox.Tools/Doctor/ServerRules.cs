using System.Globalization;
using RedisCluster.Planning;
using RedisCluster.Topology;
using static NetBox.Tools.Doctor.DiagnosisCodes;

namespace NetBox.Tools.Doctor;

/// <summary>Memory, persistence, passwords among the nodes, clocks.</summary>
internal static class ServerRules
{
    /// <summary>Share of maxmemory from which it is worth a word.</summary>
    private const double NearlyFull = 0.9;

    /// <summary>Keys expire by the clock of their node, and tools compare times across nodes: a second is visible to people.</summary>
    private static readonly TimeSpan MostSkew = TimeSpan.FromSeconds(1);

    public static IEnumerable<Diagnosis> Check(PatientFacts facts) =>
        facts.Nodes.Where(node => node.Server is not null)
            .SelectMany(node => Memory(facts, node, node.Server!).Concat(Persistence(facts, node, node.Server!)))
            .Concat(NoPersistence(facts))
            .Concat(Clocks(facts));

    private static IEnumerable<Diagnosis> Memory(PatientFacts facts, NodeFacts node, ServerFacts server)
    {
        if (server.MaxMemory == 0 || server.UsedMemory < NearlyFull * server.MaxMemory)
        {
            yield break;
        }

        var used = string.Create(CultureInfo.InvariantCulture, $"{server.UsedMemory >> 20} of {server.MaxMemory >> 20} MiB are used (policy {server.EvictionPolicy})");
        var cure = $"{facts.Cures.RedisCli(node.Endpoint, "CONFIG SET maxmemory BYTES")}   # or spread the data over more shards: netbox cluster add-node, then {facts.Cures.NetBox("cluster rebalance", "--use-empty-masters")}";
        yield return server.UsedMemory >= server.MaxMemory && server.EvictionPolicy == "noeviction"
            ? new(Severity.Error, MemoryFull, node.Endpoint.ToClientString(), $"its memory is full and it refuses writes: {used}", cure)
            : new(Severity.Warning, MemoryNearlyFull, node.Endpoint.ToClientString(), $"its memory is nearly full: {used}", cure);
    }

    private static IEnumerable<Diagnosis> Persistence(PatientFacts facts, NodeFacts node, ServerFacts server)
    {
        var where = node.Endpoint.ToClientString();
        if (server.IsAofEnabled && !(server.IsAofWriteOk && server.IsAofRewriteOk))
        {
            yield return new(
                Severity.Error, AofFailing, where, $"the last {(server.IsAofWriteOk ? "rewrite of" : "write to")} its append-only file failed",
                "free the disk or mend its permissions (df, and the node's log); it writes again by itself");
        }

        if (!server.IsSnapshotOk)
        {
            yield return new(
                Severity.Error, SnapshotFailing, where, "its last snapshot failed; by default it refuses writes until one succeeds",
                $"free the disk or mend its permissions, then {facts.Cures.RedisCli(node.Endpoint, "BGSAVE")}");
        }
    }

    private static IEnumerable<Diagnosis> NoPersistence(PatientFacts facts)
    {
        const string After = "after a restart it is empty, as a master it would take its replicas' data along";
        const string Setting = "CONFIG SET appendonly yes";
        const string Remark = "   # in the configuration too, unless it is a mere cache";
        var lacking = facts.Nodes.Where(node => node.Server is { IsAofEnabled: false, HasSavePoints: false }).ToList();
        return lacking.Count > 1 && lacking.Count == facts.Nodes.Length
            ? [new(Severity.Info, DiagnosisCodes.NoPersistence, string.Empty, $"no node keeps anything on disk: {After}", facts.Cures.NetBox("cluster call", Setting) + Remark)]
            : lacking.Select(node => new Diagnosis(
                Severity.Info, DiagnosisCodes.NoPersistence, node.Endpoint.ToClientString(), $"it keeps nothing on disk: {After}", facts.Cures.RedisCli(node.Endpoint, Setting) + Remark));
    }

    /// <summary>Why a replica does not get to its master; that it does not is told by the check.</summary>
    public static IEnumerable<Diagnosis> Passwords(PatientFacts facts)
    {
        foreach (var (node, said) in facts.Pairs)
        {
            if (node.Server is { HasMasterPassword: false }
                && said.View is { Myself: { IsReplica: true, MasterId: { } master } }
                && facts.Pairs.FirstOrDefault(other => other.Said.MyId == master).Node?.Server is { WantsPassword: true })
            {
                yield return new(
                    Severity.Error, ReplicaPassword, node.Endpoint.ToClientString(), "its master wants a password, and it has none for it (masterauth)",
                    $"{facts.Cures.RedisCli(node.Endpoint, "CONFIG SET masterauth PASSWORD")}   # in its configuration too");
            }
        }
    }

    private static IEnumerable<Diagnosis> Clocks(PatientFacts facts)
    {
        var clocks = facts.Nodes.Where(node => node.Server?.ClockOffset is not null).OrderBy(node => node.Server!.ClockOffset).ToList();
        if (clocks.Count < 2)
        {
            yield break;
        }

        var middle = clocks[clocks.Count / 2].Server!.ClockOffset!.Value;
        foreach (var node in clocks)
        {
            var skew = node.Server!.ClockOffset!.Value - middle;
            if (skew.Duration() - node.Server.ClockUncertainty > MostSkew)
            {
                yield return new(
                    Severity.Warning, ClockSkew, node.Endpoint.ToClientString(),
                    string.Create(CultureInfo.InvariantCulture, $"its clock is {skew.Duration().TotalSeconds:0.0} s {(skew > TimeSpan.Zero ? "ahead of" : "behind")} the others'"),
                    "set the clock of its host by NTP (timedatectl, chronyc tracking)");
            }
        }
    }
}
