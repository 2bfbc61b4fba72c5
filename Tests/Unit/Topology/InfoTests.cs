using FsCheck.Xunit;
using RedisCluster.Topology;

namespace Unit.Topology;

public sealed class InfoTests
{
    [Fact]
    public void Cluster_info_of_fresh_formed_and_failed()
    {
        var fresh = ClusterInfo.Parse(Redis70.FreshInfo);
        Assert.Equal((false, 0, 1, 1, 0L), (fresh.IsOk, fresh.SlotsAssigned, fresh.KnownNodes, fresh.Size, fresh.CurrentEpoch));
        var formed = ClusterInfo.Parse(Redis70.FormedInfo);
        Assert.Equal((true, 16384, 6, 3, 6L, 1L), (formed.IsOk, formed.SlotsAssigned, formed.KnownNodes, formed.Size, formed.CurrentEpoch, formed.MyEpoch));
        var failed = ClusterInfo.Parse(Redis70.FailedInfo);
        Assert.Equal((16384 - 5461, 5461), (failed.SlotsOk, failed.SlotsFailed));
        Assert.Equal("0", formed.Values["cluster_slots_pfail"]);
    }

    [Theory]
    [InlineData("cluster_state:ok", "cluster_state:maybe", "cluster_state: 'maybe'")]
    [InlineData("cluster_state:ok", "", "cluster_state is missing")]
    [InlineData("cluster_slots_assigned:16384", "cluster_slots_assigned:16385", "cluster_slots_assigned: '16385'")]
    [InlineData("cluster_size:3", "cluster_size:-3", "cluster_size: '-3'")]
    [InlineData("cluster_size:3", "cluster_size", "'cluster_size' is not name:value")]
    public void Cluster_info_names_what_is_wrong(string line, string instead, string expected)
    {
        var text = Redis70.FormedInfo.Replace(line, instead, StringComparison.Ordinal);
        Assert.Contains(expected, Assert.Throws<FormatException>(() => ClusterInfo.Parse(text)).Message, StringComparison.Ordinal);
        Assert.False(ClusterInfo.TryParse(text, out _));
    }

    [Fact]
    public void Info_of_a_master()
    {
        var info = ServerInfo.Parse(Redis70.MasterInfo);
        Assert.Equal(new ServerVersion(ServerProduct.Redis, new Version(7, 0, 15)), info.Version);
        Assert.True(info.IsClusterEnabled);
        Assert.Equal(1, info.KeyCount());
        Assert.Equal(ReplicationRole.Master, info.Replication!.Role);
        Assert.Equal(50, info.Replication.Offset);
        Assert.Equal([new ConnectedReplica("127.0.0.1", 23106, "wait_bgsave", 0, 0)], info.Replication.Replicas);
    }

    [Fact]
    public void Info_of_a_replica_and_of_a_fresh_node()
    {
        var replica = ServerInfo.Parse(Redis70.ReplicaInfo).Replication!;
        Assert.Equal((ReplicationRole.Replica, "127.0.0.1", 23102), (replica.Role, replica.MasterHost, replica.MasterPort));
        Assert.NotNull(replica.IsMasterLinkUp);
        Assert.Equal(0, ServerInfo.Parse(Redis70.FreshServerInfo).KeyCount());
    }

    [Fact]
    public void Info_of_valkey_and_of_a_preview()
    {
        var valkey = ServerInfo.Parse(Documented.ValkeyInfo);
        Assert.Equal(new ServerVersion(ServerProduct.Valkey, new Version(8, 1, 0)), valkey.Version);
        Assert.Equal(7, valkey.KeyCount());
        Assert.True(valkey.Replication is { IsMasterLinkUp: false, IsSyncInProgress: true, Offset: -1, MasterHost: "fd00::1" });
        var preview = ServerInfo.Parse(Documented.RedisPreviewInfo);
        Assert.Equal(new Version(8, 4), preview.Version!.Version);
        Assert.False(preview.IsClusterEnabled);
        Assert.Null(preview.Replication);
    }

    [Fact]
    public void Cut_replies_are_read_or_refused()
    {
        foreach (var text in new[] { Redis70.MasterInfo, Redis70.ReplicaInfo, Redis70.FormedInfo, Documented.ValkeyInfo })
        {
            for (var length = 0; length <= text.Length; length++)
            {
                Assert.True(IsReadOrRefused(text[..length]));
                Assert.True(IsReadOrRefused(text[length..]));
            }
        }
    }

    [Fact]
    public void To_try_is_to_parse_or_to_have_nothing()
    {
        Assert.True(ClusterInfo.TryParse(Redis70.FormedInfo, out var info) && info.Size == 3);
        Assert.True(ServerInfo.TryParse(Redis70.MasterInfo, out var server) && server.KeyCount() == 1);
        Assert.True(ClusterView.TryParse(Redis70.Fresh, out var view) && view.Nodes.Length == 1);
        Assert.All((string?[])[null, "no such thing"], text => Assert.False(
            ClusterInfo.TryParse(text, out info) || ServerInfo.TryParse(text, out server) || ClusterView.TryParse(text, out view)));
        Assert.True(info is null && server is null && view is null);
    }

    [Property(MaxTest = 500)]
    public bool Any_text_is_read_or_refused(string? text, string? value) =>
        IsReadOrRefused(text ?? "") && IsReadOrRefused($"role:{value}\nredis_version:{text}\nslave0:{value}\ndb0:{value}");

    private static bool IsReadOrRefused(string text)
    {
        try
        {
            Assert.Equal(ClusterInfo.TryParse(text, out var info), info is not null);
            ServerInfo.Parse(text).KeyCount();
        }
        catch (FormatException refusal)
        {
            return refusal.Message.Length > 0;
        }

        return true;
    }
}
