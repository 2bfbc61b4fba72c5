using RedisCluster.Operations;
using RedisCluster.Protocol;
using RedisCluster.Topology;

namespace Unit.Operations;

public sealed class ProblemsTests
{
    [Fact]
    public void Many_problems_stay_one_short_line()
    {
        var nodes = Enumerable.Range(1, 6).Select(port => new NodeObservation
        {
            Endpoint = new("h", port),
            Problem = new(NodeProblemKind.Unreachable, "away"),
        });
        Assert.Equal("h:1 (away), h:2 (away), h:3 (away), h:4 (away) and 2 more", Problems.List(nodes));
    }

    [Theory]
    [InlineData("10.0.0.1", "10.0.0.1:6379: connection refused", "connection refused")]
    [InlineData("::1", "[::1]:6379: connection refused", "connection refused")]
    [InlineData("10.0.0.1", "10.0.0.2:6379: connection refused", "10.0.0.2:6379: connection refused")]
    [InlineData("10.0.0.1", "connection refused", "connection refused")]
    public void A_problem_is_told_without_the_name_it_stands_beside(string host, string message, string told) =>
        Assert.Equal(new(NodeProblemKind.Unreachable, told), Problems.Of(new RespConnectionException(message), new(host, 6379)));

    [Fact]
    public void A_password_never_shows() =>
        Assert.Equal("user ann, password set, TLS off", new ClusterConnectionSettings { User = "ann", Password = "secret" }.ToString());

    [Fact]
    public void Exit_codes_are_those_of_the_tools() =>
        Assert.Equal([1, 2, 3, 4], new[] { ClusterFault.Faults, ClusterFault.Usage, ClusterFault.Unreachable, ClusterFault.Refused }.Select(fault => (int)fault));
}
