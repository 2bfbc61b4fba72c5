using NetBox.Tools;
using NetBox.Tools.Drills;
using NetBox.Tools.Drills.Load;
using RedisCluster.Topology;

namespace Unit.NetBox.Drills;

public sealed class DrillRulesTests
{
    private static readonly TimeSpan NodeTimeout = TimeSpan.FromSeconds(5);

    [Theory]
    [InlineData("NETBOX_ENVIRONMENT", "Production", true)]
    [InlineData("DOTNET_ENVIRONMENT", "production", true)]
    [InlineData("ASPNETCORE_ENVIRONMENT", "PRODUCTION", true)]
    [InlineData("DOTNET_ENVIRONMENT", "Development", false)]
    [InlineData("SOMETHING", "Production", false)]
    public void Production_is_refused_unless_forced(string variable, string value, bool isProduction)
    {
        string? Environment(string name) => name == variable ? value : null;
        ProductionMark.Respect(Environment, force: true);
        var refusal = Record.Exception(() => ProductionMark.Respect(Environment, force: false)) as NetBoxException;
        Assert.Equal(isProduction ? ExitCode.Refused : null, refusal?.Code);
        Assert.True(refusal is null || refusal.Message.Contains($"{variable}={value}", StringComparison.Ordinal), refusal?.Message);
    }

    [Theory]
    [InlineData("kill", null, 5500)]
    [InlineData("freeze", null, 5500)]
    [InlineData("freeze", 2.0, 2000)]
    [InlineData("freeze", 60.0, 5500)]
    [InlineData("handover", null, 0)]
    [InlineData("restart-all", null, 2000)]
    public void The_floor_is_the_sum_of_its_parts(string kind, double? seconds, double floor)
    {
        var found = DrillFloors.Of(DrillKinds.Parse(kind), NodeTimeout, seconds is { } time ? TimeSpan.FromSeconds(time) : null);
        Assert.Equal(floor, found.Ms);
        Assert.Equal(found.Ms, found.Parts.Sum(part => part.Ms));
    }

    [Theory]
    [InlineData("MOVED 866 10.0.0.4:7104", "10.0.0.4:7104")]
    [InlineData("MOVED 866 :7104", "127.0.0.1:7104")]
    [InlineData("MOVED 866 ?:7104", "127.0.0.1:7104")]
    [InlineData("MOVED 866 redis-1.example:7104", "redis-1.example:7104")]
    [InlineData("MOVED 866 fd00::4:7104", "[fd00::4]:7104")]
    [InlineData("CLUSTERDOWN The cluster is down", null)]
    [InlineData("MOVED 866", null)]
    public void A_redirection_says_where_to_go(string error, string? where) =>
        Assert.Equal(where, ShardClient.Redirection(new NodeEndpoint("127.0.0.1", 7101), error)?.ToClientString());

    [Theory]
    [InlineData("http://app", "http://app/count")]
    [InlineData("http://app:5080/", "http://app:5080/count")]
    [InlineData("http://app/page", "http://app/page/count")]
    public void An_app_tells_its_count_below_its_path(string app, string count) => Assert.Equal(new Uri(count), AppLoad.CountOf(new Uri(app)));

    [Fact]
    public void The_keys_of_a_drill_are_in_the_shards_slots()
    {
        var slots = SlotSet.Parse("100-140");
        var keys = ClusterLoad.KeysFor("0123abcd", slots).Take(3).ToList();
        Assert.Equal(3, keys.Distinct().Count());
        Assert.All(keys, key => Assert.StartsWith("netbox:drill:{0123abcd.", key));
        Assert.All(keys, key => Assert.True(slots.Contains(HashSlot.Of(key))));
    }
}
