using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using RedisCluster.Hosting;

namespace Unit.Hosting;

public sealed class NodeKindChoiceTests
{
    private const string Server = "/usr/bin/redis-server";

    [Theory]
    [InlineData(RedisClusterNodeKind.Auto, true, RedisClusterNodeKind.Containers)]
    [InlineData(RedisClusterNodeKind.Auto, false, RedisClusterNodeKind.Processes)]
    [InlineData(RedisClusterNodeKind.Containers, true, RedisClusterNodeKind.Containers)]
    [InlineData(RedisClusterNodeKind.Processes, true, RedisClusterNodeKind.Processes)]
    [InlineData(RedisClusterNodeKind.Processes, false, RedisClusterNodeKind.Processes)]
    public void Containers_come_first_unless_processes_are_asked_for(RedisClusterNodeKind asked, bool runtime, RedisClusterNodeKind chosen)
    {
        var choice = NodeKindChoice.Make("redis", asked, () => Server, () => runtime);
        Assert.Equal(chosen, choice.Kind);
        Assert.Equal(chosen is RedisClusterNodeKind.Processes ? Server : null, choice.Server);
    }

    [Fact]
    public void Nobody_asks_the_engine_when_processes_are_asked_for() =>
        NodeKindChoice.Make("redis", RedisClusterNodeKind.Processes, () => Server, () => throw new InvalidOperationException("asked"));

    [Theory]
    [InlineData(RedisClusterNodeKind.Auto, "redis: no container runtime answers, and neither redis-server nor valkey-server is on PATH. Install one: ")]
    [InlineData(RedisClusterNodeKind.Processes, "redis: neither redis-server nor valkey-server is on PATH. Install one: ")]
    [InlineData(RedisClusterNodeKind.Containers, "redis: no container runtime answers. Start docker or podman, or run the nodes as processes: --RedisCluster:Nodes=Processes.")]
    public void Where_nothing_can_run_a_node_the_one_command_is_named(RedisClusterNodeKind asked, string message)
    {
        var e = Assert.Throws<DistributedApplicationException>(() => NodeKindChoice.Make("redis", asked, () => null, () => false));
        Assert.StartsWith(message, e.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', e.Message);
    }
}
