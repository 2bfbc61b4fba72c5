using RedisCluster.Operations;
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

    [Fact]
    public void A_password_never_shows() =>
        Assert.Equal("user ann, password set, TLS off", new ClusterConnectionSettings { User = "ann", Password = "secret" }.ToString());

    [Fact]
    public void Exit_codes_are_those_of_the_tools() =>
        Assert.Equal([1, 2, 3, 4], new[] { ClusterFault.Faults, ClusterFault.Usage, ClusterFault.Unreachable, ClusterFault.Refused }.Select(fault => (int)fault));
}
