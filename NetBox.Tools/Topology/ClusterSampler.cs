using System.Runtime.CompilerServices;
using NetBox.Tools.Cluster;
using RedisCluster.Operations;
using RedisCluster.Topology;

namespace NetBox.Tools.Topology;

/// <summary>
/// Pictures of one cluster, over connections that are kept. It goes on while nodes, or all of them, are down. Not for several callers at once.
/// </summary>
internal sealed class ClusterSampler(ClusterTarget target, TimeProvider time) : IAsyncDisposable
{
    private readonly ClusterLookout _lookout = new(target.Seeds, target.Settings);

    /// <summary>The last picture taken; null before the first.</summary>
    public ClusterPicture? Last { get; private set; }

    /// <summary>Takes a picture.</summary>
    /// <exception cref="NetBoxException">It is the first one, and no node answers (unreachable) or none is a cluster node (usage).</exception>
    public async Task<ClusterPicture> TakeAsync(CancellationToken cancellationToken)
    {
        var observation = await _lookout.LookAsync(cancellationToken).ConfigureAwait(false);
        if (Last is null)
        {
            ClusterSource.Usable(observation);
        }

        if (Last is null)
        {
            // The very first ones pay for the program's own start.
            await PingAsync(observation, cancellationToken).ConfigureAwait(false);
        }

        var pings = await PingAsync(observation, cancellationToken).ConfigureAwait(false);
        return Last = PictureMaker.Of(observation, Last).WithNodes(node => node with { PingMs = pings.GetValueOrDefault(node.Endpoint ?? string.Empty) });
    }

    /// <summary>A picture now and one every <paramref name="period"/> until the token is cancelled, or later while the last one takes longer.</summary>
    /// <exception cref="NetBoxException">As <see cref="TakeAsync"/>; never after the first picture.</exception>
    public async IAsyncEnumerable<ClusterPicture> SampleAsync(TimeSpan period, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(period, time);
        do
        {
            yield return await TakeAsync(cancellationToken).ConfigureAwait(false);
        }
        while (await timer.WaitForNextTickAsync(cancellationToken).ConfigureAwait(false));
    }

    private async Task<Dictionary<string, double?>> PingAsync(ClusterObservation observation, CancellationToken cancellationToken)
    {
        var nodes = observation.Reachable.Select(node => node.Endpoint).DistinctBy(node => node.ToClientString()).ToList();
        var times = await Task.WhenAll(nodes.Select(node => _lookout.PingAsync(node, time, cancellationToken))).ConfigureAwait(false);
        return nodes.Zip(times).ToDictionary(node => node.First.ToClientString(), node => node.Second?.Rounded());
    }

    public ValueTask DisposeAsync() => _lookout.DisposeAsync();
}
