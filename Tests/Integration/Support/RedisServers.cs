using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using RedisCluster.Operations;
using RedisCluster.Protocol;
using RedisCluster.Topology;

namespace Integration.Support;

/// <summary>
/// Real redis-server processes on random free ports, in cluster mode unless told otherwise, each with a folder of its own. They know
/// nothing of each other at first. Safe to use from several tests and several test runs at once. What the servers printed is shown when
/// the test that disposes them has failed.
/// </summary>
public sealed class RedisServers : IAsyncDisposable
{
    // Below Linux' ephemeral range, from which outgoing connections take theirs.
    private const int LowestPort = 12000;
    private const int HighestPort = 32000;

    private static readonly ConcurrentDictionary<int, byte> Given = new();

    private readonly List<RedisServer> _servers = [];

    private RedisServers()
    {
    }

    public IReadOnlyList<RedisServer> Servers => _servers;

    public IReadOnlyList<NodeEndpoint> Endpoints => [.. _servers.Select(server => server.Endpoint)];

    public RedisServer this[int index] => _servers[index];

    /// <summary>Starts servers in cluster mode: node-timeout 15000 unless an argument says otherwise, no persistence, first copy to a replica without delay.</summary>
    public static Task<RedisServers> StartAsync(int count, params string[] arguments) =>
        StartAsync(count, new RedisServersOptions { Arguments = arguments });

    public static async Task<RedisServers> StartAsync(int count, RedisServersOptions options)
    {
        var servers = new RedisServers();
        try
        {
            await Task.WhenAll(Enumerable.Range(0, count).Select(_ => servers.AddOneAsync(options)));
            return servers;
        }
        catch
        {
            await servers.DisposeAsync();
            throw;
        }
    }

    /// <summary>Starts servers and makes them a cluster.</summary>
    public static async Task<RedisServers> StartClusterAsync(int shards, int replicasPerShard, params string[] arguments)
    {
        var servers = await StartAsync(shards * (replicasPerShard + 1), arguments);
        try
        {
            await ClusterCreation.RunAsync(
                servers.Endpoints, new() { ReplicasPerShard = replicasPerShard }, null, TestContext.Current.CancellationToken);
            return servers;
        }
        catch
        {
            await servers.DisposeAsync();
            throw;
        }
    }

    /// <summary>Makes strangers without data of all servers again: faster than starting new ones, which refuse writes for 2 s.</summary>
    public async Task ResetAsync()
    {
        await Task.WhenAll(_servers.Select(async server =>
        {
            await using var connection = await server.ConnectAsync();
            await connection.TrySendAsync(RespCommand.Of("FLUSHALL"), TestContext.Current.CancellationToken);
            await connection.SendAsync(RespCommand.Of("CLUSTER", "RESET", "HARD"), TestContext.Current.CancellationToken);
            await connection.SendAsync(RespCommand.Of("FLUSHALL"), TestContext.Current.CancellationToken);
            await connection.SendAsync(RespCommand.Of("CONFIG", "SET", "cluster-node-timeout", 15000), TestContext.Current.CancellationToken);
        }));
    }

    public async ValueTask DisposeAsync()
    {
        await Task.WhenAll(_servers.Select(server => server.DisposeAsync().AsTask()));
        if (TestContext.Current.TestState?.Result == TestResult.Failed && TestContext.Current.TestOutputHelper is { } output)
        {
            foreach (var server in _servers)
            {
                output.WriteLine($"--- {server.Endpoint}\n{server.Log}");
            }
        }

        foreach (var server in _servers)
        {
            server.DeleteFolder();
        }
    }

    /// <summary>Starts servers that were killed at addresses where none of them has been, all at once.</summary>
    public static Task MoveAsync(IEnumerable<RedisServer> servers) => Task.WhenAll(servers.Select(async server =>
    {
        for (var attempt = 0; attempt < 20; attempt++)
        {
            var address = string.Create(CultureInfo.InvariantCulture, $"127.0.{Random.Shared.Next(1, 250)}.{Random.Shared.Next(1, 250)}");
            if (await server.StartAtAsync(new(address, FreePort(), FreePort()), TestContext.Current.CancellationToken))
            {
                return;
            }
        }

        throw new InvalidOperationException("No free port found in 20 attempts.");
    }));

    /// <summary>Starts one that waits for its test: nobody is there yet to cancel it.</summary>
    internal static Task<RedisServer> StartPlainAsync() => StartOneAsync(new(), CancellationToken.None);

    private async Task AddOneAsync(RedisServersOptions options)
    {
        var server = await WarmServers.TakeAsync(options) ?? await StartOneAsync(options, TestContext.Current.CancellationToken);
        lock (_servers)
        {
            _servers.Add(server);
        }
    }

    private static async Task<RedisServer> StartOneAsync(RedisServersOptions options, CancellationToken cancellationToken)
    {
        for (var attempt = 0; attempt < 20; attempt++)
        {
            var (port, busPort) = (FreePort(), FreePort());
            string[] cluster = options.ClusterMode
                ?
                [
                    "--cluster-enabled", "yes", "--cluster-node-timeout", "15000",
                    "--cluster-port", busPort.ToString(CultureInfo.InvariantCulture),
                ]
                : [];
            string[] listen = options.Tls
                ? ["--port", "0", "--tls-port", port.ToString(CultureInfo.InvariantCulture)]
                : ["--port", port.ToString(CultureInfo.InvariantCulture)];
            var server = new RedisServer(
                new("127.0.0.1", port, options.ClusterMode ? busPort : null),
                Directory.CreateTempSubdirectory("redis-server-").FullName,
                [
                    .. listen, "--bind", "127.0.0.1", "--protected-mode", "no", "--save", "", "--appendonly", "no", "--repl-diskless-sync-delay", "0",
                    .. cluster, .. options.Arguments,
                ],
                options.Environment,
                options.Connection);
            var started = false;
            try
            {
                started = await server.StartAsync(cancellationToken);
            }
            finally
            {
                if (!started)
                {
                    await server.DisposeAsync();
                    server.DeleteFolder();
                }
            }

            if (started)
            {
                return server;
            }
        }

        throw new InvalidOperationException("No free port found in 20 attempts.");
    }

    private static int FreePort()
    {
        while (true)
        {
            // Nobody else of this run may get it before its server has taken it: two would find the one that answers there and take it for theirs.
            var port = Random.Shared.Next(LowestPort, HighestPort);
            if (!Given.TryAdd(port, 0))
            {
                continue;
            }

            try
            {
                using var probe = new TcpListener(IPAddress.Loopback, port) { ExclusiveAddressUse = true };
                probe.Start();
                return port;
            }
            catch (SocketException)
            {
                // Taken: another one.
            }
        }
    }
}

/// <summary>What the servers are like.</summary>
public sealed record RedisServersOptions
{
    /// <summary>Further arguments of redis-server; they come last and so prevail.</summary>
    public string[] Arguments { get; init; } = [];

    /// <summary>Variables of the processes.</summary>
    public IReadOnlyDictionary<string, string> Environment { get; init; } = new Dictionary<string, string>();

    public bool ClusterMode { get; init; } = true;

    /// <summary>The client port speaks TLS; the certificate files are among the arguments.</summary>
    public bool Tls { get; init; }

    /// <summary>How the tests reach the servers.</summary>
    public RespConnectionOptions Connection { get; init; } = new();
}
