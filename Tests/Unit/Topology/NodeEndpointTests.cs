using RedisCluster.Topology;

namespace Unit.Topology;

public sealed class NodeEndpointTests
{
    [Theory]
    [InlineData("127.0.0.1:7101", "127.0.0.1", 7101, null)]
    [InlineData("localhost:7101@17201", "localhost", 7101, 17201)]
    [InlineData("redis-cluster-0.redis_x.svc:6379", "redis-cluster-0.redis_x.svc", 6379, null)]
    [InlineData("[::1]:7101@17101", "::1", 7101, 17101)]
    [InlineData("[fd00::a:1]:65535", "fd00::a:1", 65535, null)]
    public void Reads_what_users_write(string text, string host, int port, int? bus)
    {
        Assert.True(NodeEndpoint.TryParse(text, out var endpoint));
        Assert.Equal(new NodeEndpoint(host, port, bus), endpoint);
        Assert.Equal(text, endpoint.ToString());
    }

    [Theory]
    [InlineData("")]
    [InlineData("host")]
    [InlineData(":7101")]
    [InlineData("host:")]
    [InlineData("host:0")]
    [InlineData("host:65536")]
    [InlineData("host:-1")]
    [InlineData("host:+1")]
    [InlineData("host:7 101")]
    [InlineData("host:7101@")]
    [InlineData("host:7101@x")]
    [InlineData("host:7101@70000")]
    [InlineData("::1:7101")]
    [InlineData("[::1:7101")]
    [InlineData("[]:7101")]
    [InlineData("[127.0.0.1]:7101")]
    [InlineData("[host]:7101")]
    [InlineData("redis://host:7101")]
    [InlineData("ho st:7101")]
    [InlineData("host:7101,other:7102")]
    public void Refuses_everything_else(string text)
    {
        Assert.False(NodeEndpoint.TryParse(text, out _));
        Assert.Contains($"'{text}'", Assert.Throws<FormatException>(() => NodeEndpoint.Parse(text)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Knows_the_usual_bus_port()
    {
        Assert.Equal(17101, NodeEndpoint.Parse("h:7101").EffectiveBusPort);
        Assert.Equal(5, NodeEndpoint.Parse("h:7101@5").EffectiveBusPort);
    }

    [Fact]
    public void Compares_as_a_client_would()
    {
        Assert.True(NodeEndpoint.Parse("Host:1@2").IsSameClientAddress(NodeEndpoint.Parse("host:1")));
        Assert.False(NodeEndpoint.Parse("host:1").IsSameClientAddress(NodeEndpoint.Parse("host:2")));
    }
}
