using ClusterInit.Worker;
using Microsoft.Extensions.Configuration;
using RedisCluster.Topology;

namespace Unit.Worker;

public class InitializerSettingsTests
{
    [Fact]
    public void Reads_the_whole_contract()
    {
        var settings = Read(
            "--Cluster:Name=orders", "--Cluster:Nodes=127.0.0.1:7101@17101, node-1:7102 ,[::1]:7103", "--Cluster:ReplicasPerShard", "1",
            "--Cluster:Password=p,w", "--Cluster:Tls=true", "--Cluster:Mode=once", "--Cluster:Deadline=00:00:30", "--Cluster:NodeTimeout=00:00:05");
        Assert.Equal("orders", settings.Name);
        Assert.Equal([new NodeEndpoint("127.0.0.1", 7101, 17101), new NodeEndpoint("node-1", 7102), new NodeEndpoint("::1", 7103)], settings.Nodes);
        Assert.Equal((1, "p,w", true, InitializerMode.Once), (settings.ReplicasPerShard, settings.Password, settings.Tls, settings.Mode));
        Assert.Equal(TimeSpan.FromSeconds(30), settings.Deadline);
        Assert.Equal(TimeSpan.FromSeconds(5), settings.NodeTimeout);
    }

    [Fact]
    public void Reads_what_the_watch_needs()
    {
        var settings = Read(
            "--Cluster:Nodes=redis-0=a:1@2, redis-1 = b:1", "--Cluster:Mode=Watch", "--Cluster:Shards=3", "--Cluster:Interval=00:00:01",
            "--Cluster:Patience=00:00:03", "--Cluster:RemoveUnlisted=true", "--Cluster:Lease=none");
        Assert.Equal([new("redis-0", new("a", 1, 2)), new("redis-1", new("b", 1))], settings.Places);
        Assert.Equal((InitializerMode.Watch, 3, true, LeaseKind.None), (settings.Mode, settings.Shards, settings.RemoveUnlisted, settings.Lease));
        Assert.Equal((1, 3), (settings.Interval.TotalSeconds, settings.Patience.TotalSeconds));
        Assert.Equal("/etc/nodes", Read("--Cluster:NodesFile=/etc/nodes", "--Cluster:Mode=Watch").NodesFile);
    }

    [Fact]
    public void A_list_of_places_has_lines_and_comments() => Assert.Equal(
        [new("one", new("a", 1)), new("b:1", new("b", 1))],
        PlaceList.Parse("# the nodes\none=a:1 # first\r\n\nb:1\n", "nodes"));

    [Fact]
    public void Everything_but_the_nodes_has_a_default()
    {
        var settings = Read("--Cluster:Nodes=a:1", "--Cluster:Password=");
        Assert.Equal(("redis-cluster", 0, null, false), (settings.Name, settings.ReplicasPerShard, settings.Password, settings.Tls));
        Assert.Equal(TimeSpan.FromMinutes(1), settings.Deadline);
        Assert.Null(settings.NodeTimeout);
    }

    [Theory]
    [InlineData("Cluster__Nodes is not set", "--Cluster:Name=x")]
    [InlineData("'a' in Cluster__Nodes is not host:port", "--Cluster:Nodes=a:1,a")]
    [InlineData("'A:1' is listed twice", "--Cluster:Nodes=a:1,A:1")]
    [InlineData("Cluster__Nodes names no node", "--Cluster:Nodes=,")]
    [InlineData("'x=b:1' is listed twice", "--Cluster:Nodes=x=a:1,x=b:1")]
    [InlineData("'=a:1' in Cluster__Nodes", "--Cluster:Nodes==a:1")]
    [InlineData("Cluster__Nodes and Cluster__NodesFile are both set", "--Cluster:Nodes=a:1", "--Cluster:NodesFile=f")]
    [InlineData("Cluster__NodesFile is for Cluster__Mode=Watch", "--Cluster:NodesFile=f")]
    [InlineData("Cluster__Shards is '2'", "--Cluster:Nodes=a:1", "--Cluster:Mode=Watch", "--Cluster:Shards=2")]
    [InlineData("Cluster__Lease is 'Redis'", "--Cluster:Nodes=a:1", "--Cluster:Mode=Watch", "--Cluster:Lease=Redis")]
    [InlineData("Cluster__ReplicasPerShard is '-1'", "--Cluster:Nodes=a:1", "--Cluster:ReplicasPerShard=-1")]
    [InlineData("Cluster__Tls is 'yes'", "--Cluster:Nodes=a:1", "--Cluster:Tls=yes")]
    [InlineData("Cluster__Mode is 'Twice'", "--Cluster:Nodes=a:1", "--Cluster:Mode=Twice")]
    [InlineData("Cluster__Deadline is '60'", "--Cluster:Nodes=a:1", "--Cluster:Deadline=60")]
    [InlineData("Cluster__Deadline is '00:00:00'", "--Cluster:Nodes=a:1", "--Cluster:Deadline=00:00:00")]
    [InlineData("Cluster__Replicas is not a setting", "--Cluster:Nodes=a:1", "--Cluster:Replicas=1")]
    [InlineData("'--Nodes' is not understood", "--Nodes=a:1")]
    [InlineData("'--Cluster:' is not understood", "--Cluster:=1")]
    [InlineData("'verbose' is not understood", "--Cluster:Nodes=a:1", "verbose")]
    [InlineData("--Cluster:Nodes has no value", "--Cluster:Nodes")]
    public void What_cannot_be_meant_is_named(string message, params string[] args)
    {
        var fault = Assert.Throws<UsageException>(() => Read(args));
        Assert.StartsWith(message, fault.Message);
        Assert.DoesNotContain('\n', fault.Message);
    }

    [Theory]
    [InlineData("s3cret", "ConnectionStrings:orders=a:1,b:2,abortConnect=false,password=s3cret")]
    [InlineData("mine", "ConnectionStrings:orders=a:1,password=s3cret", "Cluster:Password=mine")]
    [InlineData("s=3", "ConnectionStrings:orders=a:1, Password=s=3")]
    [InlineData(null, "ConnectionStrings:other=a:1,password=s3cret")]
    [InlineData(null, "ConnectionStrings:orders=a:1")]
    public void The_password_may_be_in_the_connection_string_of_the_cluster(string? password, params string[] settings)
    {
        var configuration = new ConfigurationBuilder()
            .AddInMemoryCollection([new("Cluster:Nodes", "a:1"), new("Cluster:Name", "orders"), .. settings.Select(s => s.Split('=', 2)).Select(s => KeyValuePair.Create(s[0], (string?)s[1]))])
            .Build();
        Assert.Equal(password, InitializerSettings.Read(configuration).Password);
    }

    [Fact]
    public void The_password_is_not_shown() => Assert.DoesNotContain("s3cret", Read("--Cluster:Nodes=a:1", "--Cluster:Password=s3cret").ToString());

    private static InitializerSettings Read(params string[] args) =>
        InitializerSettings.Read(new ConfigurationBuilder().AddInMemoryCollection(CommandLineArguments.Parse(args)).Build());
}
