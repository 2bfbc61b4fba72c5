using System.Collections.Immutable;
using Aspire.Hosting.ApplicationModel;

namespace Aspire.Hosting.Orchestration;

/// <summary>Makes one kind of resource run.</summary>
internal interface IInstanceRunner
{
    /// <summary>The state of an instance that has ended.</summary>
    string EndState { get; }

    bool Runs(IResource resource);

    /// <exception cref="InstanceStartException">It cannot be started, and why.</exception>
    Task<IRunningInstance> StartAsync(ResourceInstance instance, CancellationToken cancellationToken);
}

/// <summary>A process or container between its start and its end.</summary>
internal interface IRunningInstance
{
    ImmutableArray<ResourcePropertySnapshot> Properties { get; }

    ImmutableArray<EnvironmentVariableSnapshot> Environment { get; }

    /// <summary>Completes with the exit code, null where it is not known.</summary>
    Task<int?> Ended { get; }

    Task StopAsync();
}

/// <summary>Why an instance did not start: one line for its log.</summary>
internal sealed class InstanceStartException(string message, string? state = null, Exception? inner = null) : Exception(message, inner)
{
    /// <summary>The state it is in instead of FailedToStart.</summary>
    public string? State { get; } = state;
}
