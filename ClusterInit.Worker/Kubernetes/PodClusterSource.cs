using System.Collections.Immutable;
using k8s;
using k8s.Models;
using RedisCluster.Operations;
using RedisCluster.Planning;
using RedisCluster.Topology;

namespace ClusterInit.Worker.Kubernetes;

/// <summary>
/// The cluster there shall be, as the StatefulSet's replicas and its pods say: how many nodes, at which addresses, on which Kubernetes nodes
/// and in which zones. What the API server does not tell stays as it was configured.
/// </summary>
/// <remarks>
/// <para>
/// The wanted number is read from the StatefulSet itself, which takes the right to get, list and watch that one object. Pods alone would tell
/// of a scaling only by going: a pod that goes because it is restarted looks the same as one that is not wanted any more. And a ConfigMap with
/// the number would have <c>kubectl scale</c> mean nothing, and would reach a mounted file up to a minute later.
/// </para>
/// <para>
/// The address of a pod comes from its status rather than from DNS, which answers out of a cache for up to 30 s. Where the nodes speak TLS
/// the name stays: certificates are made out to it.
/// </para>
/// </remarks>
internal sealed class PodClusterSource : IDesiredClusterSource
{
    private readonly IDesiredClusterSource _configured;
    private readonly KubernetesSettings _settings;
    private readonly IKubernetes _api;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly NodeZones _zones;
    private readonly ApiWatch<V1Pod> _pods;
    private ApiWatch<V1StatefulSet>? _statefulSet;
    private int? _replicas;
    private bool _hasTold;

    public PodClusterSource(IDesiredClusterSource configured, KubernetesSettings settings, IKubernetes api, TimeProvider time, ILogger logger)
    {
        (_configured, _settings, _api, _time, _logger) = (configured, settings, api, time, logger);
        _zones = new(api, settings.RequestTimeout, time, logger);
        _pods = new(Pods(), settings.RequestTimeout, time, logger);
    }

    /// <summary>Follows pods and StatefulSet until told to stop.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var statefulSet = _settings.StatefulSet;
        if (statefulSet is null)
        {
            var configured = await _configured.ReadAsync(cancellationToken).ConfigureAwait(false);
            statefulSet = PodNames.StatefulSetOf([.. configured.Nodes.Select(node => node.Endpoint)]);
        }

        var all = new List<Task> { _pods.RunAsync(cancellationToken) };
        if (statefulSet is not null)
        {
            _statefulSet = new(StatefulSet(statefulSet), _settings.RequestTimeout, _time, _logger);
            all.Add(_statefulSet.RunAsync(cancellationToken));
        }

