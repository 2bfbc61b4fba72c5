using System.Collections.Immutable;

namespace RedisCluster.Planning;

/// <summary>How long faults have lasted. Those that are not asked about at a look are over, as far as anyone can tell.</summary>
internal sealed class ReconcileWatch(ImmutableDictionary<string, DateTimeOffset> since, DateTimeOffset now)
{
    private readonly ImmutableDictionary<string, DateTimeOffset>.Builder _still = ImmutableDictionary.CreateBuilder<string, DateTimeOffset>(StringComparer.Ordinal);

    public ImmutableDictionary<string, DateTimeOffset> Still => _still.ToImmutable();

    /// <summary>The fault is there at this look; whether it has been for as long.</summary>
    public bool HasLasted(string fault, TimeSpan time)
    {
        var start = since.GetValueOrDefault(fault, now);
        _still[fault] = start;
        return now - start >= time;
    }
}
