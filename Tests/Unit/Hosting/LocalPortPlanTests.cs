using System.Net;
using System.Net.Sockets;
using Aspire.Hosting;
using FsCheck.Xunit;
using RedisCluster.Hosting.Local;

namespace Unit.Hosting;

public sealed class LocalPortPlanTests : IDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("ports-").FullName;
    private readonly LocalRun _run;

    public LocalPortPlanTests() => _run = new LocalRun(_root);

    public void Dispose()
    {
        _run.Dispose();
        Directory.Delete(_root, recursive: true);
    }

    [Theory]
    [InlineData(7101, 17101)]
    [InlineData(22767, 32767)]
    [InlineData(22768, 12768)]
    [InlineData(60000, 50000)]
    public void The_bus_port_is_10000_higher_unless_that_is_ephemeral(int port, int bus) => Assert.Equal(bus, LocalPortPlan.BusPortOf(port));

    [Property]
    public bool Every_bus_port_is_a_port(ushort port) => port == 0 || LocalPortPlan.BusPortOf(port) is > 0 and <= ushort.MaxValue;

    [Fact]
    public void Another_run_does_not_get_the_same_ports()
    {
        var first = Free(3);
        using var other = new LocalRun(_root);
        var mine = LocalPortPlan.Take(_run, "mine", first, 3, areFixed: false, everywhere: false);
        var theirs = LocalPortPlan.Take(other, "theirs", first, 3, areFixed: false, everywhere: false);
        Assert.Empty(Ports(mine).Intersect(Ports(theirs)));
    }

    [Fact]
    public void Ports_are_free_again_once_the_run_is_over()
    {
        var first = Free(1);
        using (var other = new LocalRun(_root))
        {
            Assert.Equal(first, LocalPortPlan.TakeOne(other, "theirs", first, isFixed: true, "X:Port"));
        }

        Assert.Equal(first, LocalPortPlan.TakeOne(_run, "mine", first, isFixed: true, "X:Port"));
    }

    [Fact]
    public void A_taken_port_is_passed_over_where_nobody_asked_for_it()
    {
        using var listener = Listen(out var port);
        var taken = LocalPortPlan.Take(_run, "redis", port, 1, areFixed: false, everywhere: false);
        Assert.True(taken[0].Port > port);
    }

    [Fact]
    public void A_taken_port_that_was_asked_for_is_an_error_naming_its_owner()
    {
        using var listener = Listen(out var port);
        var e = Assert.Throws<DistributedApplicationException>(() => LocalPortPlan.Take(_run, "redis", port, 1, areFixed: true, everywhere: false));
        var owner = OperatingSystem.IsLinux() ? $" by {System.Diagnostics.Process.GetCurrentProcess().ProcessName} (process {Environment.ProcessId})" : "";
        Assert.Equal($"redis: port {port} is taken{owner}. Free it, or ask for others: --RedisCluster:Port=PORT.", e.Message);
        Assert.Equal(
            $"netbox: port {port} is taken{owner}. Free it, or ask for another: --NetBox:Port=PORT.",
            Assert.Throws<DistributedApplicationException>(() => LocalPortPlan.TakeOne(_run, "netbox", port, isFixed: true, "NetBox:Port")).Message);
    }

    [Fact]
    public void A_taken_bus_port_is_told_from_the_client_port()
    {
        using var listener = Listen(out var bus, below: 32767);
        var e = Assert.Throws<DistributedApplicationException>(() => LocalPortPlan.Take(_run, "redis", bus - 10000, 1, areFixed: true, everywhere: false));
        Assert.Contains($"port {bus}, the bus port of {bus - 10000}, is taken", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_run_folder_goes_with_the_run()
    {
        string path;
        using (var run = new LocalRun(_root))
        {
            path = run.Directory;
            File.WriteAllText(Path.Combine(path, "nodes.conf"), "");
        }

        Assert.False(Directory.Exists(path));
    }

    [Fact]
    public void What_a_killed_run_left_is_removed_and_what_another_uses_is_not()
    {
        using var other = new LocalRun(_root);
        var used = other.Directory;
        var left = Directory.CreateDirectory(Path.Combine(_root, "runs", "1-abandoned")).FullName;
        File.WriteAllText(Path.Combine(left, ".lock"), "");

        Assert.True(Directory.Exists(_run.Directory));
        Assert.False(Directory.Exists(left));
        Assert.True(Directory.Exists(used));
    }

    private static IEnumerable<int> Ports(IEnumerable<(int Port, int BusPort)> pairs) => pairs.SelectMany(pair => new[] { pair.Port, pair.BusPort });

    private static int Free(int count) =>
        Enumerable.Range(0, 50).Select(_ => Random.Shared.Next(11000, 20000))
            .First(first => Enumerable.Range(first, count).All(p => LocalPorts.IsFree(p) && LocalPorts.IsFree(LocalPortPlan.BusPortOf(p))));

    private static TcpListener Listen(out int port, int below = 55000)
    {
        for (var attempt = 0; ; attempt++)
        {
            port = Random.Shared.Next(21000, below);
            var listener = new TcpListener(IPAddress.Loopback, port);
            try
            {
                if (LocalPorts.IsFree(LocalPortPlan.BusPortOf(port)) && LocalPorts.IsFree(port - 10000))
                {
                    listener.Start();
                    return listener;
                }
            }
            catch (SocketException) when (attempt < 50)
            {
                // Taken by somebody else: another one.
            }
        }
    }
}
