using System.Globalization;
using Aspire.Hosting.ApplicationModel;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using RedisCluster.Hosting;
using RedisCluster.Hosting.Faults;
using RedisCluster.Hosting.Local;

namespace Aspire.Hosting;

/// <summary>Adds Redis clusters to an application model.</summary>
public static class RedisClusterBuilderExtensions
{
    internal const int DefaultPort = 7101;
    internal const string PortConfigurationKey = "RedisCluster:Port";

    private const int ContainerPort = 6379;
    private const int FewestShards = 3;
    private const int SlotCount = 16384;
    private const string DataPath = "/data";
    private const string HttpEndpointName = "http";

    /// <summary>
    /// Adds a Redis Cluster: <paramref name="shards"/> masters with <paramref name="replicasPerShard"/> replicas each, as resources
    /// <c>name-0</c>, <c>name-1</c> and so on. <see cref="WithInitializer"/> makes a cluster of them; without it they stay single nodes, and
    /// the cluster is not healthy.
    /// </summary>
    /// <param name="builder">The application.</param>
    /// <param name="name">The resource's name, and the connection string's.</param>
    /// <param name="shards">Masters, 3 to 16384. Two cannot outvote a lost third, so a failover needs three.</param>
    /// <param name="replicasPerShard">Replicas of each master, 0 or more. Without any, the loss of a node is the loss of its data.</param>
    /// <param name="port">
    /// The first node's port on this machine; the others follow. The configuration <c>RedisCluster:Port</c> comes before it: the first
    /// cluster begins there, each further one where the one before it ends. Asked for either way, a port that is taken is an error;
    /// otherwise the ports are the next free ones from 7101 on. Each node's bus port is 10000 higher, or lower where it would be above
    /// 32767. Published nodes listen on 6379.
    /// </param>
    /// <param name="password">
    /// The password of every node; null for a generated one, the parameter <c>name-password</c>. It holds no comma and has no space at
    /// either end, which a connection string of StackExchange.Redis could not carry; the cluster fails to start with one that does.
    /// </param>
    /// <param name="nodes">What the nodes run as here. The configuration <c>RedisCluster:Nodes</c> comes before it. Publishing takes containers in any case.</param>
    /// <returns>The cluster.</returns>
    /// <exception cref="ArgumentException">Aspire does not take the name: it takes letters, digits and hyphens, 64 at most with a node's number.</exception>
    /// <exception cref="ArgumentOutOfRangeException">Fewer than 3 or more than 16384 shards, fewer than 0 replicas, ports beyond 65535, or no kind of node.</exception>
    /// <exception cref="DistributedApplicationException">Nothing on this machine can run a node, or the configuration makes no sense. The message is one line for the user.</exception>
    public static IResourceBuilder<RedisClusterResource> AddRedisCluster(
        this IDistributedApplicationBuilder builder,
        [ResourceName] string name,
        int shards = 3,
        int replicasPerShard = 1,
        int? port = null,
        IResourceBuilder<ParameterResource>? password = null,
        RedisClusterNodeKind nodes = RedisClusterNodeKind.Auto)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentException.ThrowIfNullOrEmpty(name);
        ArgumentOutOfRangeException.ThrowIfNegative(replicasPerShard);
        if (!Enum.IsDefined(nodes))
        {
            throw new ArgumentOutOfRangeException(nameof(nodes), $"{name}: {nodes} is no kind of node. There are {string.Join(", ", Enum.GetNames<RedisClusterNodeKind>())}.");
        }

        if (shards is < FewestShards or > SlotCount)
        {
            throw new ArgumentOutOfRangeException(
                nameof(shards), $"{name}: {shards} shards make no cluster. It takes {FewestShards} to {SlotCount} masters: with fewer than three, nobody can be elected when one is lost.");
        }

        var before = builder.Resources.OfType<RedisClusterResource>().Sum(other => other.Nodes.Count);
        var asked = ConfiguredPort(builder.Configuration) + before ?? port;
        var count = shards * (1L + replicasPerShard);
        var first = asked ?? DefaultPort + before;
        if (first < 1 || first + count - 1 > ushort.MaxValue)
        {
            throw new ArgumentOutOfRangeException(nameof(port), $"{name}: {count} ports from {first} on are not all between 1 and 65535.");
        }

        var choice = NodeKindChoice.Make(builder, name, nodes);
        var secret = password?.Resource
            ?? ParameterResourceBuilderExtensions.CreateDefaultPasswordParameter(builder, $"{name}-password", special: false);
        var cluster = new RedisClusterResource(name, shards, replicasPerShard, secret);
        cluster.Settings.PortsAreFixed = asked is not null;
        cluster.Settings.IsPublished = builder.ExecutionContext.IsPublishMode;