        await Task.WhenAll(all).ConfigureAwait(false);
    }

    public async ValueTask<DesiredCluster> ReadAsync(CancellationToken cancellationToken)
    {
        var desired = Named(await _configured.ReadAsync(cancellationToken).ConfigureAwait(false));

        // Placement is decided when the cluster is formed: better to wait for the API server's first answer than to place blindly.
        await Task.WhenAll(_pods.FirstAnswer, _statefulSet?.FirstAnswer ?? Task.CompletedTask).WaitAsync(cancellationToken).ConfigureAwait(false);
        return await PlacedAsync(Scaled(desired), cancellationToken).ConfigureAwait(false);
    }

    // The same names whether or not the API server answers: memory of places goes by them.
    private static DesiredCluster Named(DesiredCluster desired) =>
        PodNames.StatefulSetOf([.. desired.Nodes.Select(node => node.Endpoint)]) is null
            ? desired
            : desired with { Nodes = [.. desired.Nodes.Select(node => node with { Name = PodNames.PodOf(node.Endpoint)! })] };

    private DesiredCluster Scaled(DesiredCluster desired)
    {
        IReadOnlyList<NodeEndpoint> listed = [.. desired.Nodes.Select(node => node.Endpoint)];
        if (PodNames.StatefulSetOf(listed) is not { } name || _statefulSet?.Items?.GetValueOrDefault(name)?.Spec?.Replicas is not { } replicas)
        {
            return desired;
        }

        if (_replicas != replicas)
        {
            _replicas = replicas;
            KubernetesLog.Scaled(_logger, name, _settings.Namespace, replicas);
        }

        // Scaled to nothing is a cluster that sleeps, not one to be taken apart.
        if (replicas == 0)
        {
            return desired;
        }

        // Pods that are being drained were members. A reconciler that was restarted meanwhile has to be told of them once to know them.
        var nodes = _hasTold ? replicas : Math.Max(replicas, Running(name));
        _hasTold = _pods.Items is not null;
        return nodes == listed.Count
            ? desired
            : desired with { Nodes = [.. PodNames.Scale(listed, name, nodes).Select(node => new DesiredNode(PodNames.PodOf(node)!, node))] };
    }

    private int Running(string statefulSet) => (_pods.Items?.Keys ?? [])
        .Select(pod => PodNames.TrySplit(pod, out var name, out var ordinal) && name == statefulSet ? ordinal + 1 : 0)
        .DefaultIfEmpty()
        .Max();

    private async ValueTask<DesiredCluster> PlacedAsync(DesiredCluster desired, CancellationToken cancellationToken)
    {
        if (_pods.Items is not { } known)
        {
            return desired;
        }

        var pods = desired.Nodes.ToDictionary(node => node.Name, node => PodNames.PodOf(node.Endpoint) is { } name ? known.GetValueOrDefault(name) : null);
        var zones = await _zones.OfAsync(pods.Values.Select(pod => pod?.Spec?.NodeName).OfType<string>(), cancellationToken).ConfigureAwait(false);
        return desired with { Nodes = [.. desired.Nodes.Select(node => pods[node.Name] is { } pod ? Placed(node, pod, zones) : node)] };
    }

    private DesiredNode Placed(DesiredNode node, V1Pod pod, IReadOnlyDictionary<string, string>? zones) => node with
    {
        Endpoint = !_settings.KeepNames && pod.Status?.PodIP is { Length: > 0 } address ? node.Endpoint with { Host = address } : node.Endpoint,
        Labels = pod.Spec?.NodeName is { Length: > 0 } host ? new NodeLabels(host, zones?.GetValueOrDefault(host)) : node.Labels,
    };

    private WatchedObjects<V1Pod> Pods() => new(
        $"pods in namespace {_settings.Namespace}",
        async cancellationToken =>
        {
            var list = await _api.CoreV1.ListNamespacedPodAsync(
                _settings.Namespace, labelSelector: _settings.PodSelector, cancellationToken: cancellationToken).ConfigureAwait(false);
            return (list.Items, list.Metadata?.ResourceVersion);
        },
        (version, time, onError, cancellationToken) => _api.CoreV1.WatchListNamespacedPodAsync(
            _settings.Namespace, allowWatchBookmarks: true, labelSelector: _settings.PodSelector, resourceVersion: version,
            timeoutSeconds: (int)time.TotalSeconds, onError: onError, cancellationToken: cancellationToken));

    private WatchedObjects<V1StatefulSet> StatefulSet(string name)
    {
        var selector = $"metadata.name={name}";
        return new(
            $"StatefulSet {name} in namespace {_settings.Namespace}",
            async cancellationToken =>
            {
                var list = await _api.AppsV1.ListNamespacedStatefulSetAsync(
                    _settings.Namespace, fieldSelector: selector, cancellationToken: cancellationToken).ConfigureAwait(false);
                return (list.Items, list.Metadata?.ResourceVersion);
            },
            (version, time, onError, cancellationToken) => _api.AppsV1.WatchListNamespacedStatefulSetAsync(
                _settings.Namespace, allowWatchBookmarks: true, fieldSelector: selector, resourceVersion: version,
                timeoutSeconds: (int)time.TotalSeconds, onError: onError, cancellationToken: cancellationToken));
    }
}
