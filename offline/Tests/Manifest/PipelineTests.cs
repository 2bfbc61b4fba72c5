using Aspire.Hosting;
using Aspire.Hosting.Pipelines;
using Aspire.Hosting.Publishing;

namespace Offline.Tests.Manifest;

public class PipelineTests
{
    [Fact]
    public async Task A_step_runs_after_what_it_depends_on_and_what_it_is_required_by_waits_for_it()
    {
        var order = new List<string>();
        var published = await RunAsync("publish", pipeline =>
        {
            pipeline.AddStep("last", Note, dependsOn: "first", requiredBy: WellKnownPipelineSteps.Publish);
            pipeline.AddStep("first", Note);
            pipeline.AddStep("unrelated", _ => throw new InvalidOperationException("nobody asked for this one"));

            Task Note(PipelineStepContext context)
            {
                order.Add(order.Count == 0 ? "first" : "last");
                return Task.CompletedTask;
            }
        });

        Assert.True(published);
        Assert.Equal(["first", "last"], order);
    }

    [Fact]
    public async Task A_failing_step_stops_what_depends_on_it_and_the_end_is_never_announced()
    {
        var ran = false;
        var published = await RunAsync("second", pipeline =>
        {
            pipeline.AddStep("first", _ => throw new DistributedApplicationException("no"));
            pipeline.AddStep("second", _ => Task.FromResult(ran = true), dependsOn: new List<string> { "first" });
        });

        Assert.False(published);
        Assert.False(ran);
    }

    [Fact]
    public async Task An_unknown_step_is_not_published() => Assert.False(await RunAsync("nope", static _ => { }));

    [Fact]
    public void A_name_is_given_once()
    {
        var pipeline = new DistributedApplicationPipeline();
        pipeline.AddStep("one", static _ => Task.CompletedTask);
        Assert.Throws<InvalidOperationException>(() => pipeline.AddStep("one", static _ => Task.CompletedTask));
    }

    [Theory]
    [InlineData("a", "b", "Circular dependency")]
    [InlineData("a", "missing", "unknown step 'missing'")]
    public void A_circle_and_a_missing_step_are_named(string first, string dependency, string fault)
    {
        PipelineStep[] steps =
        [
            new() { Name = first, Action = static _ => Task.CompletedTask, DependsOnSteps = [dependency] },
            new() { Name = "b", Action = static _ => Task.CompletedTask, DependsOnSteps = [first] },
        ];
        Assert.Contains(fault, Assert.Throws<InvalidOperationException>(() => StepOrder.Resolve(steps, first)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_an_output_path_no_manifest_is_published() => Assert.False(await RunAsync("publish-manifest", static _ => { }));

    private static async Task<bool> RunAsync(string step, Action<IDistributedApplicationPipeline> add)
    {
        var builder = DistributedApplication.CreateBuilder(["--operation", "publish", "--step", step]);
        add(builder.Pipeline);
        var published = false;
        builder.OnAfterPublish((_, _) => Task.FromResult(published = true));
        await using var app = builder.Build();
        await app.RunAsync(TestContext.Current.CancellationToken);
        return published;
    }
}
