using System.Diagnostics;
using System.Globalization;
using Integration.Worker;

namespace Integration.Support;

/// <summary>
/// Ends a tool's process by SIGKILL at random moments of its run. KILLS says how many (few by default, to keep the suite short), KILLS_SEED
/// repeats a run.
/// </summary>
internal sealed class RandomKills
{
    private const int Few = 3;

    private readonly Random _random;

    public RandomKills()
    {
        var seed = Setting("KILLS_SEED") ?? Random.Shared.Next();
        Count = Setting("KILLS") ?? Few;
        _random = new Random(seed);
        TestContext.Current.TestOutputHelper?.WriteLine(string.Create(CultureInfo.InvariantCulture, $"KILLS={Count} KILLS_SEED={seed}"));
    }

    /// <summary>How many processes to kill.</summary>
    public int Count { get; }

    /// <summary>Kills the process somewhere within the time a whole run takes, counted from its first line. False when it had ended before.</summary>
    public async Task<bool> KillAsync(ToolProcess tool, TimeSpan whole)
    {
        var moment = _random.NextDouble() * whole;
        await tool.WaitForOutputAsync(text => text.Length > 0);
        var start = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(start) < moment && !tool.HasExited)
        {
            await Task.Delay(1, TestContext.Current.CancellationToken);
        }

        return await tool.KillAsync();
    }

    private static int? Setting(string name) => int.TryParse(Environment.GetEnvironmentVariable(name), CultureInfo.InvariantCulture, out var value) ? value : null;
}
