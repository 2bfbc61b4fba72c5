using System.Collections.Immutable;
using RedisCluster.Operations;
using RedisCluster.Planning;

namespace ClusterInit.Worker;

/// <summary>
/// Places from a file that is read anew at every look: an address that changed, or a node more or less, takes effect at once. Write it
/// beside and rename it, so that nobody reads half of it.
/// </summary>
internal sealed class NodesFile(string path, DesiredCluster template) : IDesiredClusterSource
{
    public async ValueTask<DesiredCluster> ReadAsync(CancellationToken cancellationToken)
    {
        string text;
        try
        {
            text = await File.ReadAllTextAsync(path, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new ClusterException(ClusterFault.Usage, $"{path} cannot be read: {error.Message}", error);
        }

        try
        {
            ImmutableArray<DesiredNode> places = [.. PlaceList.Parse(text, path)];
            return template with { Nodes = places };
        }
        catch (UsageException error)
        {
            throw new ClusterException(ClusterFault.Usage, error.Message, error);
        }
    }
}
