using ClusterInit.Worker.Kubernetes;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using RedisCluster.Operations;

namespace ClusterInit.Worker;

/// <summary>The reconciler for as long as the host runs.</summary>
internal sealed class WatchService(
    InitializerSettings settings, IConfiguration configuration, WatchState state, TimeProvider time, ILogger<WatchService> logger) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var options = WatchParts.Options(settings);
        var source = WatchParts.Source(settings);
        var holder = WatchParts.Holder();
        var key = WatchParts.Key(settings, options, holder);
        await using (key.ConfigureAwait(false))
        {
            IReconcilerLease lease = settings.Lease == LeaseKind.None ? new NoLease() : key;
            if (!KubernetesSide.IsThere(configuration))
            {
                await WatchAsync(new(source, lease, options, state), stoppingToken).ConfigureAwait(false);
                return;
            }

            var kubernetes = KubernetesSide.Start(configuration, (settings.Name, settings.Tls), source, key, holder, time, logger);
            await using (kubernetes.ConfigureAwait(false))
            {
                lease = settings.Lease == LeaseKind.Auto ? kubernetes.Lease : lease;
                await WatchAsync(new(kubernetes.Source, lease, options, state), stoppingToken).ConfigureAwait(false);
            }
        }
    }

    private static async Task WatchAsync(Reconciler reconciler, CancellationToken stoppingToken)
    {
        await using (reconciler.ConfigureAwait(false))
        {
            await reconciler.RunAsync(stoppingToken).ConfigureAwait(false);
        }
    }
}
