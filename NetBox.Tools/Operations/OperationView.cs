using System.CommandLine;
using NetBox.Tools.Output;
using RedisCluster.Operations;
using RedisCluster.Planning;

namespace NetBox.Tools.Operations;

/// <summary>What is seen of an operation while it runs.</summary>
internal abstract class OperationView(string operation) : IProgress<ClusterProgress>, IAsyncDisposable
{
    /// <summary>The command, as the user called it.</summary>
    protected string Operation => operation;

    /// <summary>Whether a person sits in front of it.</summary>
    public virtual bool CanAsk => false;

    public static OperationView For(InvocationConfiguration configuration, string operation, bool json) =>
        json ? new EventView(operation, configuration.Output, configuration.Error)
        : new TextView(operation, Screen.For(configuration), configuration.Error, Screen.IsTerminal(configuration));

    public abstract void Report(ClusterProgress value);

    public abstract Task ShowAsync(ClusterPlan plan);

    public virtual Task<bool> AskAsync(string question, CancellationToken cancellationToken) => Task.FromResult(false);

    public abstract Task EndAsync(OperationResult result);

    public abstract Task FailAsync(string message, ExitCode? code = null);

    public abstract ValueTask DisposeAsync();
}
