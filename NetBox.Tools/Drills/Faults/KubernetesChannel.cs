using System.Collections.Concurrent;
using System.Net;
using System.Runtime.CompilerServices;
using System.Text.Json;
using k8s;
using k8s.Autorest;
using k8s.Models;
using RedisCluster.Topology;

namespace NetBox.Tools.Drills.Faults;

/// <summary>Nodes that are pods: one is deleted at once, without the time to hand over, and its StatefulSet makes it anew. Wants the permission to delete pods.</summary>
internal sealed class KubernetesChannel(IKubernetes api, string space) : IFaultChannel
{
    private const string ServiceAccount = "/var/run/secrets/kubernetes.io/serviceaccount";
    private const string DryRun = "All";

    private readonly ConcurrentDictionary<NodeId, string> _pods = new();

    public string Name => "Kubernetes";

    public bool HealsByItself => true;

    /// <summary>Whether this is a pod with a service account. Loads nothing of the client.</summary>
    public static bool IsThere(Func<string, string?> environment) =>
        !string.IsNullOrEmpty(environment("KUBERNETES_SERVICE_HOST")) && File.Exists($"{ServiceAccount}/token");

    [MethodImpl(MethodImplOptions.NoInlining)]
    public static IFaultChannel Create()
    {
        var client = KubernetesClientConfiguration.InClusterConfig();
        return new KubernetesChannel(new Kubernetes(client), client.Namespace ?? "default");
    }

    public string? NameOf(DrillNode node) => _pods.TryGetValue(node.Id, out var pod) ? $"pod {pod}" : null;

    public bool Heals(Fault fault) => true;

    public async Task<string?> ObstacleAsync(Fault fault, DrillNode node, CancellationToken cancellationToken)
    {
        if (fault != Fault.Killed)
        {
            return "a pod can be deleted, nothing else";
        }

        try
        {
            if (await PodOfAsync(node, cancellationToken).ConfigureAwait(false) is not { } pod)
            {
                return $"no pod of namespace {space} has the address of {node.Name}";
            }

            // Says whether it may be done, and does nothing.
            await DeleteAsync(pod, DryRun, cancellationToken).ConfigureAwait(false);
            _pods[node.Id] = pod;
            return null;
        }
        catch (Exception exception) when (ProblemOf(exception, cancellationToken) is { } problem)
        {
            return problem;
        }
    }

    public async Task InflictAsync(Fault fault, IReadOnlyList<DrillNode> nodes, TimeSpan limit, CancellationToken cancellationToken)
    {
        try
        {
            await Task.WhenAll(nodes.Select(node => DeleteAsync(_pods[node.Id], dryRun: null, cancellationToken))).ConfigureAwait(false);
        }
        catch (Exception exception) when (ProblemOf(exception, cancellationToken) is { } problem)
        {
            throw new NetBoxException(ExitCode.Faults, $"Kubernetes: {problem}", exception);
        }
    }

    // The StatefulSet misses the pod and makes it anew.
    public Task HealAsync(Fault fault, IReadOnlyList<DrillNode> nodes, CancellationToken cancellationToken) => Task.CompletedTask;

    public ValueTask DisposeAsync()
    {
        api.Dispose();
        return ValueTask.CompletedTask;
    }

    private Task<V1Pod> DeleteAsync(string pod, string? dryRun, CancellationToken cancellationToken) =>
        api.CoreV1.DeleteNamespacedPodAsync(pod, space, dryRun: dryRun, gracePeriodSeconds: 0, cancellationToken: cancellationToken);

    /// <summary>Behind a headless service the first label of a node's name is its pod's; by address the pods have to be asked for it.</summary>
    private async Task<string?> PodOfAsync(DrillNode node, CancellationToken cancellationToken)
    {
        if (!IPAddress.TryParse(node.Endpoint.Host, out var address))
        {
            return node.Endpoint.Host.Split('.', 2)[0];
        }

        var pods = await api.CoreV1.ListNamespacedPodAsync(space, cancellationToken: cancellationToken).ConfigureAwait(false);
        return pods.Items.FirstOrDefault(pod => IPAddress.TryParse(pod.Status?.PodIP, out var own) && own.Equals(address))?.Metadata.Name;
    }

    private string? ProblemOf(Exception exception, CancellationToken cancellationToken) => exception switch
    {
        HttpOperationException { Response.StatusCode: HttpStatusCode.Forbidden or HttpStatusCode.Unauthorized } =>
            $"netbox may not list and delete pods here; MayDeletePods of its PublishAsKubernetesDeployment grants it, or kubectl -n {space} create role netbox-drill --verb=list,delete --resource=pods, bound to its service account",
        HttpOperationException error => $"{(int?)error.Response?.StatusCode} {Text(error.Response?.Content)}".Trim(),
        HttpRequestException or IOException or JsonException => exception.Message.ReplaceLineEndings(" "),
        OperationCanceledException when !cancellationToken.IsCancellationRequested => "the API server does not answer in time",
        _ => null,
    };

    private static string Text(string? content)
    {
        try
        {
            return KubernetesJson.Deserialize<V1Status>(content ?? string.Empty)?.Message ?? string.Empty;
        }
        catch (JsonException)
        {
            return string.Empty;
        }
    }
}
