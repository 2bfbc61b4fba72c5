using RedisCluster.Planning;

namespace NetBox.Tools.Operations;

/// <summary>Nothing is changed unless somebody agreed: a person who saw the plan, or --yes.</summary>
internal static class Confirmation
{
    /// <exception cref="NetBoxException">There is nobody to ask (usage).</exception>
    public static async ValueTask<bool> AskAsync(OperationView view, ClusterPlan plan, bool yes, CancellationToken cancellationToken)
    {
        await view.ShowAsync(plan).ConfigureAwait(false);
        return yes || (view.CanAsk
            ? await view.AskAsync("Do it? [y/N] ", cancellationToken).ConfigureAwait(false)
            : throw NetBoxException.Usage($"nobody can be asked here, so nothing was done: --yes carries the plan out, --dry-run only shows it"));
    }
}
