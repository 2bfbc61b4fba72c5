using System.CommandLine;
using System.Text.Json;
using NetBox.Tools.CommandLine;
using RedisCluster.Operations;
using RedisCluster.Planning;

namespace Unit.NetBox;

public class OperationCommandTests
{
    private static readonly ClusterPlan Plan = new()
    {
        Operation = "tidy",
        Phases = [new("close", [new SetConfigEpoch(SampleCluster.Endpoint(0), 7, "to have a step")])],
        Warnings = ["a replica is away"],
    };

    [Fact]
    public async Task A_dry_run_shows_the_plan_and_changes_nothing()
    {
        var (code, output, _, changed) = await RunAsync("--dry-run", Plan);
        Assert.Equal((0, false), (code, changed));
        Assert.Contains("warning: a replica is away", output);
        Assert.Contains("close:", output);
        Assert.Contains("127.0.0.1:7101: config epoch 7 (to have a step)", output);
        Assert.EndsWith("tidy: this is the plan; nothing was changed", output.TrimEnd());
    }

    [Theory]
    [InlineData("--yes")]
    [InlineData("-y")]
    [InlineData("--cluster-yes")]
    public async Task Yes_shows_the_plan_does_it_and_ends_with_a_check(string yes)
    {
        var (code, output, _, changed) = await RunAsync(yes, Plan);
        Assert.Equal((0, true), (code, changed));
        var lines = output.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        Assert.Equal("warning: a replica is away", lines[0]);
        Assert.Contains("1.500 s  slots moved, 3 of 4 slots (for balance)", output);
        Assert.StartsWith("healthy: 6 nodes, 3 masters, 16384 of 16384 slots covered", lines[^2]);
        Assert.Equal("tidy: done, 1 step in 2.00 s", lines[^1]);
    }

    [Fact]
    public async Task Without_a_terminal_nothing_is_done_unless_yes_was_said()
    {
        var (code, output, error, changed) = await RunAsync("", Plan);
        Assert.Equal((2, false), (code, changed));
        Assert.Contains("config epoch 7", output);
        Assert.Equal("netbox: nobody can be asked here, so nothing was done: --yes carries the plan out, --dry-run only shows it", error.TrimEnd());
    }

    [Fact]
    public async Task Json_is_an_event_a_line()
    {
        var (code, output, _, _) = await RunAsync("--yes --json", Plan);
        var events = output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonDocument.Parse(line).RootElement).ToList();
        Assert.Equal(0, code);
        Assert.Equal(["plan", "progress", "result"], events.Select(e => e.GetProperty("event").GetString()));
        Assert.Equal("close", events[0].GetProperty("steps")[0].GetProperty("phase").GetString());
        Assert.Equal((3, 4), (events[1].GetProperty("done").GetInt32(), events[1].GetProperty("total").GetInt32()));
        Assert.Equal("done", events[2].GetProperty("outcome").GetString());
        Assert.True(events[2].GetProperty("check").GetProperty("healthy").GetBoolean());
    }

    [Theory]
    [InlineData("--yes", ClusterFault.Refused, 4)]
    [InlineData("--yes --json", ClusterFault.Unreachable, 3)]
    public async Task A_failure_is_one_line_and_an_exit_code(string arguments, ClusterFault fault, int expected)
    {
        var (code, output, error, _) = await RunAsync(arguments, Plan, () => throw new ClusterException(fault, "it cannot be done"));
        Assert.Equal(expected, code);
        Assert.Equal("netbox: it cannot be done", error.TrimEnd());
        Assert.Equal(arguments.Contains("json"), output.Contains($$"""{"event":"error","code":{{expected}},"message":"it cannot be done"}"""));
    }

    [Fact]
    public async Task Interrupted_says_that_it_can_go_on()
    {
        var (code, _, error, _) = await RunAsync("--yes", Plan, () => throw new OperationCanceledException());
        Assert.Equal(130, code);
        Assert.Equal("netbox: interrupted; run it again to go on from here", error.TrimEnd());
    }

    [Fact]
    public async Task Nothing_to_do_is_fine()
    {
        var (code, output, _, changed) = await RunAsync("", new() { Operation = "tidy" });
        Assert.Equal((0, false), (code, changed));
        Assert.StartsWith("There is nothing to do.", output);
        Assert.EndsWith("tidy: nothing to do", output.TrimEnd());
    }

    private static async Task<(int Code, string Output, string Error, bool Changed)> RunAsync(string arguments, ClusterPlan plan, Action? fail = null)
    {
        var changed = false;
        var command = OperationCommand.Create(
            "tidy",
            "Tidies up",
            [],
            async (_, _, options, progress, token) =>
            {
                fail?.Invoke();
                var outcome = plan.IsEmpty ? OperationOutcome.NothingToDo
                    : options.DryRun ? OperationOutcome.Planned
                    : await options.ConfirmAsync!(plan, token) ? OperationOutcome.Done
                    : OperationOutcome.Declined;
                changed = outcome == OperationOutcome.Done;
                if (changed)
                {
                    progress.Report(new(TimeSpan.FromSeconds(1.5), "slots moved", "for balance", new(3, 4, "slots")));
                }

                var observation = SampleCluster.Healthy();
                return new(outcome, plan, changed ? 1 : 0, observation, ClusterChecker.Check(observation), TimeSpan.FromSeconds(2));
            });
        using var output = new StringWriter();
        using var error = new StringWriter();
        var code = await new RootCommand { command }
            .Parse(["tidy", "127.0.0.1:7101", .. arguments.Split(' ', StringSplitOptions.RemoveEmptyEntries)])
            .InvokeAsync(new() { Output = output, Error = error, EnableDefaultExceptionHandler = false }, TestContext.Current.CancellationToken);
        return (code, output.ToString(), error.ToString(), changed);
    }
}
