using System.Diagnostics;
using System.Globalization;
using Integration.Worker;

namespace Integration.Support;

/// <summary>
/// Two machines with a router between them, as network namespaces of Linux: 10.77.1.1 - 10.77.1.2 router 10.77.2.1 - 10.77.2.2. The router
/// refuses to carry anything to 10.77.3.0/24. Needs root; tests are skipped without it.
/// </summary>
internal sealed class RoutedNetwork : IAsyncDisposable
{
    private readonly string _name = string.Create(CultureInfo.InvariantCulture, $"netbox{Random.Shared.Next(1_000_000)}");

    private RoutedNetwork()
    {
    }

    public static async Task<RoutedNetwork> CreateAsync()
    {
        var network = new RoutedNetwork();
        var (a, r, b) = (network.Space('a'), network.Space('r'), network.Space('b'));
        string[] commands =
        [
            $"netns add {a}", $"netns add {r}", $"netns add {b}",
            $"-n {a} link set lo up", $"-n {r} link set lo up", $"-n {b} link set lo up",
            $"-n {a} link add e0 type veth peer name e0 netns {r}", $"-n {r} link add e1 type veth peer name e0 netns {b}",
            $"-n {a} addr add 10.77.1.1/24 dev e0", $"-n {r} addr add 10.77.1.2/24 dev e0",
            $"-n {r} addr add 10.77.2.1/24 dev e1", $"-n {b} addr add 10.77.2.2/24 dev e0",
            $"-n {a} link set e0 up", $"-n {r} link set e0 up", $"-n {r} link set e1 up", $"-n {b} link set e0 up",
            $"-n {a} route add 10.77.0.0/16 via 10.77.1.2", $"-n {b} route add 10.77.0.0/16 via 10.77.2.1",
            $"-n {r} route add prohibit 10.77.3.0/24",
            $"netns exec {r} sysctl -qw net.ipv4.ip_forward=1",
        ];
        foreach (var command in commands)
        {
            if (await IpAsync(command) is { } error)
            {
                await network.DisposeAsync();
                Assert.Skip($"needs root, iproute2 and network namespaces: ip {command}: {error}");
            }
        }

        return network;
    }

    /// <summary>Runs netbox on the first machine, without any capability: what works there works for everybody.</summary>
    public async Task<(int ExitCode, string Output, string Error)> NetBoxAsync(params string[] arguments)
    {
        using var tool = ToolProcess.StartBehind(
            ["ip", "netns", "exec", Space('a'), "setpriv", "--bounding-set=-all", "--inh-caps=-all"], "netbox", arguments);
        return await tool.EndAsync();
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var space in "arb")
        {
            await IpAsync($"netns del {Space(space)}");
        }
    }

    private string Space(char suffix) => _name + suffix;

    /// <summary>Null when it went well, else what it said.</summary>
    private static async Task<string?> IpAsync(string arguments)
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo("ip", arguments) { RedirectStandardError = true, RedirectStandardOutput = true })!;
            var error = await process.StandardError.ReadToEndAsync();
            await process.WaitForExitAsync(CancellationToken.None);
            return process.ExitCode == 0 ? null : error.Trim();
        }
        catch (System.ComponentModel.Win32Exception exception)
        {
            return exception.Message;
        }
    }
}