        var healthCheck = $"{name}_check";
        builder.Services.AddHealthChecks().Add(new HealthCheckRegistration(healthCheck, _ => new RedisClusterHealthCheck(cluster), failureStatus: null, tags: null));
        builder.Services.TryAddSingleton<LocalRun>();
        builder.Services.TryAddSingleton<NodeFaults>();

        var clusterBuilder = builder.AddResource(cluster)
            .WithIconName("DatabaseMultiple")
            .WithInitialState(RedisClusterLifecycle.InitialState(cluster))
            .WithHealthCheck(healthCheck)
            .OnInitializeResource(RedisClusterLifecycle.InitializeAsync);

        for (var i = 0; i < count; i++)
        {
            var nodeName = string.Create(CultureInfo.InvariantCulture, $"{name}-{i}");
            if (choice.Kind is RedisClusterNodeKind.Processes)
            {
                AddProcess(clusterBuilder, nodeName, i, first + i, choice.Server!);
            }
            else
            {
                AddContainer(clusterBuilder, nodeName, i, builder.ExecutionContext.IsRunMode ? first + i : ContainerPort);
            }
        }

        if (builder.ExecutionContext.IsRunMode)
        {
            builder.Eventing.Subscribe<BeforeStartEvent>((start, _) =>
            {
                RedisClusterLifecycle.Place(cluster, start.Services.GetRequiredService<LocalRun>(), builder.AppHostDirectory);
                return Task.CompletedTask;
            });
        }

