using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using Integration.HitCounter;
using Integration.Kubernetes.Worker;
using Integration.Support;
using Integration.Worker;
using RedisCluster.Protocol;
using static Integration.Kubernetes.Worker.ApiObjects;

namespace Integration.Kubernetes;

/// <summary>Pods, the API server that tells of them, and the initialiser that watches both; with what was written so far.</summary>
internal sealed partial class PodLife : IAsyncDisposable
{
    private const string StatefulSetName = "redis-cluster";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);

    private readonly FakeApiServer _api;
    private readonly PodSimulation _pods;
    private readonly ToolProcess _worker;
    private readonly string _kubeconfig;
    private readonly HttpClient _http = new();
    private readonly Dictionary<string, string> _written = new(StringComparer.Ordinal);

    private PodLife(FakeApiServer api, PodSimulation pods, ToolProcess worker, string kubeconfig) =>
        (_api, _pods, _worker, _kubeconfig) = (api, pods, worker, kubeconfig);

    /// <summary>The first start: everything at once, nothing formed yet.</summary>
    public static async Task<PodLife> StartAsync(PublishedFolder published, int count)
    {
        var api = await FakeApiServer.StartAsync();
        foreach (var i in Enumerable.Range(0, 3))
        {
            api.Put(Nodes, Node($"node-{i}", $"{"abc"[i]}"));
        }

        api.Put(Leases, Lease("redis-cluster-reconciler"));
        api.Put(StatefulSets, StatefulSet(StatefulSetName, count));
        var pods = await PodSimulation.StartAsync(published, count, nodeTimeout: TimeSpan.FromSeconds(2));
        foreach (var pod in pods.Pods)
        {
            Tell(api, pod);
        }

        var kubeconfig = Path.GetTempFileName();
        await File.WriteAllTextAsync(kubeconfig, Kubeconfig(api.Url), TestContext.Current.CancellationToken);
        var worker = ToolProcess.Start(
            "ClusterInit.Worker",
            [],
            ("Cluster__Mode", "Watch"),
            ("Cluster__Nodes", string.Join(',', pods.Pods.Take(count).Select(pod => $"{pod.HostName}:{pods.Port}@{pods.BusPort}"))),
            ("Cluster__ReplicasPerShard", "1"),
            ("Cluster__Password", PodSimulation.Password),
            ("Cluster__NodeTimeout", "00:00:02"),
            ("Cluster__Patience", "00:00:02"),
            ("Kubernetes__Config", kubeconfig),
            ("ASPNETCORE_URLS", "http://127.0.0.1:0"));
        return new PodLife(api, pods, worker, kubeconfig);
    }

    /// <summary>Waits until every pod is ready and the initialiser has nothing left to do.</summary>
    public async Task SteadyAsync(int nodes, int shards)
    {
        await Eventually.TrueAsync(async () => (await ReportAsync()) is var report && IsSteady(report, nodes, shards), Patience, $"steady with {nodes} nodes, {shards} shards");
        await Task.WhenAll(_pods.Pods.Select(pod => pod.BecomeReadyAsync()));
    }

    /// <summary>One pod as in a rolling update: the hook, SIGTERM, a new start elsewhere, ready.</summary>
    public async Task RestartAsync(int index)
    {
        var pod = _pods.Pods[index];
        await pod.DeleteAsync();
        _api.Delete(Pods, pod.Name);
        await pod.StartAsync();
        Tell(_api, pod);
        await pod.BecomeReadyAsync();
    }

    /// <summary>All pods die without a word and come back at other addresses.</summary>
    public async Task RestartAllAsync()
    {
        foreach (var pod in _pods.Pods)
        {
            await pod.KillAsync();
            _api.Delete(Pods, pod.Name);
        }

        await Task.WhenAll(_pods.Pods.Select(async pod =>
        {
            await pod.StartAsync();
            Tell(_api, pod);
        }));
    }

    public async Task ScaleUpAsync(int replicas)
    {
        _api.Put(StatefulSets, StatefulSet(StatefulSetName, replicas));
        foreach (var pod in await _pods.AddAsync(replicas - _pods.Pods.Count))
        {
            Tell(_api, pod);
        }
    }

    /// <summary>The surplus pods are told to go at once, all together; each goes when its hook has ended.</summary>
    public async Task ScaleDownAsync(int replicas)
    {
        _api.Put(StatefulSets, StatefulSet(StatefulSetName, replicas));
        await Task.WhenAll(_pods.Pods.Skip(replicas).Select(async pod =>
        {
            var said = await pod.DeleteAsync();
            TestContext.Current.TestOutputHelper!.WriteLine($"{pod.Name} going: {said.Trim()}");
            _api.Delete(Pods, pod.Name);
        }));
        _pods.Keep(replicas);
    }

    /// <summary>Writes further keys, all over the slots.</summary>
    public async Task WriteAsync(int count)
    {
        var keys = Enumerable.Range(_written.Count, count).ToDictionary(
            i => string.Create(CultureInfo.InvariantCulture, $"key-{i}"), i => string.Create(CultureInfo.InvariantCulture, $"value-{i}"), StringComparer.Ordinal);
        foreach (var pod in _pods.Pods)
        {
            await using var connection = await pod.ConnectAsync();
            foreach (var (key, value) in keys)
            {
                if (!(await connection.TrySendAsync(RespCommand.Of("SET", key, value), TestContext.Current.CancellationToken)).IsError)
                {
                    _written.Add(key, value);
                    keys.Remove(key);
                }
            }
        }

        Assert.Empty(keys);
    }

    /// <summary>Every key is there, at the one master that owns it.</summary>
    public async Task AssertDataAsync()
    {
        var found = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var pod in _pods.Pods)
        {
            await using var connection = await pod.ConnectAsync();
            foreach (var key in _written.Keys)
            {
                if (await connection.TrySendAsync(RespCommand.Of("GET", key), TestContext.Current.CancellationToken) is { IsError: false, IsNull: false } value)
                {
                    found.Add(key, value.AsText());
                }
            }
        }

        Assert.Equal(_written.OrderBy(key => key.Key, StringComparer.Ordinal), found.OrderBy(key => key.Key, StringComparer.Ordinal));
    }

    /// <summary>No master on the Kubernetes node of its replica.</summary>
    public async Task AssertPlacementAsync()
    {
        var shards = (await ReportAsync()).GetProperty("summary").GetProperty("shards").EnumerateArray();
        Assert.All(shards, shard =>
        {
            var master = PlaceOf(shard.GetProperty("master"));
            Assert.All(shard.GetProperty("replicas").EnumerateArray(), replica => Assert.NotEqual(master, PlaceOf(replica)));
        });

        int PlaceOf(JsonElement node)
        {
            var address = node.GetProperty("endpoint").GetString()!.Split(':')[0];
            return _pods.PodAt(address).Index % 3;
        }
    }

    /// <summary>SIGTERM; its exit code.</summary>
    public async Task<int> StopWorkerAsync()
    {
        _worker.Terminate();
        return (await _worker.EndAsync()).ExitCode;
    }

    public async ValueTask DisposeAsync()
    {
        TestContext.Current.TestOutputHelper?.WriteLine(_worker.Output + _worker.Error);
        _worker.Dispose();
        _http.Dispose();
        File.Delete(_kubeconfig);
        await _pods.DisposeAsync();
        await _api.DisposeAsync();
    }

    private static bool IsSteady(JsonElement report, int nodes, int shards) =>
        report.GetProperty("kind").GetString() == "Steady"
        && report.GetProperty("summary") is { ValueKind: JsonValueKind.Object } summary
        && summary.GetProperty("nodeCount").GetInt32() == nodes
        && summary.GetProperty("shards").GetArrayLength() == shards
        && summary.GetProperty("slotsCovered").GetInt32() == 16384;

    private static string Kubeconfig(string server) => $$"""
        apiVersion: v1
        kind: Config
        current-context: test
        clusters: [{ name: test, cluster: { server: "{{server}}" } }]
        users: [{ name: test, user: { token: of-the-test } }]
        contexts: [{ name: test, context: { cluster: test, user: test, namespace: {{FakeApiServer.Namespace}} } }]
        """;

    private static void Tell(FakeApiServer api, Pod pod) => api.Put(Pods, ApiObjects.Pod(pod.Name, $"node-{pod.Index % 3}", pod.Address));

    private async Task<JsonElement> ReportAsync()
    {
        var output = await _worker.WaitForOutputAsync(text => Address().IsMatch(text));
        return JsonElement.Parse(await _http.GetStringAsync(new Uri(Address().Match(output).Groups[1].Value + "/"), TestContext.Current.CancellationToken));
    }

    [GeneratedRegex("health at (http://[^/]+)/health")]
    private static partial Regex Address();
}
