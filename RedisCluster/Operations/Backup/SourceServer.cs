using System.Collections.Immutable;
using System.Globalization;
using RedisCluster.Planning;
using RedisCluster.Protocol;
using RedisCluster.Topology;

namespace RedisCluster.Operations.Backup;

/// <summary>Asks a server outside of the cluster what an import has to know of it.</summary>
internal static class SourceServer
{
    /// <exception cref="ClusterException">It does not answer, or not as a server does.</exception>
    public static async Task<ImportSource> ObserveAsync(NodeEndpoint endpoint, ClusterConnectionSettings settings, CancellationToken cancellationToken)
    {
        try
        {
            var connection = await RespConnection.ConnectAsync(endpoint.Host, endpoint.Port, settings.ToOptions(), cancellationToken).ConfigureAwait(false);
            await using var _ = connection.ConfigureAwait(false);
            var info = ServerInfo.Parse((await connection.SendAsync(RespCommand.Of("INFO"), cancellationToken).ConfigureAwait(false)).AsText());
            return new(
                endpoint,
                info.IsClusterEnabled == true,
                info.Replication?.Role == ReplicationRole.Replica,
                info.Values.Select(Database).OfType<KeyValuePair<int, long>>().ToImmutableSortedDictionary());
        }
        catch (RespException error)
        {
            throw new ClusterException(ClusterFault.Unreachable, $"the server to import from, {error.Message}", error);
        }
        catch (FormatException error)
        {
            throw new ClusterException(ClusterFault.Faults, $"the server to import from, {endpoint.ToClientString()}: {error.Message}", error);
        }
    }

    // db0:keys=3,expires=1,avg_ttl=0
    private static KeyValuePair<int, long>? Database(KeyValuePair<string, string> field) =>
        field.Key.StartsWith("db", StringComparison.Ordinal)
        && int.TryParse(field.Key.AsSpan(2), NumberStyles.None, CultureInfo.InvariantCulture, out var number)
        && long.TryParse(InfoFields.Get(field.Value, "keys"), NumberStyles.None, CultureInfo.InvariantCulture, out var keys)
        && keys > 0
            ? new(number, keys)
            : null;
}
