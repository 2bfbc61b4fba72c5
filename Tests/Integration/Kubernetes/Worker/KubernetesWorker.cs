using System.Collections.Concurrent;
using ClusterInit.Worker.Kubernetes;
using k8s;
using Microsoft.Extensions.Logging;
using RedisCluster.Operations;
using RedisCluster.Planning;
using RedisCluster.Topology;

namespace Integration.Kubernetes.Worker;

/// <summary>The worker's side of Kubernetes against a <see cref="FakeApiServer"/>, with what it logged.</summary>
internal sealed class KubernetesWorker : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly LogList _log = new();
    private readonly KubernetesSide _side;

    private KubernetesWorker(FakeApiServer api, DesiredCluster configured, Func<KubernetesSettings, KubernetesSettings> change) =>
        _side = KubernetesSide.Start(
            Client(api), change(Settings), new FixedClusterSource(configured), new NoLease(), "worker-0", TimeProvider.System, _log);

    public static KubernetesSettings Settings { get; } = new()
    {
        Namespace = FakeApiServer.Namespace,
        Lease = "redis-cluster-reconciler",
        RequestTimeout = TimeSpan.FromSeconds(10),
    };

    public IReadOnlyCollection<string> Log => _log.Lines;

    public static IKubernetes Client(FakeApiServer api) => new k8s.Kubernetes(new KubernetesClientConfiguration { Host = api.Url, AccessToken = "of the test" });

    /// <summary>Six nodes behind a headless service, as a manifest lists them.</summary>
    public static DesiredCluster Six { get; } = new()
    {
        Nodes = [.. Enumerable.Range(0, 6).Select(i => Node($"redis-cluster-{i}.nodes:6379"))],
        ReplicasPerShard = 1,
    };

    public static KubernetesWorker Start(FakeApiServer api, DesiredCluster? configured = null, Func<KubernetesSettings, KubernetesSettings>? change = null) =>
        new(api, configured ?? Six, change ?? (settings => settings));

    public ValueTask<DesiredCluster> ReadAsync() => _side.Source.ReadAsync(TestContext.Current.CancellationToken);

    /// <summary>What there shall be, as text: name, endpoint, Kubernetes node and zone of each.</summary>
    public async Task<string[]> DescribeAsync() =>
        [.. (await ReadAsync()).Nodes.Select(node => $"{node.Name} {node.Endpoint} {node.Labels?.Host ?? "-"} {node.Labels?.Zone ?? "-"}")];

    /// <summary>Reads until the condition holds.</summary>
    public async Task<string[]> WaitAsync(Func<string[], bool> condition)
    {
        var limit = DateTime.UtcNow + Patience;
        while (true)
        {
            var seen = await DescribeAsync();
            if (condition(seen))
            {
                return seen;
            }

            Assert.True(DateTime.UtcNow < limit, string.Join('\n', (string[])["not seen in time; last:", .. seen, .. Log]));
            await Task.Delay(20, TestContext.Current.CancellationToken);
        }
    }

    public ValueTask DisposeAsync() => _side.DisposeAsync();

    private static DesiredNode Node(string text) => NodeEndpoint.TryParse(text, out var endpoint) ? new(text, endpoint) : throw new FormatException(text);

    /// <summary>Level and text of each entry.</summary>
    private sealed class LogList : ILogger
    {
        public ConcurrentQueue<string> Lines { get; } = new();

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            Lines.Enqueue($"{logLevel}: {formatter(state, exception)}");
    }
}
