using System.ComponentModel;
using System.Diagnostics;
using System.Net;
using NetBox.Tools.Cluster;
using RedisCluster.Operations;
using RedisCluster.Protocol;

namespace NetBox.Tools.Drills.Faults;

/// <summary>
/// Cuts a node of this machine off from the others by packet filter rules: clients still reach it, as where a network is parted. Wants root, and
/// an address of its own for each node, from which it also calls the others (bind-source-addr): rules know addresses, not processes.
/// </summary>
internal sealed class FirewallChannel(ClusterTarget target) : IFaultChannel
{
    private const string Program = "iptables";

    private readonly List<(string From, string To)> _pairs = [];
    private IReadOnlyList<(string From, string To)> _closed = [];
    private Process? _guard;

    public string Name => "the packet filter of this machine";

    public string? NameOf(DrillNode node) => null;

    public bool Heals(Fault fault) => fault == Fault.CutOff;

    public async Task<string?> ObstacleAsync(Fault fault, DrillNode node, CancellationToken cancellationToken)
    {
        if (fault != Fault.CutOff)
        {
            return "it can only cut nodes off";
        }

        if (!OperatingSystem.IsLinux() || !Environment.IsPrivilegedProcess)
        {
            return "that takes root, and Linux";
        }

        if (!IPAddress.TryParse(node.Endpoint.Host, out var own) || own.AddressFamily != System.Net.Sockets.AddressFamily.InterNetwork || !IPAddress.IsLoopback(own))
        {
            return $"{node.Name} is not on this machine";
        }

        var answers = await ClusterCall.RunAsync(
            target.Seeds, RespCommand.Of("CONFIG", "GET", "bind-source-addr"), NodeSelection.All, target.Settings, cancellationToken).ConfigureAwait(false);
        var peers = answers.Where(answer => !answer.Node.IsSameClientAddress(node.Endpoint)).Select(answer => answer.Node.Host).ToList();
        if (peers.Contains(node.Endpoint.Host) || answers.Any(answer => answer.Answer?.Find("bind-source-addr")?.AsText() != answer.Node.Host))
        {
            return "the nodes share an address, or call each other from another one than their own (bind-source-addr)";
        }

        if (await RunAsync(["-w", "-L", "OUTPUT", "-n"], cancellationToken).ConfigureAwait(false) is { } problem)
        {
            return problem;
        }

        _pairs.Clear();
        _pairs.AddRange(peers.Distinct().SelectMany(peer => new[] { (node.Endpoint.Host, peer), (peer, node.Endpoint.Host) }));
        return null;
    }

    public async Task InflictAsync(Fault fault, IReadOnlyList<DrillNode> nodes, TimeSpan limit, CancellationToken cancellationToken)
    {
        // Noted before: what may have been closed has to be opened.
        _closed = [.. _pairs];
        _guard = Guards.After(limit, string.Join("; ", _closed.Select(pair => $"{Program} {string.Join(' ', Rule("-D", pair))}")));
        foreach (var pair in _closed)
        {
            await RequireAsync("-I", pair, cancellationToken).ConfigureAwait(false);
        }
    }

    public async Task HealAsync(Fault fault, IReadOnlyList<DrillNode> nodes, CancellationToken cancellationToken)
    {
        foreach (var pair in _closed)
        {
            // One that was never closed is none to complain about; one that stays closed shows in the check.
            await RunAsync(Rule("-D", pair), cancellationToken).ConfigureAwait(false);
        }

        _closed = [];
        Guards.Release(ref _guard);
    }

    public ValueTask DisposeAsync()
    {
        Guards.Release(ref _guard);
        return ValueTask.CompletedTask;
    }

    private static string[] Rule(string action, (string From, string To) pair) => ["-w", action, "OUTPUT", "-s", pair.From, "-d", pair.To, "-j", "DROP"];

    private static async Task RequireAsync(string action, (string From, string To) pair, CancellationToken cancellationToken)
    {
        if (await RunAsync(Rule(action, pair), cancellationToken).ConfigureAwait(false) is { } problem)
        {
            throw new NetBoxException(ExitCode.Faults, problem);
        }
    }

    private static async Task<string?> RunAsync(IEnumerable<string> arguments, CancellationToken cancellationToken)
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo(Program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
            var output = process.StandardOutput.ReadToEndAsync(cancellationToken);
            var error = await process.StandardError.ReadToEndAsync(cancellationToken).ConfigureAwait(false);
            await output.ConfigureAwait(false);
            await process.WaitForExitAsync(cancellationToken).ConfigureAwait(false);
            return process.ExitCode == 0 ? null : $"{Program}: {error.Trim().ReplaceLineEndings(" ")}";
        }
        catch (Win32Exception)
        {
            return $"there is no {Program}";
        }
    }
}
