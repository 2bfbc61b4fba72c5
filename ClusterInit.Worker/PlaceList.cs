using RedisCluster.Planning;
using RedisCluster.Topology;

namespace ClusterInit.Worker;

/// <summary>Places as text: <c>[name=]host:port[@busport]</c>, separated by commas or line ends; the rest of a line after # is a comment.</summary>
internal static class PlaceList
{
    private static readonly char[] Separators = [',', '\n', '\r'];

    /// <param name="text">The list.</param>
    /// <param name="where">Where it stands, for messages.</param>
    /// <exception cref="UsageException">It names nothing, something twice, or something malformed.</exception>
    public static IReadOnlyList<DesiredNode> Parse(string text, string where)
    {
        var places = new List<DesiredNode>();
        foreach (var part in WithoutComments(text).Split(Separators, StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            var equals = part.IndexOf('=');
            if (!NodeEndpoint.TryParse(part[(equals + 1)..].TrimStart(), out var node) || equals == 0)
            {
                throw new UsageException($"'{part}' in {where} is not host:port or host:port@busport");
            }

            var name = equals > 0 ? part[..equals].TrimEnd() : node.ToClientString();
            if (places.Any(other => other.Endpoint.IsSameClientAddress(node) || other.Name == name))
            {
                throw new UsageException($"'{part}' is listed twice in {where}; name each node once");
            }

            places.Add(new(name, node));
        }

        return places.Count > 0 ? places : throw new UsageException($"{where} names no node");
    }

    private static string WithoutComments(string text) =>
        string.Join('\n', text.Split('\n').Select(line => line.IndexOf('#') is >= 0 and var hash ? line[..hash] : line));
}
