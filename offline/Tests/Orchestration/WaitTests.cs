using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Eventing;
using Aspire.Hosting.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Offline.Tests.Orchestration;

public class WaitTests
{
    [Fact]
    public async Task What_waits_for_completion_starts_after_the_expected_exit_code()
    {
        using var folder = new TemporaryFolder();
        await using var builder = DistributedApplicationTestingBuilder.Create();
        var first = builder.AddExecutable("first", "/bin/sh", folder.Path, "-c", "touch done; exit 3");
        builder.AddExecutable("second", "/bin/sh", folder.Path, "-c", "ls done").WaitForCompletion(first, 3);
        await using var app = await builder.BuildAsync(Waiting.Bounded);

        await app.StartAsync(Waiting.Bounded);
        var second = await app.ForStateAsync("second", KnownResourceStates.Finished);

        Assert.Equal(0, second.Snapshot.ExitCode);
        Assert.Equal(3, (await app.ForAsync("first", s => s.ExitCode is not null)).Snapshot.ExitCode);
        Assert.Contains("done", await app.LogAsync("second"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Another_exit_code_makes_it_fail_and_says_so()
    {
        await using var builder = DistributedApplicationTestingBuilder.Create();
        var first = builder.AddExecutable("first", "/bin/sh", "/", "-c", "exit 4");
        builder.AddExecutable("second", "/bin/sh", "/", "-c", "exit 0").WaitForCompletion(first);
        await using var app = await builder.BuildAsync(Waiting.Bounded);

        await app.StartAsync(Waiting.Bounded);
        await app.ForStateAsync("second", KnownResourceStates.FailedToStart);

        Assert.Contains("exit code '4', expected '0'", await app.LogAsync("second"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_waits_for_health_starts_once_every_check_is_well_and_the_ready_handlers_are_through()
    {
        var healthy = false;
        var order = new List<string>();
        await using var builder = DistributedApplicationTestingBuilder.Create();
        builder.Services.AddHealthChecks().AddCheck("slow", () => Volatile.Read(ref healthy) ? HealthCheckResult.Healthy() : HealthCheckResult.Unhealthy("not yet"));
        var store = builder.AddExecutable("store", "sleep", "/", "3215").WithHealthCheck("slow");
        store.OnResourceReady(async (_, _, _) =>
        {
            await Task.Yield();
            Add("store ready");
        });
        builder.AddExecutable("app", "sleep", "/", "3216").WaitFor(store);
        await using var app = await builder.BuildAsync(Waiting.Bounded);

        var starting = app.StartAsync(Waiting.Bounded);
        var ill = await app.ForAsync("store", s => s.HealthStatus == HealthStatus.Unhealthy && s.HealthReports is [{ Status: not null }]);
        Assert.Equal("not yet", Assert.Single(ill.Snapshot.HealthReports).Description);
        await app.ForStateAsync("app", KnownResourceStates.Waiting);
        Assert.False(starting.IsCompleted);

        Volatile.Write(ref healthy, true);
        await starting;
        await app.ForStateAsync("app", KnownResourceStates.Running);
        Add("app running");

        Assert.Equal(["store ready", "app running"], order);

        void Add(string entry)
        {
            lock (order)
            {
                order.Add(entry);
            }
        }
    }

    [Fact]
    public async Task What_waits_for_a_start_does_not_wait_for_health()
    {
        await using var builder = DistributedApplicationTestingBuilder.Create();
        builder.Services.AddHealthChecks().AddCheck("never", () => HealthCheckResult.Unhealthy());
        var store = builder.AddExecutable("store", "sleep", "/", "3217").WithHealthCheck("never");
        builder.AddExecutable("app", "sleep", "/", "3218").WaitForStart(store);
        await using var app = await builder.BuildAsync(Waiting.Bounded);

        await app.StartAsync(Waiting.Bounded);

        var running = await app.ForStateAsync("app", KnownResourceStates.Running);
        Assert.Equal(HealthStatus.Healthy, running.Snapshot.HealthStatus);
    }

    [Fact]
    public async Task A_dependency_that_cannot_start_fails_what_waits_for_it()
    {
        await using var builder = DistributedApplicationTestingBuilder.Create();
        var missing = builder.AddExecutable("missing", "no-such-program-at-all", "/");
        builder.AddExecutable("app", "sleep", "/", "3219").WaitFor(missing);
        await using var app = await builder.BuildAsync(Waiting.Bounded);

        await app.StartAsync(Waiting.Bounded);

        await app.ForStateAsync("app", KnownResourceStates.FailedToStart);
        await app.ForStateAsync("missing", KnownResourceStates.FailedToStart);
        Assert.Contains("no such executable", await app.LogAsync("missing"), StringComparison.Ordinal);
        await Assert.ThrowsAsync<DistributedApplicationException>(
            () => app.ResourceNotifications.WaitForResourceHealthyAsync("app", WaitBehavior.StopOnResourceUnavailable, Waiting.Bounded));
    }

    [Fact]
    public async Task With_the_other_behaviour_it_keeps_waiting_until_the_dependency_runs_after_all()
    {
        await using var builder = DistributedApplicationTestingBuilder.Create();
        var store = builder.AddExecutable("store", "no-such-program-at-all", "/", "3221");
        builder.AddExecutable("app", "sleep", "/", "3220").WaitFor(store, WaitBehavior.WaitOnResourceUnavailable);
        await using var app = await builder.BuildAsync(Waiting.Bounded);

        var starting = app.StartAsync(Waiting.Bounded);
        await app.ForStateAsync("store", KnownResourceStates.FailedToStart);
        await app.ForStateAsync("app", KnownResourceStates.Waiting);
        store.WithCommand("sleep");
        Assert.True((await app.ResourceCommands.ExecuteCommandAsync(store.Resource, KnownResourceCommands.StartCommand, Waiting.Bounded)).Success);

        await starting;
        await app.ForStateAsync("app", KnownResourceStates.Running);
    }

    [Fact]
    public async Task A_logical_resource_runs_its_own_start_after_its_waits()
    {
        var order = new List<string>();
        await using var builder = DistributedApplicationTestingBuilder.Create();
        var worker = builder.AddExecutable("worker", "/bin/sh", "/", "-c", "sleep 0.2");
        var logical = builder.AddResource(new LogicalResource("logical"))
            .WithInitialState(new CustomResourceSnapshot { ResourceType = "Logical", Properties = [], State = KnownResourceStates.NotStarted })
            .WaitForCompletion(worker)
            .OnInitializeResource(async (resource, e, cancellationToken) =>
            {
                await e.Eventing.PublishAsync(new BeforeResourceStartedEvent(resource, e.Services), cancellationToken);
                order.Add("waits over");
                await e.Notifications.PublishUpdateAsync(resource, s => s with { State = KnownResourceStates.Running });
            });
        builder.AddExecutable("app", "sleep", "/", "3222").WaitFor(logical);
        await using var app = await builder.BuildAsync(Waiting.Bounded);

        var starting = app.StartAsync(Waiting.Bounded);
        await app.ForStateAsync("logical", KnownResourceStates.Waiting);
        await starting;

        Assert.Equal(["waits over"], order);
        Assert.Equal(0, (await app.ForStateAsync("worker", KnownResourceStates.Finished)).Snapshot.ExitCode);
        await app.ForStateAsync("app", KnownResourceStates.Running);
    }

    [Fact]
    public async Task Starting_by_hand_ends_the_waiting()
    {
        await using var builder = DistributedApplicationTestingBuilder.Create();
        builder.Services.AddHealthChecks().AddCheck("never", () => HealthCheckResult.Unhealthy());
        var store = builder.AddExecutable("store", "sleep", "/", "3223").WithHealthCheck("never");
        var waiting = builder.AddExecutable("app", "sleep", "/", "3224").WaitFor(store);
        await using var app = await builder.BuildAsync(Waiting.Bounded);

        var starting = app.StartAsync(Waiting.Bounded);
        await app.ForStateAsync("app", KnownResourceStates.Waiting);
        await app.ResourceCommands.ExecuteCommandAsync(waiting.Resource, KnownResourceCommands.StartCommand, Waiting.Bounded);

        await app.ForStateAsync("app", KnownResourceStates.Running);
        await starting;
    }

    private sealed class LogicalResource(string name) : Resource(name), IResourceWithWaitSupport;
}
