using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using RedisCluster.Hosting;
using RedisCluster.Planning;
using RedisCluster.Topology;

namespace Unit.Hosting;

public sealed class AddRedisClusterTests
{
    [Fact]
    public void Six_nodes_are_resources_of_their_own()
    {
        var builder = HostingModel.Publish();
        var redis = builder.AddRedisCluster("redis-cluster").Resource;

        Assert.Equal(["redis-cluster-0", "redis-cluster-1", "redis-cluster-2", "redis-cluster-3", "redis-cluster-4", "redis-cluster-5"], redis.Nodes.Select(n => n.Name));
        Assert.Equal(Enumerable.Range(0, 6), redis.Nodes.Select(n => n.Index));
        Assert.All(redis.Nodes, node => Assert.Contains(node, builder.Resources));
        Assert.Equal((3, 1), (redis.Shards, redis.ReplicasPerShard));
    }

    [Theory]
    [InlineData(3, 0, 3)]
    [InlineData(3, 2, 9)]
    [InlineData(5, 1, 10)]
    public void Nodes_are_shards_times_masters_and_replicas(int shards, int replicas, int nodes) =>
        Assert.Equal(nodes, HostingModel.Publish().AddRedisCluster("r", shards, replicas).Resource.Nodes.Count);

    [Theory]
    [InlineData(2)]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(16385)]
    public void Too_few_or_too_many_shards_are_refused_in_one_line(int shards)
    {
        var e = Assert.Throws<ArgumentOutOfRangeException>(nameof(shards), () => HostingModel.Publish().AddRedisCluster("redis", shards));
        Assert.StartsWith($"redis: {shards} shards make no cluster.", e.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', e.Message);
    }

    [Fact]
    public void Negative_replicas_are_refused() =>
        Assert.Throws<ArgumentOutOfRangeException>("replicasPerShard", () => HostingModel.Publish().AddRedisCluster("redis", replicasPerShard: -1));

    [Theory]
    [InlineData(0)]
    [InlineData(65531)]
    public void Ports_beyond_the_range_are_refused(int port) =>
        Assert.Throws<ArgumentOutOfRangeException>(nameof(port), () => HostingModel.Publish().AddRedisCluster("redis", port: port));

    [Fact]
    public void A_password_is_generated_without_special_characters()
    {
        var builder = HostingModel.Publish();
        var redis = builder.AddRedisCluster("redis-cluster").Resource;
        Assert.Equal("redis-cluster-password", redis.PasswordParameter.Name);
        Assert.True(redis.PasswordParameter.Secret);
    }

    [Fact]
    public void A_password_of_the_callers_is_taken()
    {
        var builder = HostingModel.Publish();
        var mine = builder.AddParameter("mine", secret: true);
        Assert.Same(mine.Resource, builder.AddRedisCluster("redis", password: mine).Resource.PasswordParameter);
    }

    [Fact]
    public void Published_nodes_listen_on_6379_and_16379()
    {
        foreach (var node in HostingModel.Publish().AddRedisCluster("redis", port: 7301).Resource.Nodes)
        {
            Assert.Equal(6379, node.Endpoint("tcp").TargetPort);
            Assert.Equal(16379, node.Endpoint("bus").TargetPort);
        }
    }

    [Fact]
    public void Local_nodes_listen_on_7101_and_following_each_with_its_bus_port()
    {
        Assert.SkipWhen(NoServer, "No redis-server here.");
        var nodes = HostingModel.Run().AddRedisCluster("redis").Resource.Nodes;
        Assert.Equal([7101, 7102, 7103, 7104, 7105, 7106], nodes.Select(n => n.Endpoint("tcp").Port));
        Assert.Equal([17101, 17102, 17103, 17104, 17105, 17106], nodes.Select(n => n.Endpoint("bus").Port));
        Assert.All(nodes, node => Assert.False(node.Endpoint("tcp").IsProxied || node.Endpoint("bus").IsProxied));
    }

    [Fact]
    public void A_second_cluster_has_the_following_ports()
    {
        Assert.SkipWhen(NoServer, "No redis-server here.");
        var builder = HostingModel.Run();
        builder.AddRedisCluster("a");
        Assert.Equal(7107, builder.AddRedisCluster("b").Resource.Nodes[0].Endpoint("tcp").Port);
    }

    [Fact]
    public void The_configured_port_comes_before_the_argument()
    {
        Assert.SkipWhen(NoServer, "No redis-server here.");
        Assert.Equal(7401, HostingModel.Run("--RedisCluster:Port=7401").AddRedisCluster("redis", port: 7301).Resource.Nodes[0].Endpoint("tcp").Port);
    }

    [Fact]
    public void Of_two_clusters_the_second_follows_the_first_from_the_configured_port_on()
    {
        Assert.SkipWhen(NoServer, "No redis-server here.");
        var builder = HostingModel.Run("--RedisCluster:Port=7401");
        builder.AddRedisCluster("a");
        Assert.Equal([7407, 7408, 7409], builder.AddRedisCluster("b", replicasPerShard: 0).Resource.Nodes.Select(n => n.Endpoint("tcp").Port));
    }

    [Fact]
    public void More_nodes_than_ports_are_refused() =>
        Assert.Throws<ArgumentOutOfRangeException>("port", () => HostingModel.Publish().AddRedisCluster("redis", replicasPerShard: int.MaxValue));

    [Fact]
    public void What_is_no_kind_of_node_is_refused() =>
        Assert.Throws<ArgumentOutOfRangeException>("nodes", () => HostingModel.Publish().AddRedisCluster("redis", nodes: (RedisClusterNodeKind)7));

    [Fact]
    public void A_project_forms_one_cluster()
    {
        var builder = HostingModel.Publish();
        var worker = builder.AddResource(new ProjectResource("init"));
        builder.AddRedisCluster("a").WithInitializer(worker);
        var e = Assert.Throws<ArgumentException>("initializer", () => builder.AddRedisCluster("b").WithInitializer(worker));
        Assert.StartsWith("b: init forms a already.", e.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("../elsewhere")]
    [InlineData("my data")]
    [InlineData(".hidden")]
    public void A_name_no_volume_can_have_is_refused(string name)
    {
        var e = Assert.Throws<ArgumentException>(nameof(name), () => HostingModel.Publish().AddRedisCluster("redis").WithDataVolume(name));
        Assert.StartsWith($"redis: '{name}' is no name for a volume.", e.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("a,b", false)]
    [InlineData(" ab", false)]
    [InlineData("ab\n", false)]
    [InlineData("a b\"c\\d=e", true)]
    [InlineData("", true)]
    [InlineData(null, true)]
    public void A_password_a_connection_string_cannot_carry_is_refused(string? password, bool isFine)
    {
        var e = Record.Exception(() => RedisClusterLifecycle.CheckPassword("redis-password", password));
        Assert.Equal(isFine, e is null);
        Assert.True(isFine || e is DistributedApplicationException && e.Message.StartsWith("the parameter redis-password holds a comma", StringComparison.Ordinal));
    }

    [Fact]
    public void Nodes_that_nobody_made_a_cluster_of_are_told_for_what_they_are()
    {
        var builder = HostingModel.Publish();
        var redis = builder.AddRedisCluster("redis");
        var finding = new Finding(Severity.Error, FindingCodes.SlotsUncovered, "16384 slots have no owner.");
        var report = new CheckReport(
            [finding], new() { Shards = [], NodeCount = 6, SlotsCovered = 0, NodesAgree = true, OpenSlots = SlotSet.Empty, StateOk = false });

        Assert.Contains("lacks .WithInitializer", RedisClusterHealthCheck.AilmentOf(redis.Resource, report), StringComparison.Ordinal);
        Assert.Equal(finding.Message, RedisClusterHealthCheck.AilmentOf(redis.Resource, report with { Summary = report.Summary with { SlotsCovered = 1 } }));
        redis.WithInitializer(builder.AddResource(new ProjectResource("init")));
        Assert.Equal(finding.Message, RedisClusterHealthCheck.AilmentOf(redis.Resource, report));
    }

    [Theory]
    [InlineData("--RedisCluster:Port=abc", "RedisCluster:Port is 'abc'; it has to be a port between 1 and 65535.")]
    [InlineData("--RedisCluster:Port=70000", "RedisCluster:Port is '70000'; it has to be a port between 1 and 65535.")]
    [InlineData("--RedisCluster:Nodes=Boats", "RedisCluster:Nodes is 'Boats'; it has to be one of Auto, Processes, Containers.")]
    public void Configuration_that_makes_no_sense_is_named(string argument, string message) =>
        Assert.Equal(message, Assert.Throws<DistributedApplicationException>(() => DistributedApplication.CreateBuilder([argument]).AddRedisCluster("redis")).Message);

    [Fact]
    public void Directives_the_cluster_decides_on_are_refused_with_what_to_use_instead()
    {
        var e = Assert.Throws<ArgumentException>(() => HostingModel.Publish().AddRedisCluster("redis").WithRedisConfig("requirepass", "x"));
        Assert.Contains("Use the password argument of AddRedisCluster.", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_initializer_gets_the_nodes_and_the_secrets_as_expressions()
    {
        var builder = HostingModel.Publish();
        var worker = builder.AddResource(new ProjectResource("init"));
        var redis = builder.AddRedisCluster("redis", replicasPerShard: 0).WithInitializer(worker).WithNodeTimeout(TimeSpan.FromMilliseconds(2000.7));

        var environment = await HostingModel.EnvironmentOfAsync(builder, worker.Resource);

        Assert.Equal("redis", environment["Cluster__Name"]);
        Assert.Equal("0", environment["Cluster__ReplicasPerShard"]);
        Assert.Equal("Watch", environment["Cluster__Mode"]);
        Assert.Equal("00:00:02", environment["Cluster__NodeTimeout"]);
        Assert.DoesNotContain("Cluster__Password", environment.Keys);
        Assert.EndsWith(",password={redis-password.value}", Assert.IsAssignableFrom<IManifestExpressionProvider>(environment["ConnectionStrings__redis"]).ValueExpression, StringComparison.Ordinal);
        Assert.Equal(
            string.Join(',', Enumerable.Range(0, 3).Select(i => $"{{redis-{i}.bindings.tcp.host}}:{{redis-{i}.bindings.tcp.port}}@{{redis-{i}.bindings.bus.targetPort}}")),
            Assert.IsAssignableFrom<IManifestExpressionProvider>(environment["Cluster__Nodes"]).ValueExpression);
        Assert.Contains(redis.Resource.Annotations.OfType<WaitAnnotation>(), wait => wait.Resource == worker.Resource && wait.WaitType == WaitType.WaitForCompletion);
        Assert.All(redis.Resource.Nodes, node => Assert.Contains(
            worker.Resource.Annotations.OfType<WaitAnnotation>(), wait => wait.Resource == node && wait.WaitType == WaitType.WaitUntilStarted));
    }

    [Fact]
    public async Task The_initializer_of_a_local_run_gets_the_password_by_itself()
    {
        Assert.SkipWhen(NoServer, "No redis-server here.");
        var builder = HostingModel.Run();
        var worker = builder.AddResource(new ProjectResource("init"));
        builder.AddRedisCluster("redis").WithInitializer(worker);

        var environment = await HostingModel.EnvironmentOfAsync(builder, worker.Resource);

        Assert.Equal("Once", environment["Cluster__Mode"]);
        Assert.Equal("{redis-password.value}", Assert.IsAssignableFrom<IManifestExpressionProvider>(environment["Cluster__Password"]).ValueExpression);
        Assert.DoesNotContain("ConnectionStrings__redis", environment.Keys);
        Assert.Empty(worker.Resource.Annotations.OfType<EndpointAnnotation>());
    }

    [Fact]
    public void Connection_properties_leave_out_host_and_port_and_published_the_password()
    {
        Assert.SkipWhen(NoServer, "No redis-server here.");
        IResourceWithConnectionString redis = HostingModel.Run().AddRedisCluster("redis").Resource;
        Assert.Equal(["Password"], redis.GetConnectionProperties().Select(p => p.Key));
        redis = HostingModel.Publish().AddRedisCluster("redis").Resource;
        Assert.Empty(redis.GetConnectionProperties());
    }

    [Fact]
    public async Task Processes_get_their_ports_and_no_password_on_the_command_line()
    {
        Assert.SkipWhen(NoServer, "No redis-server here.");
        var builder = HostingModel.Run("--Parameters:redis-password=topsecret");
        var node = Assert.IsType<RedisClusterNodeProcess>(builder.AddRedisCluster("redis").WithRedisConfig("save", "3600 1").Resource.Nodes[0]);
        node.DataDirectory = "/data/redis-0";

        var arguments = await HostingModel.ArgumentsOfAsync(builder, node);

        Assert.Equal(
            [
                "/data/redis-0/redis.conf", "--port", "{redis-0.bindings.tcp.targetPort}", "--cluster-port", "{redis-0.bindings.bus.targetPort}",
                "--bind", "127.0.0.1", "--dir", "/data/redis-0", "--cluster-enabled", "yes", "--cluster-config-file", "nodes.conf", "--cluster-node-timeout", "5000",
                "--cluster-require-full-coverage", "no", "--cluster-migration-barrier", "1", "--appendonly", "yes", "--repl-diskless-sync-delay", "0", "--protected-mode", "no", "--save", "3600", "1",
            ],
            arguments.Select(argument => argument is IManifestExpressionProvider expression ? expression.ValueExpression : argument.ToString()));
    }

    [Fact]
    public void Containers_on_this_machine_announce_localhost_to_clients_and_their_address_to_each_other()
    {
        var cluster = new RedisClusterResource("redis", 3, 1, new ParameterResource("p", _ => "x"));
        var node = new RedisClusterNodeContainer("redis-0", cluster, 0);
        node.Annotations.Add(new EndpointAnnotation(System.Net.Sockets.ProtocolType.Tcp, name: "tcp", port: 7101, targetPort: 7101));
        node.Annotations.Add(new EndpointAnnotation(System.Net.Sockets.ProtocolType.Tcp, name: "bus", port: 17101, targetPort: 17101));
        cluster.Settings.SetConfig("proc-title-template", "a \"b\" 'c'");
        Dictionary<string, object> variables = [];

        var script = NodeContainerScript.Of(node, isRunMode: true, variables);

        Assert.StartsWith("set -- $(hostname -i); set -f; IFS=; exec redis-server --port 7101 --cluster-port 17101 --dir /data", script, StringComparison.Ordinal);
        Assert.Contains(" --cluster-announce-ip $1 --cluster-announce-hostname localhost --cluster-preferred-endpoint-type hostname ", script, StringComparison.Ordinal);
        Assert.DoesNotContain('"', script);
        Assert.DoesNotContain('\'', script);
        Assert.Contains(" --proc-title-template a $REDIS_PROC_TITLE_TEMPLATE_1 $REDIS_PROC_TITLE_TEMPLATE_2 ", script, StringComparison.Ordinal);
        Assert.Equal("\"b\"", variables["REDIS_PROC_TITLE_TEMPLATE_1"]);
    }

    private static bool NoServer => RedisCluster.Hosting.Local.RedisServerExecutable.Find(Environment.GetEnvironmentVariable("PATH")) is null;
}
