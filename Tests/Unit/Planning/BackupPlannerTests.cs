using System.Collections.Immutable;
using System.Text.Json;
using RedisCluster.Planning;
using RedisCluster.Topology;

namespace Unit.Planning;

public sealed class BackupPlannerTests
{
    [Fact]
    public void Each_master_with_slots_is_saved_once()
    {
        var plan = BackupPlanner.Plan(SimulatedCluster.Formed(Requests.Six).Observe(), new("/b", FolderContent.Nothing));
        var step = Assert.IsType<TakeBackup>(Assert.Single(plan.Steps));
        Assert.Equal(["0-5460", "5461-10922", "10923-16383"], step.Shards.Select(shard => shard.Slots.ToString()));
        Assert.All(step.Shards, shard => Assert.Equal(shard.Endpoint, shard.Source));
        Assert.Equal(3, step.Shards.Select(shard => shard.File).Distinct().Count());
        var json = JsonSerializer.Serialize(plan, PlanningJsonContext.Default.ClusterPlan);
        Assert.Equal(plan, JsonSerializer.Deserialize(json, PlanningJsonContext.Default.ClusterPlan));
    }

    [Theory]
    [InlineData(FolderContent.Backup)]
    [InlineData(FolderContent.OtherFiles)]
    public void Files_in_the_way_are_never_overwritten(FolderContent content)
    {
        var plan = BackupPlanner.Plan(SimulatedCluster.Formed(Requests.Six).Observe(), new("/b", content));
        Assert.Equal(RefusalKind.FilesInTheWay, Assert.Single(plan.Refusals).Kind);
        Assert.Empty(plan.Phases);
    }

    [Fact]
    public void A_replica_that_is_away_hinders_nothing_a_master_does()
    {
        var cluster = SimulatedCluster.Formed(Requests.Six);
        cluster.Nodes.First(node => node.Master is not null).IsDown = true;
        Assert.False(BackupPlanner.Plan(cluster.Observe(), new("/b", FolderContent.Nothing)).IsRefused);
        cluster.Nodes.First(node => node.Master is null).IsDown = true;
        var refusal = BackupPlanner.Plan(cluster.Observe(), new("/b", FolderContent.Nothing)).Refusals[0];
        Assert.Equal((RefusalKind.Unreachable, "127.0.0.1:7101"), (refusal.Kind, refusal.Node!.ToClientString()));
    }

    [Theory]
    [InlineData(true, false, 0, true)]
    [InlineData(true, false, 10_000_000, false)]
    [InlineData(false, false, 0, false)]
    [InlineData(true, true, 0, false)]
    public void A_replica_stands_in_only_where_it_is_in_step(bool linkUp, bool syncing, long behind, bool isTaken)
    {
        var observation = SimulatedCluster.Formed(Requests.Six).Observe();
        observation = observation with
        {
            Nodes =
            [
                .. observation.Nodes.Select(node => node with
                {
                    Replication = node.View!.Myself.IsMaster
                        ? new() { Role = ReplicationRole.Master, Offset = 20_000_000 }
                        : new() { Role = ReplicationRole.Replica, IsMasterLinkUp = linkUp, IsSyncInProgress = syncing, Offset = 20_000_000 - behind },
                }),
            ],
        };
        var plan = BackupPlanner.Plan(observation, new("/b", FolderContent.Nothing, PreferReplicas: true));
        Assert.All(((TakeBackup)plan.Steps.Single()).Shards, shard => Assert.Equal(isTaken, shard.Source != shard.Endpoint));
        Assert.Equal(isTaken ? 0 : 3, plan.Warnings.Length);
    }

