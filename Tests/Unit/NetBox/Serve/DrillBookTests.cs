using System.Net;
using System.Text.Json;
using NetBox.Tools;
using NetBox.Tools.Drills;

namespace Unit.NetBox.Serve;

public class DrillBookTests
{
    private static readonly DrillPlan Plan = new(
        "kill", new("e7d1eecce10fd6bb5eb35b9f99a514335d9ba9ca", "127.0.0.1:7101", null, 5461, ["127.0.0.1:7104"]), "a test", ["it ends"], [], new(1000, []));

    [Fact]
    public async Task A_drill_is_started_told_of_and_ends_with_a_report()
    {
        var drill = new Told();
        await using var serve = await RunningServe.StartAsync(adjust: sources => sources with { Drill = drill });
        var post = await FormAsync(serve);
        var (status, plan) = await serve.AskAsync(HttpMethod.Post, "/api/drills/plan", new { kind = "kill" }, post);
        Assert.Equal((HttpStatusCode.OK, "it ends"), (status, plan.GetProperty("steps")[0].GetString()));

        (status, var entry) = await serve.AskAsync(HttpMethod.Post, "/api/drills", new { kind = "kill", durationSeconds = 2.5 }, post);
        Assert.Equal((HttpStatusCode.Accepted, "running"), (status, entry.GetProperty("state").GetString()));
        var path = $"/api/drills/{entry.GetProperty("id").GetString()}";
        (status, var refused) = await serve.AskAsync(HttpMethod.Post, "/api/drills", new { kind = "kill" }, post);
        Assert.Equal((HttpStatusCode.Conflict, "refused"), (status, refused.GetProperty("code").GetString()));

        var request = await drill.Started.Task.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
        Assert.Equal((Plan.Target!.Id, TimeSpan.FromSeconds(2.5)), (request.Node, request.Duration));
        drill.Report.SetResult(new(
            DateTimeOffset.UnixEpoch, "kill", Plan.Target, "a test", 1234, Plan.Floor, [], 10, 10, 0, 0, 0, [], new(1, 2, 3, []), DrillVerdict.Survived, "fine"));
        var over = await UntilAsync(serve, path, "done");
        Assert.Equal("survived", over.GetProperty("report").GetProperty("verdict").GetString());
        Assert.Equal("it fell", over.GetProperty("events")[0].GetProperty("text").GetString());
        Assert.Equal(1, (await serve.GetAsync("/api/drills")).Body.GetArrayLength());
    }

    [Fact]
    public async Task A_drill_that_is_ended_heals_and_says_so()
    {
        var drill = new Told();
        await using var serve = await RunningServe.StartAsync(adjust: sources => sources with { Drill = drill });
        var post = await FormAsync(serve);
        var (_, entry) = await serve.AskAsync(HttpMethod.Post, "/api/drills", new { kind = "freeze" }, post);
        var path = $"/api/drills/{entry.GetProperty("id").GetString()}";
        Assert.Equal(HttpStatusCode.OK, (await serve.AskAsync(HttpMethod.Delete, path, null, post)).Status);
        await UntilAsync(serve, path, "cancelled");
        Assert.True(drill.Healed);
        Assert.Equal(HttpStatusCode.NotFound, (await serve.AskAsync(HttpMethod.Delete, "/api/drills/none", null, post)).Status);
    }

    [Fact]
    public async Task Nothing_is_started_without_the_anti_forgery_token_or_with_a_bad_order()
    {
        var drill = new Told();
        await using var serve = await RunningServe.StartAsync(adjust: sources => sources with { Drill = drill });
        Assert.Equal(HttpStatusCode.BadRequest, (await serve.AskAsync(HttpMethod.Post, "/api/drills", new { kind = "kill" })).Status);
        var post = await FormAsync(serve);
        Assert.Equal(HttpStatusCode.BadRequest, (await serve.AskAsync(HttpMethod.Post, "/api/drills", new { kind = "nonsense" }, post)).Status);
        Assert.Equal(HttpStatusCode.BadRequest, (await serve.AskAsync(HttpMethod.Post, "/api/drills", new { kind = "kill", writers = 1000 }, post)).Status);
        Assert.Equal(HttpStatusCode.BadRequest, (await serve.AskAsync(HttpMethod.Post, "/api/drills", new { kind = "kill", durationSeconds = -1 }, post)).Status);
        Assert.False(drill.Started.Task.IsCompleted);
    }

    private static async Task<(string, string)> FormAsync(RunningServe serve)
    {
        var (_, session) = await serve.GetAsync("/api/session");
        return (session.GetProperty("antiforgeryHeader").GetString()!, session.GetProperty("antiforgeryToken").GetString()!);
    }

    private static async Task<JsonElement> UntilAsync(RunningServe serve, string path, string state)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(TimeSpan.FromSeconds(30));
        while (true)
        {
            var (_, entry) = await serve.GetAsync(path);
            if (entry.GetProperty("state").GetString() == state)
            {
                return entry;
            }

            await Task.Delay(10, limit.Token);
        }
    }

    /// <summary>A drill that ends when it is told to.</summary>
    private sealed class Told : IDrill
    {
        public TaskCompletionSource<DrillRequest> Started { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public TaskCompletionSource<DrillReport> Report { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public bool Healed { get; private set; }

        public Task<DrillPlan> PlanAsync(DrillRequest request, CancellationToken cancellationToken) => Task.FromResult(Plan);

        public async Task<DrillReport> RunAsync(DrillRequest request, IProgress<DrillEvent> progress, CancellationToken cancellationToken)
        {
            progress.Report(new(DateTimeOffset.UnixEpoch, DrillPhase.Fault, "it fell"));
            Started.SetResult(request);
            try
            {
                return await Report.Task.WaitAsync(cancellationToken);
            }
            catch (OperationCanceledException)
            {
                Healed = true;
                throw;
            }
        }
    }
}
