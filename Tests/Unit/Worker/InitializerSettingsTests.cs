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
