using RedisCluster.Hosting;

namespace Aspire.Hosting.ApplicationModel;

/// <summary>
/// A Redis Cluster as a whole. Its nodes are resources of their own; this one is healthy exactly when the cluster is usable, so
/// that <c>WaitFor</c> means that every shard takes writes.
/// </summary>
public class RedisClusterResource : Resource, IResourceWithConnectionString, IResourceWithWaitSupport
{
    internal const string PrimaryEndpointName = "tcp";
    internal const string BusEndpointName = "bus";

    private readonly List<IRedisClusterNodeResource> _nodes = [];

    /// <summary>A cluster without nodes yet.</summary>
    /// <param name="name">The resource's name, and the connection string's.</param>
    /// <param name="shards">Masters, each with its part of the 16384 slots: 3 to 16384.</param>
    /// <param name="replicasPerShard">Replicas of each master: 0 or more.</param>
    /// <param name="password">The password of every node, for clients and between the nodes.</param>
    public RedisClusterResource(string name, int shards, int replicasPerShard, ParameterResource password) : base(name)
    {
        ArgumentNullException.ThrowIfNull(password);
        Shards = shards;
        ReplicasPerShard = replicasPerShard;
        PasswordParameter = password;
    }

    /// <summary>Masters, each with its part of the 16384 slots.</summary>
    public int Shards { get; }

    /// <summary>Replicas of each master.</summary>
    public int ReplicasPerShard { get; }

    /// <summary>The password of every node.</summary>
    public ParameterResource PasswordParameter { get; }

    /// <summary>The nodes in order. Who is master and who replica is decided when the cluster is formed, and again by each failover.</summary>
    public IReadOnlyList<IRedisClusterNodeResource> Nodes => _nodes;

    /// <summary>Every node's address and the password, as StackExchange.Redis reads it: <c>host:port,host:port,...,password=...</c>.</summary>
    public ReferenceExpression ConnectionStringExpression
    {
        get
        {
            var builder = new ReferenceExpressionBuilder();
            foreach (var node in _nodes)
            {
                builder.Append($"{NodeHost(node)}:{node.PrimaryEndpoint.Property(EndpointProperty.Port)},");
            }

            builder.Append($"password={PasswordParameter}");
            return builder.Build();
        }
    }

    // Host and Port stay out: no node speaks for the others. Published, the password stays out as well: aspirate would write a variable of that name in plain text.
    IEnumerable<KeyValuePair<string, ReferenceExpression>> IResourceWithConnectionString.GetConnectionProperties() =>
        Settings.IsPublished ? [] : [new("Password", ReferenceExpression.Create($"{PasswordParameter}"))];

    internal RedisClusterSettings Settings { get; } = new();

    /// <summary>The project that forms the cluster, if there is one.</summary>
    internal ProjectResource? Initializer { get; set; }

    internal void Add(IRedisClusterNodeResource node) => _nodes.Add(node);

    /// <summary>What <c>ClusterInit.Worker</c> reads: <c>host:port@busport,...</c>.</summary>
    internal ReferenceExpression NodesExpression
    {
        get
        {
            var builder = new ReferenceExpressionBuilder();
            foreach (var node in _nodes)
            {
                if (node.Index > 0)
                {
                    builder.AppendLiteral(",");
                }

                builder.Append($"{NodeHost(node)}:{node.PrimaryEndpoint.Property(EndpointProperty.Port)}@{node.BusEndpoint.Property(EndpointProperty.TargetPort)}");
            }

            return builder.Build();
        }
    }

    // Processes announce 127.0.0.1: a client given "localhost" would count each node twice. Containers announce "localhost".
    internal static EndpointReferenceExpression NodeHost(IRedisClusterNodeResource node) =>
        node.PrimaryEndpoint.Property(node is RedisClusterNodeProcess ? EndpointProperty.IPV4Host : EndpointProperty.Host);
}
