using System.Runtime.CompilerServices;
using k8s;
using Microsoft.Extensions.Configuration;
using RedisCluster.Operations;

namespace ClusterInit.Worker.Kubernetes;

/// <summary>What a reconciler gets from Kubernetes in place of what it has elsewhere: the nodes there shall be, and the lease.</summary>
internal sealed class KubernetesSide : IAsyncDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly IKubernetes _api;
    private readonly Task _following;

    private KubernetesSide(IKubernetes api, PodClusterSource source, IReconcilerLease lease)
    {
        (_api, Source, Lease) = (api, source, lease);
        _following = source.RunAsync(_stop.Token);
    }

    public IDesiredClusterSource Source { get; }

    public IReconcilerLease Lease { get; }

    /// <summary>Whether there is an API server to ask: a service account in a pod, or a kubeconfig file that was named. Loads nothing of the client.</summary>
    public static bool IsThere(IConfiguration configuration) =>
        KubernetesSettings.ConfigFileOf(configuration) is not null
        || (!string.IsNullOrEmpty(Environment.GetEnvironmentVariable("KUBERNETES_SERVICE_HOST"))
            && File.Exists("/var/run/secrets/kubernetes.io/serviceaccount/token"));

    /// <summary>Begins to follow the pods. Only where <see cref="IsThere"/>.</summary>
    /// <param name="configuration">Section Kubernetes.</param>
    /// <param name="cluster">Name of the cluster and whether its nodes speak TLS.</param>
    /// <param name="configured">The cluster as configured.</param>
    /// <param name="key">The lease that is a key of the cluster, for where the Lease object may not be used.</param>
    /// <param name="holder">Who asks for leases, outside a pod.</param>
    /// <param name="time">The source of time.</param>
    /// <param name="logger">Is told what does not work.</param>
    /// <exception cref="UsageException">A setting makes no sense.</exception>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static KubernetesSide Start(
        IConfiguration configuration,
        (string Name, bool Tls) cluster,
        IDesiredClusterSource configured,
        IReconcilerLease key,
        string holder,
        TimeProvider time,
        ILogger logger)
    {
        var file = KubernetesSettings.ConfigFileOf(configuration);
        var client = Client(file);
        var settings = KubernetesSettings.Read(configuration, cluster.Name, client.Namespace, cluster.Tls);

        // There is one process in a pod, and the one that is restarted there goes on with the lease of the one before.
        var name = file is null ? Environment.MachineName : holder;
        return Start(new k8s.Kubernetes(client), settings, configured, key, name, time, logger);
    }

    internal static KubernetesSide Start(
        IKubernetes api, KubernetesSettings settings, IDesiredClusterSource configured, IReconcilerLease key, string holder, TimeProvider time, ILogger logger) =>
        new(
            api,
            new PodClusterSource(configured, settings, api, time, logger),
            new LeaseOrKey(new KubernetesLease(api, settings, holder, time), key, settings, logger));

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        await _following.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _stop.Dispose();
        _api.Dispose();
    }

    private static KubernetesClientConfiguration Client(string? file)
    {
        if (file is null)
        {
            return KubernetesClientConfiguration.InClusterConfig();
        }

        try
        {
            return KubernetesClientConfiguration.BuildConfigFromConfigFile(file);
        }
        catch (Exception error) when (error is k8s.Exceptions.KubeConfigException or IOException or UnauthorizedAccessException or YamlDotNet.Core.YamlException)
        {
            throw new UsageException($"{KubernetesSettings.Section}__Config={file}: {error.Message.Split('\n', 2)[0]}");
        }
    }
}
