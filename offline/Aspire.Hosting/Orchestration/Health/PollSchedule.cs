namespace Aspire.Hosting.Orchestration.Health;

/// <summary>How long to wait for the next check: seldom while all is well, an eighth of the time it has lasted while it is not.</summary>
internal static class PollSchedule
{
    public static readonly TimeSpan Healthy = TimeSpan.FromSeconds(30);
    public static readonly TimeSpan Shortest = TimeSpan.FromMilliseconds(20);
    public static readonly TimeSpan Longest = TimeSpan.FromSeconds(1);
    private const int Fraction = 8;

    public static TimeSpan Next(TimeSpan unhealthyFor)
    {
        var part = unhealthyFor / Fraction;
        return part < Shortest ? Shortest : part > Longest ? Longest : part;
    }
}
