using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using Aspire.Hosting.Orchestration.Networking;

namespace Offline.Tests.Orchestration;

public sealed class TcpProxyTests : IAsyncLifetime
{
    private readonly TcpProxy _proxy = TcpProxy.Start("localhost", 0);
    private readonly List<TcpListener> _listeners = [];

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        foreach (var listener in _listeners)
        {
            listener.Dispose();
        }

        await _proxy.DisposeAsync();
    }

    [Fact]
    public async Task Connections_go_to_the_replicas_in_turn()
    {
        Replica("a");
        Replica("b");

        var answers = new List<string>();
        for (var i = 0; i < 6; i++)
        {
            answers.Add(await AskAsync());
        }

        Assert.Equal(3, answers.Count(a => a == "a"));
        Assert.Equal(3, answers.Count(a => a == "b"));
    }

    [Fact]
    public async Task A_replica_that_does_not_answer_is_passed_over()
    {
        Replica("a");
        _proxy.Targets.Add(new IPEndPoint(IPAddress.Loopback, PortAllocator.Next()));

        for (var i = 0; i < 4; i++)
        {
            Assert.Equal("a", await AskAsync());
        }
    }

    [Fact]
    public async Task A_connection_waits_for_a_replica_that_comes_up()
    {
        var port = PortAllocator.Next();
        _proxy.Targets.Add(new IPEndPoint(IPAddress.Loopback, port));

        var answer = AskAsync();
        Assert.False(answer.IsCompleted);
        Replica("late", port);

        Assert.Equal("late", await answer.WaitAsync(Waiting.Bounded));
    }

    [Fact]
    public async Task Without_a_replica_the_connection_is_closed_at_once()
    {
        using var client = new TcpClient();

        var end = await Record.ExceptionAsync(async () =>
        {
            await client.ConnectAsync(IPAddress.Loopback, _proxy.Port, Waiting.Bounded);
            Assert.Equal(0, await client.GetStream().ReadAsync(new byte[1], Waiting.Bounded));
        });

        Assert.True(end is null or IOException or SocketException, end?.ToString());
    }

    [Fact]
    public async Task Everything_arrives_unchanged_and_the_end_of_one_direction_leaves_the_other_open()
    {
        var listener = Listen(0);
        var sent = RandomNumberGenerator.GetBytes(3_000_000);
        // Reads to the end of the request before it answers: that works only if the proxy passes the half-close on.
        var serving = Task.Run(async () =>
        {
            using var server = await listener.AcceptTcpClientAsync();
            var received = new MemoryStream();
            await server.GetStream().CopyToAsync(received);
            await server.GetStream().WriteAsync(received.ToArray());
        }, Waiting.Bounded);

        using var client = new TcpClient();
        await client.ConnectAsync("localhost", _proxy.Port, Waiting.Bounded);
        var stream = client.GetStream();
        await stream.WriteAsync(sent, Waiting.Bounded);
        client.Client.Shutdown(SocketShutdown.Send);
        var answer = new MemoryStream();
        await stream.CopyToAsync(answer, Waiting.Bounded);
        await serving.WaitAsync(Waiting.Bounded);

        Assert.True(sent.AsSpan().SequenceEqual(answer.ToArray()));
    }

    [Fact]
    public async Task A_reader_that_does_not_read_slows_the_writer()
    {
        const int far = 256 * 1024 * 1024;
        var listener = Listen(0);
        using var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, _proxy.Port, Waiting.Bounded);
        using var server = await listener.AcceptTcpClientAsync(Waiting.Bounded);
        using var stuck = new CancellationTokenSource(TimeSpan.FromSeconds(1));
        var block = new byte[64 * 1024];
        long written = 0;

        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
        {
            for (; written < far; written += block.Length)
            {
                await server.GetStream().WriteAsync(block, stuck.Token);
            }
        });

        Assert.True(written < far);
    }

    [Fact]
    public void A_port_in_use_is_told_with_its_owner()
    {
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        var port = ((IPEndPoint)taken.LocalEndpoint).Port;

        Assert.Throws<SocketException>(() => TcpProxy.Start("localhost", port));
        Assert.False(PortAllocator.IsFree(port));
        Assert.Contains(Environment.ProcessId.ToString(System.Globalization.CultureInfo.InvariantCulture), PortOwner.Find(port), StringComparison.Ordinal);
    }

    [Fact]
    public void Given_out_ports_differ_and_lie_below_the_ephemeral_ones()
    {
        var ports = Enumerable.Range(0, 200).Select(_ => PortAllocator.Next()).ToList();

        Assert.Equal(ports.Count, ports.Distinct().Count());
        Assert.All(ports, p => Assert.InRange(p, 10000, 32767));
        ports.ForEach(PortAllocator.Release);
    }

    private void Replica(string name, int port = 0)
    {
        var listener = Listen(port);
        _ = Task.Run(async () =>
        {
            while (true)
            {
                using var server = await listener.AcceptTcpClientAsync();
                await server.GetStream().WriteAsync(Encoding.ASCII.GetBytes(name));
            }
        });
    }

    private TcpListener Listen(int port)
    {
        var listener = new TcpListener(IPAddress.Loopback, port);
        listener.Start();
        _listeners.Add(listener);
        _proxy.Targets.Add((IPEndPoint)listener.LocalEndpoint);
        return listener;
    }

    private async Task<string> AskAsync()
    {
        using var client = new TcpClient();
        await client.ConnectAsync("localhost", _proxy.Port, Waiting.Bounded);
        using var reader = new StreamReader(client.GetStream());
        return await reader.ReadToEndAsync(Waiting.Bounded);
    }
}