    [Fact]
    public void A_slot_that_changed_hands_meanwhile_shows()
    {
        var cluster = SimulatedCluster.Formed(Requests.Six);
        var shards = ((TakeBackup)BackupPlanner.Plan(cluster.Observe(), new("/b", FolderContent.Nothing)).Steps.Single()).Shards;
        Assert.Null(BackupRules.Difference(shards, cluster.Observe()));
        cluster[1].Slots = cluster[1].Slots.Union(SlotSet.Parse("7"));
        cluster[0].Slots = cluster[0].Slots.Except(SlotSet.Parse("7"));
        cluster[1].Epoch = 9;
        Assert.Contains("owned slots 0-5460", BackupRules.Difference(shards, cluster.Observe()), StringComparison.Ordinal);

        cluster = SimulatedCluster.Formed(Requests.Six);
        cluster.FailOver(cluster.Nodes.First(node => node.Master == cluster[0]), isOldMasterDown: false);
        Assert.Contains("is no master with slots any more", BackupRules.Difference(shards, cluster.Observe()), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0L, ExistingKeys.Refuse, false)]
    [InlineData(1L, ExistingKeys.Refuse, true)]
    [InlineData(null, ExistingKeys.Refuse, true)]
    [InlineData(1L, ExistingKeys.Keep, false)]
    [InlineData(1L, ExistingKeys.Replace, false)]
    public void Restored_is_into_an_empty_cluster_unless_somebody_said_otherwise(long? keys, ExistingKeys existing, bool isRefused)
    {
        var cluster = SimulatedCluster.Formed(Requests.Six);
        cluster[1].Keys = keys;
        var plan = RestorePlanner.Plan(cluster.Observe(), new("/b", Manifest(), existing));
        Assert.Equal(isRefused, plan.IsRefused);
        if (!isRefused)
        {
            Assert.Equal(3, Assert.IsType<RestoreBackup>(Assert.Single(plan.Steps)).Masters.Length);
        }
    }

    [Fact]
    public void An_import_says_what_it_does_and_never_how_it_logs_in()
    {
        var source = new ImportSource(new("s", 1), false, false, ImmutableSortedDictionary<int, long>.Empty.Add(0, 5));
        var plan = ImportPlanner.Plan(SimulatedCluster.Formed(Requests.Six).Observe(), new(source));
        var step = Assert.IsType<ImportKeys>(Assert.Single(plan.Steps));
        plan = plan with { Phases = [new("import", [step with { SourceSettings = new() { Password = "secret" } }])] };
        Assert.DoesNotContain("secret", plan + JsonSerializer.Serialize(plan, PlanningJsonContext.Default.ClusterPlan), StringComparison.Ordinal);
        Assert.Equal("move 5 keys from s:1, each deleted there once the cluster has it", step.Describe());
        Assert.True(ImportPlanner.Plan(SimulatedCluster.Formed(Requests.Six).Observe(), new(source with { Keys = ImmutableSortedDictionary<int, long>.Empty })).IsEmpty);
    }

    [Fact]
    public void A_manifest_survives_being_written()
    {
        var manifest = Manifest();
        var read = BackupManifest.Parse(JsonSerializer.SerializeToUtf8Bytes(manifest, BackupJson.Default.BackupManifest));
        Assert.Equal(manifest.Shards, read.Shards);
        Assert.Equal((manifest.Format, manifest.CreatedAt, manifest.Nodes), (read.Format, read.CreatedAt, read.Nodes));
    }

    [Theory]
    [InlineData("", "")]
    [InlineData("null", "empty")]
    [InlineData("{}", "")]
    [InlineData("""{"format":2,"createdAt":"2026-01-01T00:00:00Z","shards":[],"nodes":{"name":"nodes.json","bytes":0,"sha256":""}}""", "its format is 2")]
    [InlineData("""{"format":1,"createdAt":"2026-01-01T00:00:00Z","shards":[],"nodes":{"name":"nodes.json","bytes":0,"sha256":""}}""", "no shard")]
    public void What_is_no_manifest_is_refused(string json, string expected) =>
        Assert.Contains(expected, Assert.Throws<FormatException>(() => BackupManifest.Parse(System.Text.Encoding.UTF8.GetBytes(json))).Message, StringComparison.Ordinal);

    [Fact]
    public void A_manifest_cannot_name_files_elsewhere()
    {
        var manifest = Manifest();
        manifest = manifest with { Shards = [manifest.Shards[0] with { File = new("../x.rdb", 1, "") }] };
        Assert.Throws<FormatException>(() => BackupManifest.Parse(JsonSerializer.SerializeToUtf8Bytes(manifest, BackupJson.Default.BackupManifest)));
    }

    private static BackupManifest Manifest() => new()
    {
        Format = 1,
        CreatedAt = DateTimeOffset.UnixEpoch,
        Nodes = new("nodes.json", 2, "00"),
        Shards =
        [
            new()
            {
                File = new("shard-01-00000000.rdb", 9, "00"),
                Master = NodeId.Parse(new string('a', 40)),
                Endpoint = new("h", 1),
                Source = new("h", 2),
                Slots = SlotSet.All,
                ConfigEpoch = 3,
                ReplicationId = "id",
                Offset = 7,
                TakenAt = DateTimeOffset.UnixEpoch,
                Server = "Redis 7.0.15",
            },
        ],
    };
}
