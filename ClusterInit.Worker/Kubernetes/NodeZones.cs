using System.Collections.Concurrent;
using k8s;

namespace ClusterInit.Worker.Kubernetes;

/// <summary>
/// In which zone a Kubernetes node is. Asked once for each node: a zone does not change while the node is there. All or nothing: a placement
/// judged with the zones of some nodes would have masters moved to and fro.
/// </summary>
internal sealed class NodeZones(IKubernetes api, TimeSpan requestTimeout, TimeProvider time, ILogger logger)
{
    public const string Label = "topology.kubernetes.io/zone";

    private static readonly TimeSpan RetryAfter = TimeSpan.FromMinutes(1);

    private readonly ConcurrentDictionary<string, string> _zones = new(StringComparer.Ordinal);
    private long? _failed;

    /// <summary>The zone of each node; null where one of them could not be asked for. A node without the label is in zone "".</summary>
    public async Task<IReadOnlyDictionary<string, string>?> OfAsync(IEnumerable<string> nodes, CancellationToken cancellationToken)
    {
        var unknown = nodes.Where(node => !_zones.ContainsKey(node)).Distinct(StringComparer.Ordinal).ToList();
        if (unknown.Count == 0)
        {
            return _zones;
        }

        if (_failed is { } failed && time.GetElapsedTime(failed) < RetryAfter)
        {
            return null;
        }

        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(requestTimeout);
        var answers = await Task.WhenAll(unknown.Select(node => ReadAsync(node, limit.Token, cancellationToken))).ConfigureAwait(false);
        if (Array.TrueForAll(answers, problem => problem is null))
        {
            _failed = null;
            return _zones;
        }

        var first = Array.FindIndex(answers, problem => problem is not null);
        if (_failed is null)
        {
            KubernetesLog.ZoneUnknown(logger, unknown[first], answers[first]!.Message);
        }

        _failed = time.GetTimestamp();
        return null;
    }

    private async Task<ApiProblem?> ReadAsync(string node, CancellationToken limit, CancellationToken cancellationToken)
    {
        try
        {
            var read = await api.CoreV1.ReadNodeAsync(node, cancellationToken: limit).ConfigureAwait(false);
            _zones[node] = read.Metadata.Labels is { } labels && labels.TryGetValue(Label, out var zone) ? zone : "";
            return null;
        }
        catch (Exception error) when (!cancellationToken.IsCancellationRequested && ApiProblem.Of(error) is { } problem)
        {
            return problem;
        }
    }
}
