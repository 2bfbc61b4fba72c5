using System.Globalization;

namespace RedisCluster.Planning;

/// <summary>What makes no sense about how keys are to be moved.</summary>
internal static class TuningRules
{
    public static IEnumerable<Refusal> Check(MigrationTuning tuning)
    {
        if (tuning.Pipeline < 1)
        {
            yield return new(RefusalKind.BadRequest, null, string.Create(
                CultureInfo.InvariantCulture, $"{tuning.Pipeline} keys in one MIGRATE: it must be 1 or more."));
        }

        if (tuning.Timeout is { TotalMilliseconds: < 1 or > int.MaxValue } timeout)
        {
            yield return new(RefusalKind.BadRequest, null, $"the timeout of MIGRATE is {timeout}: it must be at least 1 ms.");
        }
    }
}
