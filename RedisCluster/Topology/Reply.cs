using System.Diagnostics.CodeAnalysis;

namespace RedisCluster.Topology;

/// <summary>Reads replies that may make no sense.</summary>
internal static class Reply
{
    /// <summary>False when there is no text, or <paramref name="parse"/> refuses it with a <see cref="FormatException"/>.</summary>
    public static bool TryRead<T>([NotNullWhen(true)] string? text, Func<string, T> parse, [NotNullWhen(true)] out T? reply) where T : class
    {
        reply = null;
        try
        {
            reply = text is null ? null : parse(text);
            return reply is not null;
        }
        catch (FormatException)
        {
            return false;
        }
    }
}
