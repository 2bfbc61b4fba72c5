using System.Diagnostics;
using System.Net;
using System.Text.RegularExpressions;
using Integration.Support;
using RedisCluster.Topology;

namespace Integration.Worker;

/// <summary>The initialiser in mode Watch as the process it is, told where the nodes are by a file.</summary>
internal sealed partial class WatchProcess : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    private readonly HttpClient _http = new();
    private readonly string _file;

    private WatchProcess(ToolProcess process, string file)
    {
        Process = process;
        _file = file;
    }

    public ToolProcess Process { get; }

    public static WatchProcess Start(RedisServers servers, int replicas = 1, params (string Name, string Value)[] more) =>
        Start(servers.Endpoints, replicas, more);

    public static WatchProcess Start(IReadOnlyList<NodeEndpoint> nodes, int replicas = 1, params (string Name, string Value)[] more) =>
        StartBehind([], nodes, replicas, more);

    /// <summary>Starts it through other programs.</summary>
    public static WatchProcess StartBehind(string[] programs, IReadOnlyList<NodeEndpoint> nodes, int replicas = 1, params (string Name, string Value)[] more)
    {
        var file = Path.GetTempFileName();
        Write(file, nodes);
        return new(
            ToolProcess.StartBehind(programs, "ClusterInit.Worker", [], [
                ("Cluster__Mode", "Watch"),
                ("Cluster__NodesFile", file),
                ("Cluster__ReplicasPerShard", replicas.ToString(System.Globalization.CultureInfo.InvariantCulture)),
                ("Cluster__Interval", "00:00:00.5"),
                ("Cluster__Patience", "00:00:01"),
                ("ASPNETCORE_URLS", "http://127.0.0.1:0"),
                .. more,
            ]),
            file);
    }

    /// <summary>Says where the nodes are now.</summary>
    public void Follow(RedisServers servers) => Follow(servers.Endpoints);

    /// <summary>Says which nodes there shall be now, and where they are.</summary>
    public void Follow(IReadOnlyList<NodeEndpoint> nodes) => Write(_file, nodes);

    public Task WriteAsync(string text) => File.WriteAllTextAsync(_file, text, TestContext.Current.CancellationToken);

    public async Task<(HttpStatusCode Status, string Body)> GetAsync(string path)
    {
        var output = await Process.WaitForOutputAsync(text => Address().IsMatch(text));
        using var answer = await _http.GetAsync(new Uri(Address().Match(output).Groups[1].Value + path), TestContext.Current.CancellationToken);
        return (answer.StatusCode, await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }

    /// <summary>Waits until a path answers with a text that has the part.</summary>
    public Task<string> UntilAsync(string path, string part) => UntilAsync(path, text => text.Contains(part, StringComparison.Ordinal));

    /// <summary>Waits until a path answers with a text of which the condition holds.</summary>
    public async Task<string> UntilAsync(string path, Func<string, bool> condition)
    {
        var start = Stopwatch.GetTimestamp();
        while (true)
        {
            var (_, body) = await GetAsync(path);
            if (condition(body))
            {
                return body;
            }

            Assert.True(Stopwatch.GetElapsedTime(start) < Patience, $"not seen in time: {body}\n{Process.Output}{Process.Error}");
            await Task.Delay(20, TestContext.Current.CancellationToken);
        }
    }

    public void Dispose()
    {
        Process.Dispose();
        _http.Dispose();
        File.Delete(_file);
    }

    private static void Write(string file, IReadOnlyList<NodeEndpoint> nodes)
    {
        var next = $"{file}.next";
        File.WriteAllLines(next, nodes.Select((node, i) => $"redis-cluster-{i}={node}"));
        File.Move(next, file, overwrite: true);
    }

    [GeneratedRegex("health at (http://[^/]+)/health")]
    private static partial Regex Address();
}
