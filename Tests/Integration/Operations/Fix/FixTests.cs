using Integration.Operations.Slots;
using Integration.Support;
using RedisCluster.Operations;
using RedisCluster.Planning;

namespace Integration.Operations.Fix;

/// <summary>Four masters with keys, started once for all states; each test leaves them in order.</summary>
public sealed class FilledCluster : IAsyncLifetime
{
    public const int Keys = 30_000;

    public RedisServers Servers { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        Servers = await SlotCluster.StartAsync();
        await Servers.FillAsync(Keys);
    }

    public async ValueTask DisposeAsync() => await Servers.DisposeAsync();
}

public sealed class FixTests(FilledCluster cluster) : IClassFixture<FilledCluster>
{
    private const int Slots = 10;

    private readonly RedisServers _servers = cluster.Servers;

    [Theory]
    [MemberData(nameof(HalfOpenSlots.Kinds), MemberType = typeof(HalfOpenSlots))]
    public async Task Every_half_open_state_is_put_in_order_with_all_keys(string kind)
    {
        var states = new HalfOpenSlots(_servers);
        await states.MakeAsync(kind, await states.PickAsync(Slots));
        var request = new FixRequest { SearchMultipleOwners = kind.StartsWith("keys outside", StringComparison.Ordinal) };
        Assert.False((await CheckAsync(request.SearchMultipleOwners)).Healthy);

        var planned = await FixAsync(request, new() { DryRun = true });
        Assert.Equal(OperationOutcome.Planned, planned.Outcome);
        var result = await FixAsync(request, new());

        Assert.Equal(OperationOutcome.Done, result.Outcome);
        if (kind != HalfOpenSlots.NotTold)
        {
            Assert.Equal(planned.Plan, result.Plan);
        }

        await AssertInOrderAsync(result);
    }

    [Fact]
    public async Task Killed_after_any_step_the_next_run_finishes_it()
    {
        var states = new HalfOpenSlots(_servers);
        string[] kinds =
        [
            "open at both ends, and a third one importing with keys", "importing only", "different partners, nothing moved",
            "owned by nobody, keys at both ends", "owned by nobody, and only the owner knows",
        ];
        for (var kill = 1; ; kill++)
        {
            var slots = await states.PickAsync(kinds.Length * 2);
            foreach (var (kind, i) in kinds.Select((kind, i) => (kind, i)))
            {
                await states.MakeAsync(kind, [.. slots.Skip(i * 2).Take(2)]);
            }

            PlanStep? last = null;
            try
            {
                var whole = await ClusterFix.RunAsync(
                    [_servers[1].Endpoint],
                    new(),
                    new(),
                    null,
                    (number, step) =>
                    {
                        last = step;
                        if (number == kill)
                        {
                            throw new InjectedKillException();
                        }
                    },
                    TestContext.Current.CancellationToken);
                Assert.True(kill > 6, whole.Plan.ToString());
                await AssertInOrderAsync(whole);
                return;
            }
            catch (InjectedKillException)
            {
                try
                {
                    await AssertInOrderAsync(await FixAsync(new(), new()));
                }
                catch (Exception error)
                {
                    throw new InvalidOperationException($"Killed after step {kill}, {last}: {error.Message}", error);
                }
            }
        }
    }

    [Fact]
    public async Task A_cluster_in_order_is_left_alone()
    {
        // What the test before this one did is told on by gossip, only not at once.
        await _servers.UntilAsync(report => !report.Findings.Any(finding => finding.Code == FindingCodes.EpochsDisagree));
        var before = await _servers.DescribeAsync();
        Assert.Equal(OperationOutcome.NothingToDo, (await FixAsync(new() { SearchMultipleOwners = true }, new())).Outcome);
        Assert.Equal(before, await _servers.DescribeAsync());
    }

    private Task<OperationResult> FixAsync(FixRequest request, OperationOptions options) =>
        ClusterFix.RunAsync([_servers[1].Endpoint], request, options with { StallLimit = TimeSpan.FromSeconds(30) }, null, TestContext.Current.CancellationToken);

    private Task<CheckReport> CheckAsync(bool search) =>
        ClusterCheck.RunAsync([_servers[1].Endpoint], new(), new(), search, TestContext.Current.CancellationToken);

    private async Task AssertInOrderAsync(OperationResult result)
    {
        Assert.True(result.Report.Healthy, $"{result.Plan}\n{string.Join('\n', result.Report.Findings)}");
        await _servers.AssertFilledAsync(FilledCluster.Keys);
        var report = await CheckAsync(search: true);
        Assert.True(report.Healthy, $"{result.Plan}\n{string.Join('\n', report.Findings)}");
        Assert.Equal(OperationOutcome.NothingToDo, (await FixAsync(new() { SearchMultipleOwners = true }, new())).Outcome);
    }
}
