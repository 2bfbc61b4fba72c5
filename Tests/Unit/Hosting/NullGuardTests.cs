using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;

namespace Unit.Hosting;

public sealed class NullGuardTests
{
    private static readonly IResourceBuilder<RedisClusterResource> NoCluster = null!;

    [Fact]
    public void AddRedisCluster_wants_a_builder() =>
        Assert.Throws<ArgumentNullException>("builder", () => ((IDistributedApplicationBuilder)null!).AddRedisCluster("redis"));

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    public void AddRedisCluster_wants_a_name(string? name) =>
        Assert.ThrowsAny<ArgumentException>(() => HostingModel.Publish().AddRedisCluster(name!));

    [Fact]
    public void The_resource_wants_a_password() =>
        Assert.Throws<ArgumentNullException>("password", () => new RedisClusterResource("redis", 3, 1, null!));

    [Fact]
    public void A_node_wants_its_cluster()
    {
        Assert.Throws<ArgumentNullException>("cluster", () => new RedisClusterNodeContainer("redis-0", null!, 0));
        Assert.Throws<ArgumentNullException>("cluster", () => new RedisClusterNodeProcess("redis-0", null!, 0, "redis-server", "/"));
    }

    [Fact]
    public void A_node_has_no_negative_place()
    {
        var cluster = Cluster().Resource;
        Assert.Throws<ArgumentOutOfRangeException>("index", () => new RedisClusterNodeContainer("redis-0", cluster, -1));
        Assert.Throws<ArgumentOutOfRangeException>("index", () => new RedisClusterNodeProcess("redis-0", cluster, -1, "redis-server", "/"));
    }

    [Fact]
    public void WithInitializer_wants_a_cluster_and_a_project()
    {
        Assert.Throws<ArgumentNullException>("builder", () => NoCluster.WithInitializer(null!));
        Assert.Throws<ArgumentNullException>("initializer", () => Cluster().WithInitializer(null!));
    }

    [Fact]
    public void WithFaultControl_wants_somebody_and_a_cluster()
    {
        Assert.Throws<ArgumentNullException>("builder", () => ((IResourceBuilder<ProjectResource>)null!).WithFaultControl(Cluster()));
        Assert.Throws<ArgumentNullException>("cluster", () => Cluster().ApplicationBuilder.AddExecutable("tool", "tool", "/").WithFaultControl(NoCluster));
    }

    [Fact]
    public void WithDataVolume_wants_a_cluster_and_a_name_that_is_one()
    {
        Assert.Throws<ArgumentNullException>("builder", () => NoCluster.WithDataVolume());
        Assert.Throws<ArgumentException>("name", () => Cluster().WithDataVolume(""));
    }

    [Fact]
    public void WithNodeTimeout_wants_a_cluster_and_a_time_that_Redis_takes()
    {
        Assert.Throws<ArgumentNullException>("builder", () => NoCluster.WithNodeTimeout(TimeSpan.FromSeconds(1)));
        Assert.Throws<ArgumentOutOfRangeException>("timeout", () => Cluster().WithNodeTimeout(TimeSpan.FromMilliseconds(99)));
        Assert.Throws<ArgumentOutOfRangeException>("timeout", () => Cluster().WithNodeTimeout(TimeSpan.MaxValue));
    }

    [Fact]
    public void WithRedisConfig_wants_a_cluster_a_directive_and_a_value()
    {
        Assert.Throws<ArgumentNullException>("builder", () => NoCluster.WithRedisConfig("maxmemory", "1gb"));
        Assert.Throws<ArgumentNullException>("key", () => Cluster().WithRedisConfig(null!, "1gb"));
        Assert.Throws<ArgumentException>("key", () => Cluster().WithRedisConfig("", "1gb"));
        Assert.Throws<ArgumentNullException>("value", () => Cluster().WithRedisConfig("maxmemory", null!));
    }

    [Fact]
    public void WithNodeImage_wants_a_cluster_and_an_image()
    {
        Assert.Throws<ArgumentNullException>("builder", () => NoCluster.WithNodeImage("valkey/valkey"));
        Assert.Throws<ArgumentNullException>("image", () => Cluster().WithNodeImage(null!));
        Assert.Throws<ArgumentException>("image", () => Cluster().WithNodeImage(""));
    }

    private static IResourceBuilder<RedisClusterResource> Cluster() => HostingModel.Publish().AddRedisCluster("redis");
}
