using NetBox.Tools;
using NetBox.Tools.Cluster;
using RedisCluster.Topology;

namespace Unit.NetBox;

public class ClusterTargetTests
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    [Fact]
    public void The_connection_string_says_where_and_how()
    {
        var target = From([], ("ConnectionStrings__redis-cluster", "127.0.0.1:7101,node:7102,password=a=b,ssl=True,abortConnect=false"));
        Assert.Equal([new NodeEndpoint("127.0.0.1", 7101), new NodeEndpoint("node", 7102)], target.Seeds);
        Assert.Equal("a=b", target.Settings.Password);
        Assert.True(target.Settings.Tls);
        Assert.Equal(Second, target.Settings.ConnectTimeout);
        Assert.Equal(Second, target.Settings.CommandTimeout);
    }

    [Fact]
    public void Seeds_of_ones_own_do_not_get_the_connection_strings_password()
    {
        var target = From(["other:1"], ("ConnectionStrings__redis-cluster", "a:1,password=secret"));
        Assert.Null(target.Settings.Password);
        Assert.Equal([new NodeEndpoint("other", 1)], target.Seeds);
    }

    [Fact]
    public void The_password_comes_from_the_option_then_from_the_environment()
    {
        Assert.Equal("env", From(["a:1"], ("REDISCLI_AUTH", "env")).Settings.Password);
        Assert.Equal("option", From(["a:1"], "option", ("REDISCLI_AUTH", "env")).Settings.Password);
        Assert.Equal("option", From([], "option", ("ConnectionStrings__redis-cluster", "a:1,password=string")).Settings.Password);
    }

    [Theory]
    [InlineData("password=x")]
    [InlineData("nonsense,password=s3cret")]
    [InlineData("a:1,ssl=maybe")]
    [InlineData(null)]
    public void A_useless_connection_string_is_bad_usage_and_hides_the_password(string? text)
    {
        var fault = Assert.Throws<NetBoxException>(() => From([], ("ConnectionStrings__redis-cluster", text)));
        Assert.Equal(ExitCode.Usage, fault.Code);
        Assert.DoesNotContain("s3cret", fault.Message);
    }

    [Fact]
    public void A_malformed_seed_is_bad_usage() =>
        Assert.Contains("'localhost'", Assert.Throws<NetBoxException>(() => From(["localhost"])).Message);

    [Fact]
    public void Nobody_answering_is_unreachable_and_names_the_first()
    {
        var fault = Assert.Throws<NetBoxException>(() => ClusterSource.Usable(SampleCluster.Of(
            [SampleCluster.Unreachable(0, "connection refused"), SampleCluster.Unreachable(1, "timed out")])));
        Assert.Equal(ExitCode.Unreachable, fault.Code);
        Assert.Equal("127.0.0.1:7101: connection refused; 1 other node gave no better answer", fault.Message);
    }

    [Fact]
    public void A_wrong_password_is_told_before_a_refused_connection()
    {
        var fault = Assert.Throws<NetBoxException>(() => ClusterSource.Usable(SampleCluster.Of(
            [SampleCluster.Unreachable(0, "connection refused"), SampleCluster.Unreachable(1, "wrong password", NodeProblemKind.AccessDenied)])));
        Assert.Equal(ExitCode.Unreachable, fault.Code);
        Assert.StartsWith("127.0.0.1:7102: wrong password", fault.Message);
    }

    [Fact]
    public void A_server_that_is_no_cluster_node_is_bad_usage() =>
        Assert.Equal(ExitCode.Usage, Assert.Throws<NetBoxException>(() => ClusterSource.Usable(SampleCluster.Of(
            [new NodeObservation { Endpoint = SampleCluster.Endpoint(0), IsClusterEnabled = false }]))).Code);

    private static ClusterTarget From(string[] seeds, params (string Name, string? Value)[] environment) => From(seeds, null, environment);

    private static ClusterTarget From(string[] seeds, string? password, params (string Name, string? Value)[] environment) =>
        ClusterTarget.From(seeds, null, password, false, Second, name => environment.FirstOrDefault(e => e.Name == name).Value);
}
