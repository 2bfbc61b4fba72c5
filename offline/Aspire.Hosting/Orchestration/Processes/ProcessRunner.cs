using System.Collections.Immutable;
using Aspire.Hosting.ApplicationModel;

namespace Aspire.Hosting.Orchestration.Processes;

/// <summary>Runs executables and .NET projects.</summary>
internal sealed class ProcessRunner(
    Lazy<ProcessWatchdog> watchdog,
    ProjectOutput projects,
    DistributedApplicationExecutionContext execution,
    ResourceLoggerService loggers) : IInstanceRunner
{
    private static readonly TimeSpan StopGrace = TimeSpan.FromSeconds(4);

    public string EndState => KnownResourceStates.Finished;

    public bool Runs(IResource resource) => !resource.IsContainer() && resource is ExecutableResource or ProjectResource;

    public async Task<IRunningInstance> StartAsync(ResourceInstance instance, CancellationToken cancellationToken)
    {
        var logger = loggers.GetLogger(instance.Id);
        var configuration = await ResourceConfiguration.ResolveAsync(instance, execution, DefaultsOf(instance), logger, cancellationToken).ConfigureAwait(false);
        var command = instance.Resource is ProjectResource project ? projects.CommandOf(project) : CommandOf(instance.Resource);
        var spec = new ProcessSpec(command.Command, [.. command.Arguments, .. configuration.Arguments], command.WorkingDirectory, configuration.Environment);
        try
        {
            var process = ChildProcess.Start(spec, watchdog.Value, (line, isError) => loggers.AddLine(instance.Id, line, isError));
            return new RunningProcess(process, spec, configuration, command.ProjectPath);
        }
        catch (ProcessStartException ex)
        {
            throw new InstanceStartException(ex.Message, inner: ex);
        }
    }

    private static ImmutableDictionary<string, object> DefaultsOf(ResourceInstance instance)
    {
        var none = ImmutableDictionary<string, object>.Empty;
        return instance.Resource is ProjectResource ? none.Add("OTEL_RESOURCE_ATTRIBUTES", $"service.instance.id={instance.Suffix}") : none;
    }

    private static LaunchCommand CommandOf(IResource resource)
    {
        var executable = resource.Annotations.OfType<ExecutableAnnotation>().Last();
        return new LaunchCommand(executable.Command, [], Path.GetFullPath(executable.WorkingDirectory), null);
    }

    private sealed class RunningProcess(ChildProcess process, ProcessSpec spec, ResourceConfiguration configuration, string? projectPath) : IRunningInstance
    {
        public ImmutableArray<ResourcePropertySnapshot> Properties { get; } =
        [
            new("executable.path", spec.FileName),
            new("executable.workDir", spec.WorkingDirectory),
            new("executable.args", spec.Arguments.ToImmutableArray()) { IsSensitive = true },
            new("executable.pid", process.Id),
            .. projectPath is null ? (ReadOnlySpan<ResourcePropertySnapshot>)[] : [new("project.path", projectPath)],
        ];

        public ImmutableArray<EnvironmentVariableSnapshot> Environment { get; } = configuration.EnvironmentSnapshot;

        public Task<int?> Ended { get; } = EndedAsync(process);

        public async Task StopAsync()
        {
            await process.StopAsync(StopGrace).ConfigureAwait(false);
            process.Dispose();
        }

        private static async Task<int?> EndedAsync(ChildProcess process) => await process.Exited.ConfigureAwait(false);
    }
}
