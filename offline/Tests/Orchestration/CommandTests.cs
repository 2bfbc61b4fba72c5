using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Testing;

namespace Offline.Tests.Orchestration;

public class CommandTests
{
    [Fact]
    public async Task Stop_start_and_restart_keep_the_ports()
    {
        await using var builder = DistributedApplicationTestingBuilder.Create();
        var node = builder.AddExecutable("node", "/bin/sh", "/", "-c", "echo on $PORT; exec sleep 3232").WithEndpoint(name: "tcp", isProxied: false, env: "PORT");
        await using var app = await builder.BuildAsync(Waiting.Bounded);
        await app.StartAsync(Waiting.Bounded);
        var port = app.GetEndpoint("node", "tcp").Port;
        var first = await RunningAsync(1);

        Assert.True((await ExecuteAsync(KnownResourceCommands.StopCommand)).Success);
        var stopped = await app.ForAsync("node", s => s.State?.Text == KnownResourceStates.Finished);
        Assert.NotNull(stopped.Snapshot.StopTimeStamp);
        Assert.False(ProcessTests.IsAlive(first));
        Assert.Equal(ResourceCommandState.Enabled, stopped.Snapshot.Commands.Single(c => c.Name == KnownResourceCommands.StartCommand).State);

        Assert.True((await ExecuteAsync(KnownResourceCommands.StartCommand)).Success);
        var second = await RunningAsync(2);
        Assert.True((await ExecuteAsync(KnownResourceCommands.RestartCommand)).Success);
        var third = await RunningAsync(3);

        Assert.Equal(3, new[] { first, second, third }.Distinct().Count());
        Assert.Equal(port, app.GetEndpoint("node", "tcp").Port);

        async Task<int> RunningAsync(int starts)
        {
            await Waiting.UntilAsync(() => app.LogAsync("node").GetAwaiter().GetResult().Split($"on {port}").Length == starts + 1, "it has told its port");
            return (await app.ForStateAsync("node", KnownResourceStates.Running)).ProcessId();
        }

        Task<ExecuteCommandResult> ExecuteAsync(string command) => app.ResourceCommands.ExecuteCommandAsync(node.Resource, command, Waiting.Bounded);
    }

    [Fact]
    public async Task A_killed_process_is_seen_and_can_be_started_again()
    {
        await using var builder = DistributedApplicationTestingBuilder.Create();
        var node = builder.AddExecutable("node", "sleep", "/", "3233");
        await using var app = await builder.BuildAsync(Waiting.Bounded);
        await app.StartAsync(Waiting.Bounded);
        var running = await app.ForStateAsync("node", KnownResourceStates.Running);

        using (var process = System.Diagnostics.Process.GetProcessById(running.ProcessId()))
        {
            process.Kill();
        }

        Assert.Equal(128 + 9, (await app.ForStateAsync("node", KnownResourceStates.Finished)).Snapshot.ExitCode);
        await app.ResourceCommands.ExecuteCommandAsync(node.Resource, KnownResourceCommands.StartCommand, Waiting.Bounded);
        Assert.Null((await app.ForStateAsync("node", KnownResourceStates.Running)).Snapshot.ExitCode);
    }

    [Fact]
    public async Task What_is_to_be_started_explicitly_waits_for_the_command()
    {
        await using var builder = DistributedApplicationTestingBuilder.Create();
        var node = builder.AddExecutable("node", "sleep", "/", "3234").WithExplicitStart();
        await using var app = await builder.BuildAsync(Waiting.Bounded);

        await app.StartAsync(Waiting.Bounded);
        await app.ForStateAsync("node", KnownResourceStates.NotStarted);
        await app.ResourceCommands.ExecuteCommandAsync(node.Resource, KnownResourceCommands.StartCommand, Waiting.Bounded);

        await app.ForStateAsync("node", KnownResourceStates.Running);
    }
}
