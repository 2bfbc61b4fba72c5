using Integration.Support;
using Integration.Worker;
using NetBox.Tools.Drills.Faults;

namespace Integration.Operations.Slots;

/// <summary>netbox cluster rebalance, and a target that stands still while keys are on their way to it.</summary>
public sealed class FrozenTargetTests
{
    private const int Keys = 8_000;
    private const int HungUp = 1;
    private const int Terminated = 15;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task It_is_waited_for_and_who_is_told_to_stop_says_what_is_left()
    {
        await using var servers = await SlotCluster.StartAsync();
        await servers.FillAsync(Keys);
        foreach (var signal in new[] { Terminated, HungUp }.Where(signal => !Signal.IsIgnored(signal)))
        {
            using var stopped = await MoveAsync(servers, async netbox =>
            {
                Signals.Send(netbox.Id, signal, "netbox");
                var (exitCode, output, error) = await netbox.EndAsync();
                Assert.Equal((130, "netbox: interrupted; run it again to go on from here"), (exitCode, error.TrimEnd()));
                Assert.Contains("were left open", output);
            });
        }

        using var patient = await MoveAsync(servers, _ => Eventually.TrueAsync(() => HasMigratedAsync(servers, failed: true), Patience, "a MIGRATE failed"));
        var (exitCode, output, error) = await patient.EndAsync();
        Assert.True(exitCode == 0, $"{exitCode}: {error}\n{output}");
        Assert.Equal(4096, (await servers.SlotCountsAsync())[3]);
        await servers.AssertFilledAsync(Keys);
    }

    // A key a MIGRATE: it takes long enough to be caught at it. The target is stopped when keys have begun to arrive.
    private static async Task<ToolProcess> MoveAsync(RedisServers servers, Func<ToolProcess, Task> whileFrozen)
    {
        await Task.WhenAll(servers.Servers.Take(3).Select(source => source.CallAsync("CONFIG", "RESETSTAT")));
        var netbox = ToolProcess.Start(
            "netbox", ["cluster", "rebalance", servers[0].Endpoint.ToClientString(), "--use-empty-masters", "--pipeline", "1", "--timeout", "100", "--yes"]);
        await Eventually.TrueAsync(
            async () => await HasMigratedAsync(servers, failed: false) && (await servers[3].ViewAsync()).Myself.Importing.Any(), Patience, "keys are being moved");
        await Signal.SendAsync("STOP", servers[3].ProcessId);
        try
        {
            await whileFrozen(netbox);
        }
        finally
        {
            await Signal.SendAsync("CONT", servers[3].ProcessId);
        }

        return netbox;
    }

    private static async Task<bool> HasMigratedAsync(RedisServers servers, bool failed)
    {
        var statistics = await Task.WhenAll(servers.Servers.Take(3).Select(server => server.CallAsync("INFO", "commandstats")));
        return statistics.SelectMany(text => text.AsText().Split('\n')).Any(line =>
            line.StartsWith("cmdstat_migrate:", StringComparison.Ordinal) && !(failed && line.Contains("failed_calls=0", StringComparison.Ordinal)));
    }
}
