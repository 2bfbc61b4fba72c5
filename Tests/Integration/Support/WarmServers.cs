using System.Collections.Concurrent;
using Integration.Support;
using RedisCluster.Protocol;

[assembly: AssemblyFixture(typeof(WarmServers))]

namespace Integration.Support;

/// <summary>
/// Servers started ahead of the tests that will want them. A node of a cluster refuses writes for its first 2 s whatever anyone does
/// (CLUSTER_WRITABLE_DELAY); started in time, it is past them.
/// </summary>
public sealed class WarmServers : IAsyncDisposable
{
    // What two tests that begin together take, as most of them want six.
    private const int Ahead = 12;

    // Options that mean the same by CONFIG SET as on the command line; a server that needs another one is started for its test.
    private static readonly HashSet<string> Settable = new(StringComparer.Ordinal)
    {
        "--appendfsync", "--appendonly", "--cluster-allow-replica-migration", "--cluster-node-timeout", "--cluster-replica-validity-factor",
        "--cluster-require-full-coverage", "--repl-diskless-sync", "--repl-ping-replica-period",
    };

    private static readonly ConcurrentQueue<Task<RedisServer>> Queue = new();
    private static int _closed;

    /// <summary>One that runs and fits, or null.</summary>
    public static async Task<RedisServer?> TakeAsync(RedisServersOptions options)
    {
        if (!Fits(options))
        {
            return null;
        }

        var ready = Queue.TryDequeue(out var next) ? next : null;
        while (Queue.Count < Ahead && Volatile.Read(ref _closed) == 0)
        {
            Queue.Enqueue(Task.Run(RedisServers.StartPlainAsync));
        }

        if (ready is null)
        {
            return null;
        }

        var server = await ready;
        await server.ConfigureAsync(options.Arguments);
        return server;
    }

    public async ValueTask DisposeAsync()
    {
        Volatile.Write(ref _closed, 1);
        while (Queue.TryDequeue(out var next))
        {
            await using var server = await next;
            server.DeleteFolder();
        }
    }

    private static bool Fits(RedisServersOptions options) =>
        options is { ClusterMode: true, Tls: false, Environment.Count: 0 }
        && options.Connection == new RespConnectionOptions()
        && options.Arguments.Where((_, i) => i % 2 == 0).All(Settable.Contains);
}
