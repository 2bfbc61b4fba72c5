using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using NetBox.Tools.Cluster;
using NetBox.Tools.Probes;
using RedisCluster.Protocol;
using RedisCluster.Topology;

namespace NetBox.Tools.Drills.Faults;

/// <summary>Nodes that are plain processes of this machine: signals. It can end one, but not start it again: with what arguments it ran nobody tells.</summary>
internal sealed class ProcessChannel(ClusterTarget target) : IFaultChannel
{
    private readonly ConcurrentDictionary<NodeId, int> _processes = new();
    private readonly ConcurrentDictionary<NodeId, Process> _guards = new();

    public string Name => "processes of this machine";

    public string? NameOf(DrillNode node) => _processes.TryGetValue(node.Id, out var id) ? string.Create(CultureInfo.InvariantCulture, $"pid {id}") : null;

    public bool Heals(Fault fault) => fault == Fault.Frozen;

    public async Task<string?> ObstacleAsync(Fault fault, DrillNode node, CancellationToken cancellationToken)
    {
        if (fault == Fault.CutOff)
        {
            return "processes cannot be cut off from each other one by one";
        }

        if (!OperatingSystem.IsLinux())
        {
            return "only on Linux";
        }

        if (!IsLoopback(node.Endpoint.Host))
        {
            return $"{node.Name} is not on this machine";
        }

        var (id, problem) = await ProcessIdAsync(node, cancellationToken).ConfigureAwait(false);
        if (problem is not null)
        {
            return problem;
        }

        _processes[node.Id] = id;
        return null;
    }

    public Task InflictAsync(Fault fault, IReadOnlyList<DrillNode> nodes, TimeSpan limit, CancellationToken cancellationToken)
    {
        foreach (var node in nodes)
        {
            var id = _processes[node.Id];
            if (fault == Fault.Frozen)
            {
                _guards[node.Id] = Guards.After(limit, string.Create(CultureInfo.InvariantCulture, $"kill -CONT {id}"));
            }

            Signals.Send(id, fault == Fault.Frozen ? Signals.Stop : Signals.Kill, node.Name);
        }

        return Task.CompletedTask;
    }

    public Task HealAsync(Fault fault, IReadOnlyList<DrillNode> nodes, CancellationToken cancellationToken)
    {
        foreach (var node in nodes.Where(node => fault == Fault.Frozen && _guards.ContainsKey(node.Id)))
        {
            Signals.Send(_processes[node.Id], Signals.Continue, node.Name);
            Release(node.Id);
        }

        return Task.CompletedTask;
    }

    public ValueTask DisposeAsync()
    {
        foreach (var id in _guards.Keys)
        {
            Release(id);
        }

        return ValueTask.CompletedTask;
    }

    private void Release(NodeId id)
    {
        if (_guards.TryRemove(id, out var guard))
        {
            Guards.Release(ref guard!);
        }
    }

    /// <summary>The server's own word for its number, believed only where that process of this machine listens on its port: in a container it is another one's.</summary>
    private async Task<(int Id, string? Problem)> ProcessIdAsync(DrillNode node, CancellationToken cancellationToken)
    {
        try
        {
            var connection = await RespConnection.ConnectAsync(node.Endpoint.Host, node.Endpoint.Port, target.ConnectionOptions, cancellationToken).ConfigureAwait(false);
            await using var _ = connection.ConfigureAwait(false);
            var info = ServerInfo.Parse((await connection.SendAsync(RespCommand.Of("INFO", "server"), cancellationToken).ConfigureAwait(false)).AsText());
            if (!info.Values.TryGetValue("process_id", out var text) || !int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var id))
            {
                return (0, $"{node.Name} does not tell its process id");
            }

            var listens = HostTables.Sockets(listening: true, node.Endpoint.Port).Sockets.Any(socket => socket.ProcessId == id);
            return listens ? (id, null) : (0, $"{node.Name} is no process that this user sees here: in a container, or another user's");
        }
        catch (RespException exception)
        {
            return (0, exception.Message);
        }
    }

    private static bool IsLoopback(string host) =>
        host.Equals("localhost", StringComparison.OrdinalIgnoreCase) || (IPAddress.TryParse(host, out var address) && IPAddress.IsLoopback(address));
}
