using System.Collections.Immutable;
using RedisCluster.Protocol;

namespace RedisCluster.Topology;

/// <summary>A library of functions that a server holds (FUNCTION LIST WITHCODE).</summary>
/// <param name="Name">Its name.</param>
/// <param name="Code">Its source, engine line included; empty when the code was not asked for.</param>
public sealed record FunctionLibrary(string Name, string Code)
{
    /// <summary>Reads the reply to FUNCTION LIST in RESP2 or RESP3 form. Fields that later servers add are passed over.</summary>
    /// <param name="reply">The whole reply.</param>
    /// <returns>The libraries by name.</returns>
    /// <exception cref="FormatException">The reply is anything else.</exception>
    public static ImmutableArray<FunctionLibrary> Parse(RespValue reply)
    {
        ArgumentNullException.ThrowIfNull(reply);
        try
        {
            return
            [
                .. reply.AsList()
                    .Select(library => new FunctionLibrary(
                        library.Find("library_name")?.AsText() ?? throw new FormatException("FUNCTION LIST: a library has no library_name."),
                        library.Find("library_code")?.AsText() ?? ""))
                    .OrderBy(library => library.Name, StringComparer.Ordinal),
            ];
        }
        catch (InvalidOperationException error)
        {
            throw new FormatException($"FUNCTION LIST: {error.Message}", error);
        }
    }
}
