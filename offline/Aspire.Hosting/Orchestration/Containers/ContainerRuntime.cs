using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Orchestration.Processes;
using Microsoft.Extensions.Configuration;

namespace Aspire.Hosting.Orchestration.Containers;

/// <summary>The runtime in use, found at the first container, with the one network of this run.</summary>
internal sealed class ContainerRuntime(IConfiguration configuration, Lazy<ProcessWatchdog> watchdog) : IRunCleanup
{
    private const string LabelName = "aspire.offline.run";
    private static readonly TimeSpan AnswerLimit = TimeSpan.FromSeconds(30);

    private readonly Lock _gate = new();
    private Task<string>? _path;

    public string Label => $"{LabelName}={watchdog.Value.RunId}";

    public string Network => $"aspire-session-network-{watchdog.Value.RunId[..8]}";

    /// <summary>The path of the runtime's command line, once its daemon has answered and the network exists.</summary>
    /// <exception cref="InstanceStartException">There is none, or it does not work.</exception>
    public Task<string> ReadyAsync()
    {
        lock (_gate)
        {
            // A runtime that was not there the last time may have been started since.
            return _path is null or { IsFaulted: true } ? _path = Task.Run(PrepareAsync) : _path;
        }
    }

    public async Task CleanAsync()
    {
        if (_path is { IsCompletedSuccessfully: true } path)
        {
            await ContainerCli.RunAsync(await path.ConfigureAwait(false), ["network", "rm", Network], CancellationToken.None).ConfigureAwait(false);
        }
    }

    /// <summary>The names to look for on PATH, in this order.</summary>
    public static IReadOnlyList<string> Candidates(string? configured) => string.IsNullOrWhiteSpace(configured) ? ["docker", "podman"] : [configured.Trim()];

    private async Task<string> PrepareAsync()
    {
        var configured = configuration["ASPIRE_CONTAINER_RUNTIME"] ?? configuration["DOTNET_ASPIRE_CONTAINER_RUNTIME"];
        var candidates = Candidates(configured);
        string? reason = null;
        foreach (var candidate in candidates)
        {
            if (ExecutablePath.Find(candidate, "/") is not { } path)
            {
                continue;
            }

            reason = await FaultOfAsync(path).ConfigureAwait(false);
            if (reason is null)
            {
                watchdog.Value.AddContainers(path, Label);
                await CreateNetworkAsync(path).ConfigureAwait(false);
                return path;
            }
        }

        var names = string.Join(" or ", candidates);
        throw new InstanceStartException(
            reason is null
                ? $"No container runtime: {names} is not installed. Install it, or choose another through ASPIRE_CONTAINER_RUNTIME."
                : $"The container runtime does not answer ({reason}). Start it: systemctl start docker, or podman machine start.",
            KnownResourceStates.RuntimeUnhealthy);
    }

    private async Task CreateNetworkAsync(string path)
    {
        var created = await ContainerCli.RunAsync(path, ["network", "create", "--label", Label, Network], CancellationToken.None).ConfigureAwait(false);
        if (created.ExitCode != 0)
        {
            throw new InstanceStartException($"Cannot create the container network '{Network}': {created.Reason}");
        }
    }

    private static async Task<string?> FaultOfAsync(string path)
    {
        using var limit = new CancellationTokenSource(AnswerLimit);
        try
        {
            var result = await ContainerCli.RunAsync(path, ["ps", "-q"], limit.Token).ConfigureAwait(false);
            return result.ExitCode == 0 ? null : result.Reason;
        }
        catch (OperationCanceledException)
        {
            return $"no answer within {AnswerLimit.TotalSeconds} s";
        }
    }
}