        return clusterBuilder;
    }

    /// <summary>
    /// Lets a project form the cluster, or leave it alone where it is formed, as <c>ClusterInit.Worker</c> does: it is given the section
    /// <c>Cluster</c> (<c>Nodes</c>, <c>ReplicasPerShard</c>, <c>NodeTimeout</c>, <c>Password</c>, <c>Name</c>, <c>Mode</c>) and starts with the nodes; the cluster runs once it has ended
    /// with exit code 0. Published, it stays and watches over the cluster (<c>Mode</c> is <c>Watch</c> then), and gets the password as part of the connection string <c>ConnectionStrings__name</c>, which tools that make manifests know for a secret.
    /// </summary>
    /// <param name="builder">The cluster.</param>
    /// <param name="initializer">The project. Each cluster takes one of its own.</param>
    /// <returns>The cluster.</returns>
    /// <exception cref="ArgumentException">The project forms another cluster already.</exception>
    public static IResourceBuilder<RedisClusterResource> WithInitializer(
        this IResourceBuilder<RedisClusterResource> builder, IResourceBuilder<ProjectResource> initializer)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(initializer);

        var cluster = builder.Resource;
        if (builder.ApplicationBuilder.Resources.OfType<RedisClusterResource>().FirstOrDefault(other => other != cluster && other.Initializer == initializer.Resource) is { } other)
        {
            throw new ArgumentException($"{cluster.Name}: {initializer.Resource.Name} forms {other.Name} already. Add the project once more, under another name.", nameof(initializer));
        }

        initializer
            .WithEnvironment("Cluster__Name", cluster.Name)
            .WithEnvironment("Cluster__Nodes", cluster.NodesExpression)
            .WithEnvironment("Cluster__ReplicasPerShard", cluster.ReplicasPerShard.ToString(CultureInfo.InvariantCulture))
            .WithEnvironment("Cluster__Mode", builder.ApplicationBuilder.ExecutionContext.IsRunMode ? "Once" : "Watch")
            .WithEnvironment(context => context.EnvironmentVariables["Cluster__NodeTimeout"] =
                (cluster.Settings.NodeTimeout ?? RedisServerOptions.DefaultNodeTimeout(context.ExecutionContext.IsRunMode)).ToString("c", CultureInfo.InvariantCulture))
            .WithParentRelationship(builder);
        cluster.Initializer = initializer.Resource;
        if (builder.ApplicationBuilder.ExecutionContext.IsRunMode)
        {
            initializer.WithEnvironment("Cluster__Password", ReferenceExpression.Create($"{cluster.PasswordParameter}"));
        }
        else
        {
            // Under a name that aspirate takes for a secret's, and with an endpoint, for probes and because it makes a broken service without any.
            initializer.WithEnvironment($"ConnectionStrings__{cluster.Name}", cluster.ConnectionStringExpression);
            if (!initializer.Resource.Annotations.OfType<EndpointAnnotation>().Any(endpoint => endpoint.Name == HttpEndpointName))
            {
                initializer.WithHttpEndpoint(name: HttpEndpointName);
            }
        }

        foreach (var node in cluster.Nodes)
        {
            initializer.WaitForStart(builder.ApplicationBuilder.CreateResourceBuilder(node));
        }

        return builder.WaitForCompletion(initializer);
    }

    /// <summary>
    /// Keeps the nodes' data between runs: in volumes <c>name-0-data</c>, <c>name-1-data</c> and so on, or, where the nodes are processes, in folders of those names
    /// under the user's application data. The ports stay the same from run to run then, as the nodes remember each other by them: where one is
    /// taken that is an error, and with other ones than before the cluster does not come together. More replicas may be asked for later, fewer nodes
    /// are refused. Published nodes have such volumes in any case.
    /// </summary>
    /// <param name="builder">The cluster.</param>
    /// <param name="name">The volumes' name before the node's number: letters, digits, '_', '.' and '-', no sign first; null for the cluster's name.</param>
    /// <returns>The cluster.</returns>
    /// <exception cref="ArgumentException">No volume can have the name.</exception>
    public static IResourceBuilder<RedisClusterResource> WithDataVolume(this IResourceBuilder<RedisClusterResource> builder, string? name = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        var prefix = name ?? builder.Resource.Name;
        ArgumentException.ThrowIfNullOrEmpty(prefix, nameof(name));
        if (!char.IsAsciiLetterOrDigit(prefix[0]) || !prefix.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '.' or '-'))
        {
            throw new ArgumentException($"{builder.Resource.Name}: '{prefix}' is no name for a volume. It takes letters, digits, '_', '.' and '-', a letter or digit first.", nameof(name));
        }

        builder.Resource.Settings.DataVolume = prefix;
        builder.Resource.Settings.PortsAreFixed = true;
        foreach (var node in builder.Resource.Nodes.OfType<RedisClusterNodeContainer>())
        {
            WithVolume(builder.ApplicationBuilder.CreateResourceBuilder(node), prefix);
        }

        return builder;
    }

    /// <summary>
    /// Sets <c>cluster-node-timeout</c>: how long a node may be silent before the others hold it for lost. A failover takes this time and some seconds
    /// more. Unless set it is 5 seconds in a local run and 15 seconds published.
    /// </summary>
    /// <param name="builder">The cluster.</param>
    /// <param name="timeout">100 to 2147483647 milliseconds (24 days); what is less than a millisecond is cut off.</param>
    /// <returns>The cluster.</returns>
    /// <exception cref="ArgumentOutOfRangeException">Less or more than that.</exception>
    public static IResourceBuilder<RedisClusterResource> WithNodeTimeout(this IResourceBuilder<RedisClusterResource> builder, TimeSpan timeout)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentOutOfRangeException.ThrowIfLessThan(timeout, TimeSpan.FromMilliseconds(100));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(timeout.TotalMilliseconds, int.MaxValue, nameof(timeout));
        builder.Resource.Settings.NodeTimeout = new(timeout.Ticks - timeout.Ticks % TimeSpan.TicksPerMillisecond);
        return builder;
    }

    /// <summary>Sets a directive of <c>redis.conf</c> on every node. Set twice, the last value counts.</summary>
    /// <param name="builder">The cluster.</param>
    /// <param name="key">The directive, such as <c>maxmemory</c>.</param>
    /// <param name="value">Its value, several words separated by spaces as in the file; no secret, as it can be read in the manifest.</param>
    /// <returns>The cluster.</returns>
    /// <exception cref="ArgumentException">The directive is no name, or one that the cluster itself decides on.</exception>
    public static IResourceBuilder<RedisClusterResource> WithRedisConfig(this IResourceBuilder<RedisClusterResource> builder, string key, string value)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentException.ThrowIfNullOrEmpty(key);
        ArgumentNullException.ThrowIfNull(value);
        if (!key.All(c => char.IsAsciiLetterOrDigit(c) || c == '-') || key[0] == '-')
        {
            throw new ArgumentException($"'{key}' is not the name of a Redis directive.", nameof(key));
        }

        if (RedisServerOptions.InsteadOf(key) is { } instead)
        {
            throw new ArgumentException($"{builder.Resource.Name}: {key} cannot be set by itself. Use {instead}.", nameof(key));
        }

        builder.Resource.Settings.SetConfig(key, value);
        return builder;
    }

    /// <summary>Sets the image of the nodes that are containers, instead of <c>docker.io/library/redis:8.2</c>. It has to have <c>/bin/sh</c> and <c>redis-server</c>.</summary>
    /// <param name="builder">The cluster.</param>
    /// <param name="image">The image without its registry, such as <c>valkey/valkey</c>.</param>
    /// <param name="tag">The tag; null for <c>latest</c>.</param>
    /// <param name="registry">The registry; null for <c>docker.io</c>.</param>
    /// <returns>The cluster.</returns>
    public static IResourceBuilder<RedisClusterResource> WithNodeImage(
        this IResourceBuilder<RedisClusterResource> builder, string image, string? tag = null, string? registry = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentException.ThrowIfNullOrEmpty(image);
        foreach (var node in builder.Resource.Nodes.OfType<RedisClusterNodeContainer>())
        {
            builder.ApplicationBuilder.CreateResourceBuilder(node)
                .WithImage(image, tag)
                .WithImageRegistry(registry ?? RedisClusterContainerImageTags.Registry);
        }

        return builder;
    }

    private static void AddProcess(IResourceBuilder<RedisClusterResource> cluster, string name, int index, int port, string server)
    {
        var builder = cluster.ApplicationBuilder;
        var node = new RedisClusterNodeProcess(name, cluster.Resource, index, server, builder.AppHostDirectory);
        cluster.Resource.Add(node);
        var added = builder.AddResource(node)
            .WithIconName("Database")
            .WithArgs(context => NodeProcessArguments.Add(context.Args, node, context.ExecutionContext.IsRunMode))
            .OnBeforeResourceStarted((process, _, cancellationToken) => NodeProcessArguments.PrepareAsync(process, cancellationToken))
            .WithParentRelationship(cluster);
        WithPorts(added, port, LocalPortPlan.BusPortOf(port));
        WithFaults(added);
        cluster.WaitForStart(added);
    }

    private static void AddContainer(IResourceBuilder<RedisClusterResource> cluster, string name, int index, int port)
    {
        var builder = cluster.ApplicationBuilder;
        var node = new RedisClusterNodeContainer(name, cluster.Resource, index);
        cluster.Resource.Add(node);
        var added = builder.AddResource(node)
            .WithImage(RedisClusterContainerImageTags.Image, RedisClusterContainerImageTags.Tag)
            .WithImageRegistry(RedisClusterContainerImageTags.Registry)
            .WithIconName("Database")
            .WithEnvironment(context => NodeContainerScript.AddVariables(node, context.ExecutionContext.IsRunMode, context.EnvironmentVariables))
            .WithArgs(context =>
            {
                context.Args.Add("-c");
                context.Args.Add(NodeContainerScript.Of(node, context.ExecutionContext.IsRunMode));
            })
            .WithParentRelationship(cluster);
        WithPorts(added, port, builder.ExecutionContext.IsRunMode ? LocalPortPlan.BusPortOf(port) : port + LocalPortPlan.BusOffset);
        if (builder.ExecutionContext.IsPublishMode)
        {
            WithVolume(added, cluster.Resource.Name);
        }

        WithFaults(added);
        cluster.WaitForStart(added);
    }

    private static void WithPorts<T>(IResourceBuilder<T> node, int port, int busPort) where T : IRedisClusterNodeResource =>
        node.WithEndpoint(port, port, scheme: "redis", name: RedisClusterResource.PrimaryEndpointName, isProxied: false)
            .WithEndpoint(busPort, busPort, scheme: "tcp", name: RedisClusterResource.BusEndpointName, isProxied: false);

    private static void WithFaults<T>(IResourceBuilder<T> node) where T : IRedisClusterNodeResource
    {
        if (node.ApplicationBuilder.ExecutionContext.IsRunMode)
        {
            NodeFaultCommands.AddTo(node);
        }
    }

    private static void WithVolume(IResourceBuilder<RedisClusterNodeContainer> node, string prefix)
    {
        var annotations = node.Resource.Annotations;
        foreach (var former in annotations.OfType<ContainerMountAnnotation>().Where(mount => mount.Target == DataPath).ToList())
        {
            annotations.Remove(former);
        }

        node.WithVolume(string.Create(CultureInfo.InvariantCulture, $"{prefix}-{node.Resource.Index}-data"), DataPath);
    }

    private static int? ConfiguredPort(ConfigurationManager configuration) =>
        configuration[PortConfigurationKey] is not { Length: > 0 } text ? null
        : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var port) && port is > 0 and <= ushort.MaxValue ? port
        : throw new DistributedApplicationException($"{PortConfigurationKey} is '{text}'; it has to be a port between 1 and 65535.");
}
