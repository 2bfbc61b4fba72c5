using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Integration.Support;
using RedisCluster.Operations;
using RedisCluster.Topology;

namespace Integration.HitCounter;

/// <summary>
/// A cluster whose nodes reach each other only through relays, which can be told to let nothing pass between two sides: as where a network is
/// parted, connections stay open and what was sent arrives when it is whole again. Clients reach every node all the time.
/// </summary>
/// <remarks>Every node sends from an address of its own within 127.0.0.0/8, by which the relays know it.</remarks>
internal sealed class Partition : IAsyncDisposable
{
    private const int FirstAddress = 11;

    private readonly List<Relay> _relays = [];
    private readonly RedisServers _servers;
    private volatile Cut _cut = Cut.None;

    private Partition(RedisServers servers)
    {
        _servers = servers;
        for (var i = 0; i < servers.Servers.Count; i++)
        {
            var endpoint = servers[i].Endpoint;
            var client = new Relay(this, i, endpoint.Port);
            var bus = new Relay(this, i, endpoint.BusPort!.Value);
            _relays.AddRange([client, bus]);
            Endpoints.Add(new NodeEndpoint(endpoint.Host, client.Port, bus.Port));
        }
    }

    /// <summary>Where the nodes say they are.</summary>
    public List<NodeEndpoint> Endpoints { get; } = [];

    public static async Task<Partition> FormAsync(RedisServers servers)
    {
        var partition = new Partition(servers);
        for (var i = 0; i < servers.Servers.Count; i++)
        {
            var endpoint = partition.Endpoints[i];
            await servers[i].CallAsync("CONFIG", "SET", "bind-source-addr", string.Create(CultureInfo.InvariantCulture, $"127.0.0.{FirstAddress + i}"));
            await servers[i].CallAsync("CONFIG", "SET", "cluster-announce-ip", endpoint.Host);
            await servers[i].CallAsync("CONFIG", "SET", "cluster-announce-port", endpoint.Port);
            await servers[i].CallAsync("CONFIG", "SET", "cluster-announce-bus-port", endpoint.BusPort!.Value);
        }

        await ClusterCreation.RunAsync(partition.Endpoints, new() { ReplicasPerShard = 1 }, cancellationToken: TestContext.Current.CancellationToken);
        return partition;
    }

    /// <summary>Nothing passes any more between these nodes and the others.</summary>
    public void Separate(params IEnumerable<RedisServer> side)
        => _cut = new Cut([.. side.Select(server => _servers.Servers.Index().First(other => other.Item == server).Index)]);

    public void Heal()
    {
        var cut = _cut;
        _cut = Cut.None;
        cut.Healed.SetResult();
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var relay in _relays)
        {
            await relay.DisposeAsync();
        }
    }

    private async ValueTask PassAsync(int? one, int? other, CancellationToken cancellationToken)
    {
        while (_cut is var cut && one is { } from && other is { } to && cut.Side.Contains(from) != cut.Side.Contains(to))
        {
            await cut.Healed.Task.WaitAsync(cancellationToken);
        }
    }

    private sealed record Cut(HashSet<int> Side)
    {
        public static Cut None { get; } = new([]);

        public TaskCompletionSource Healed { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }

    /// <summary>In front of one port of one node.</summary>
    private sealed class Relay : IAsyncDisposable
    {
        private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
        private readonly CancellationTokenSource _stop = new();
        private readonly ConcurrentBag<Task> _connections = [];
        private readonly Partition _partition;
        private readonly int _node;
        private readonly int _port;
        private readonly Task _accepting;

        public Relay(Partition partition, int node, int port)
        {
            (_partition, _node, _port) = (partition, node, port);
            _listener.Start();
            _accepting = AcceptAsync();
        }

        public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

        public async ValueTask DisposeAsync()
        {
            await _stop.CancelAsync();
            _listener.Dispose();
            await _accepting;
            await Task.WhenAll(_connections);
            _stop.Dispose();
        }

        private async Task AcceptAsync()
        {
            try
            {
                while (true)
                {
                    _connections.Add(ServeAsync(await _listener.AcceptTcpClientAsync(_stop.Token)));
                }
            }
            catch (Exception exception) when (exception is OperationCanceledException or ObjectDisposedException or SocketException)
            {
            }
        }

        private async Task ServeAsync(TcpClient client)
        {
            using var server = new TcpClient { NoDelay = true };
            using var _ = client;
            client.NoDelay = true;
            try
            {
                var address = ((IPEndPoint)client.Client.RemoteEndPoint!).Address.GetAddressBytes()[3];
                int? peer = address < FirstAddress ? null : address - FirstAddress;
                await _partition.PassAsync(peer, _node, _stop.Token);
                await server.ConnectAsync(IPAddress.Loopback, _port, _stop.Token);
                await Task.WhenAny(ForwardAsync(client, server, peer), ForwardAsync(server, client, peer));
            }
            catch (Exception exception) when (exception is OperationCanceledException or IOException or SocketException)
            {
            }
        }

        private async Task ForwardAsync(TcpClient from, TcpClient to, int? peer)
        {
            var buffer = new byte[16384];
            while (await from.GetStream().ReadAsync(buffer, _stop.Token) is var read && read > 0)
            {
                await _partition.PassAsync(peer, _node, _stop.Token);
                await to.GetStream().WriteAsync(buffer.AsMemory(0, read), _stop.Token);
            }
        }
    }
}
