using System.Collections.Immutable;
using System.Globalization;
using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Orchestration.Processes;

namespace Aspire.Hosting.Orchestration.Containers;

/// <summary>A started container, its log followed, its end awaited.</summary>
internal sealed class RunningContainer : IRunningInstance
{
    private const string StopSeconds = "4";
    private static readonly TimeSpan LogGrace = TimeSpan.FromSeconds(1);

    private readonly string _runtime;
    private readonly string _name;
    private readonly ChildProcess _log;

    private RunningContainer(string runtime, string id, ContainerSpec spec, ResourceConfiguration configuration, ChildProcess log)
    {
        _runtime = runtime;
        _name = spec.Name;
        _log = log;
        Properties =
        [
            new("container.image", spec.Image),
            new("container.id", id),
            new("container.command", spec.Entrypoint),
            new("container.args", spec.Arguments.ToImmutableArray()) { IsSensitive = true },
            new("container.ports", spec.Ports.Select(p => p.ContainerPort).ToImmutableArray()),
            new("container.lifetime", ContainerLifetime.Session),
        ];
        Environment = configuration.EnvironmentSnapshot;
        Ended = EndedAsync();
    }

    public ImmutableArray<ResourcePropertySnapshot> Properties { get; }

    public ImmutableArray<EnvironmentVariableSnapshot> Environment { get; }

    public Task<int?> Ended { get; }

    public static RunningContainer Follow(
        string runtime, string id, ContainerSpec spec, ResourceConfiguration configuration, ProcessWatchdog watchdog, Action<string, bool> output)
    {
        var logs = new ProcessSpec(runtime, ["logs", "--follow", spec.Name], "/", ImmutableDictionary<string, string>.Empty);
        return new RunningContainer(runtime, id, spec, configuration, ChildProcess.Start(logs, watchdog, output));
    }

    public async Task StopAsync()
    {
        await ContainerCli.RunAsync(_runtime, ["stop", "-t", StopSeconds, _name], CancellationToken.None).ConfigureAwait(false);
        await Ended.ConfigureAwait(false);
        await ContainerCli.RunAsync(_runtime, ["rm", "--force", "--volumes", _name], CancellationToken.None).ConfigureAwait(false);
        await _log.StopAsync(LogGrace).ConfigureAwait(false);
        _log.Dispose();
    }

    private async Task<int?> EndedAsync()
    {
        var waited = await ContainerCli.RunAsync(_runtime, ["wait", _name], CancellationToken.None).ConfigureAwait(false);
        await Task.WhenAny(_log.Exited, Task.Delay(LogGrace)).ConfigureAwait(false);
        return int.TryParse(waited.Output, CultureInfo.InvariantCulture, out var exitCode) ? exitCode : null;
    }
}
