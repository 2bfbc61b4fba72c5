using System.Collections.Concurrent;
using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using Aspire.Hosting.ApplicationModel;
using Microsoft.Extensions.Configuration;
using RedisCluster.Hosting.Local;
using RedisCluster.Protocol;
using RedisCluster.Topology;

namespace RedisCluster.Hosting.Faults;

/// <summary>Kills, freezes and thaws nodes of this run, processes and containers. What is frozen is thawed when the run ends, so that it can be stopped.</summary>
internal sealed class NodeFaults(ResourceNotificationService notifications, IConfiguration configuration) : IAsyncDisposable
{
    private const int StopOnLinux = 19;
    private const int StopOnMac = 17;
    private const int ContinueOnLinux = 18;
    private const int ContinueOnMac = 19;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly ConcurrentDictionary<string, FrozenNode> _frozen = new(StringComparer.Ordinal);

    /// <summary>Ends the node as a lost machine would, and returns when its resource knows.</summary>
    /// <returns>Why it did not work; null when it did.</returns>
    public async Task<string?> KillAsync(IRedisClusterNodeResource node, CancellationToken cancellationToken)
    {
        if (node is RedisClusterNodeContainer && _frozen.ContainsKey(node.Name))
        {
            // A runtime may refuse to kill what is paused.
            await ThawAsync(node, cancellationToken).ConfigureAwait(false);
        }

        var problem = node is RedisClusterNodeContainer
            ? await RunAsync(node, "kill", cancellationToken).ConfigureAwait(false)
            : await KillProcessAsync((RedisClusterNodeProcess)node, cancellationToken).ConfigureAwait(false);
        if (problem is not null)
        {
            return problem;
        }

        _frozen.TryRemove(node.Name, out _);
        return await AwaitEndAsync(node, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Lets the node stand still, its connections open.</summary>
    /// <returns>Why it did not work; null when it did.</returns>
    public async Task<string?> FreezeAsync(IRedisClusterNodeResource node, CancellationToken cancellationToken)
    {
        if (node is RedisClusterNodeContainer)
        {
            _frozen[node.Name] = new(null, token => RunAsync(node, "unpause", token));
            return await RunAsync(node, "pause", cancellationToken).ConfigureAwait(false);
        }

        var (id, problem) = await ProcessIdAsync((RedisClusterNodeProcess)node, cancellationToken).ConfigureAwait(false);
        if (problem is not null || OperatingSystem.IsWindows())
        {
            return problem ?? "there is no such thing as a frozen process on Windows";
        }

        _frozen[node.Name] = new(IdentityOf(id), _ => Task.FromResult(Send(id, OperatingSystem.IsMacOS() ? ContinueOnMac : ContinueOnLinux)));
        return Send(id, OperatingSystem.IsMacOS() ? StopOnMac : StopOnLinux);
    }

    /// <summary>Lets a frozen node go on; nothing happens to one that is not.</summary>
    /// <returns>Why it did not work; null when it did.</returns>
    public async Task<string?> ThawAsync(IRedisClusterNodeResource node, CancellationToken cancellationToken) =>
        _frozen.TryRemove(node.Name, out var frozen) ? await frozen.Thaw(cancellationToken).ConfigureAwait(false) : null;

    public async ValueTask DisposeAsync()
    {
        foreach (var name in _frozen.Keys)
        {
            if (_frozen.TryRemove(name, out var frozen))
            {
                await frozen.Thaw(CancellationToken.None).ConfigureAwait(false);
            }
        }
    }

    private async Task<string?> KillProcessAsync(RedisClusterNodeProcess node, CancellationToken cancellationToken)
    {
        // One that is frozen does not answer. Its number may be another's by now, if it ended in some other way.
        var (id, problem) = _frozen.TryGetValue(node.Name, out var frozen) && frozen.Process is { } process && IdentityOf(process.Id) == process
            ? (process.Id, null)
            : await ProcessIdAsync(node, cancellationToken).ConfigureAwait(false);
        if (problem is not null)
        {
            return problem;
        }

        try
        {
            using var killed = Process.GetProcessById(id);
            killed.Kill();
            return null;
        }
        catch (Exception e) when (e is ArgumentException or InvalidOperationException or Win32Exception)
        {
            return e.Message;
        }
    }

    private static (int Id, DateTime StartedAt)? IdentityOf(int id)
    {
        try
        {
            using var process = Process.GetProcessById(id);
            return (id, process.StartTime);
        }
        catch (Exception e) when (e is ArgumentException or InvalidOperationException or Win32Exception)
        {
            return null;
        }
    }

    // Its own word: what the resource started may be a parent of it.
    private static async Task<(int Id, string? Problem)> ProcessIdAsync(RedisClusterNodeProcess node, CancellationToken cancellationToken)
    {
        try
        {
            var endpoint = (await RedisClusterHealthCheck.EndpointsAsync(node.Cluster, cancellationToken).ConfigureAwait(false))[node.Index];
            var options = new RespConnectionOptions { Password = await node.Cluster.PasswordParameter.GetValueAsync(cancellationToken).ConfigureAwait(false) };
            var connection = await RespConnection.ConnectAsync(endpoint.Host, endpoint.Port, options, cancellationToken).ConfigureAwait(false);
            await using var _ = connection.ConfigureAwait(false);
            var info = ServerInfo.Parse((await connection.SendAsync(RespCommand.Of("INFO", "server"), cancellationToken).ConfigureAwait(false)).AsText());
            return int.TryParse(info.Values.GetValueOrDefault("process_id"), NumberStyles.None, CultureInfo.InvariantCulture, out var id) && id > 1
                ? (id, null)
                : (0, $"{node.Name} does not tell its process id");
        }
        catch (RespException e)
        {
            return (0, e.Message);
        }
    }

    private async Task<string?> AwaitEndAsync(IRedisClusterNodeResource node, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(Patience);
        try
        {
            await notifications.WaitForResourceAsync(node.Name, KnownResourceStates.TerminalStates, limit.Token).ConfigureAwait(false);
            return null;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return string.Create(CultureInfo.InvariantCulture, $"{node.Name} was killed, and {Patience.TotalSeconds} s later its resource still runs");
        }
    }

    private async Task<string?> RunAsync(IRedisClusterNodeResource node, string verb, CancellationToken cancellationToken)
    {
        var id = notifications.TryGetCurrentState(node.Name, out var state)
            ? state.Snapshot.Properties.FirstOrDefault(property => property.Name == "container.id")?.Value as string
            : null;
        var runtime = ContainerRuntime.FindRunning(
            configuration["ASPIRE_CONTAINER_RUNTIME"] ?? configuration["DOTNET_ASPIRE_CONTAINER_RUNTIME"], Environment.GetEnvironmentVariable("PATH"));
        if (id is null || runtime is null)
        {
            return $"{node.Name} has no container that could be asked for";
        }

        using var process = Process.Start(new ProcessStartInfo(runtime, [verb, id]) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var error = await process.StandardError.ReadToEndAsync(cancellationToken).ConfigureAwait(false);
        await process.WaitForExitAsync(cancellationToken).ConfigureAwait(false);
        return process.ExitCode == 0 ? null : $"{runtime} {verb}: {error.Trim().ReplaceLineEndings(" ")}";
    }

    private static string? Send(int id, int signal) => kill(id, signal) == 0 ? null : Marshal.GetLastPInvokeErrorMessage();

    [DllImport("libc", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int kill(int pid, int signal);

    /// <param name="Process">Which process it is; null for a container.</param>
    /// <param name="Thaw">Lets it go on.</param>
    private sealed record FrozenNode((int Id, DateTime StartedAt)? Process, Func<CancellationToken, Task<string?>> Thaw);
}
