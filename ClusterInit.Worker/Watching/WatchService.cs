using Microsoft.Extensions.Hosting;
using RedisCluster.Operations;

namespace ClusterInit.Worker;

/// <summary>The reconciler for as long as the host runs.</summary>
internal sealed class WatchService(InitializerSettings settings, WatchState state) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var options = WatchParts.Options(settings);
        var lease = WatchParts.Lease(settings, options);
        var reconciler = new Reconciler(WatchParts.Source(settings), lease, options, state);
        await using (reconciler.ConfigureAwait(false))
        {
            await reconciler.RunAsync(stoppingToken).ConfigureAwait(false);
        }

        if (lease is IAsyncDisposable disposable)
        {
            await disposable.DisposeAsync().ConfigureAwait(false);
        }
    }
}
