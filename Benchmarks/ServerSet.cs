using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using RedisCluster.Topology;

namespace RedisClusterAspire.Benchmarks;

/// <summary>Fresh redis-servers in cluster mode on free ports of this machine, in a folder that goes with them.</summary>
internal sealed class ServerSet : IAsyncDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("redis-cluster-benchmark-").FullName;
    private readonly List<Process> _processes = [];

    public List<NodeEndpoint> Nodes { get; } = [];

    /// <param name="count">How many.</param>
    /// <param name="nodeTimeout">Their cluster-node-timeout.</param>
    /// <param name="more">Further arguments of each.</param>
    public static ServerSet Start(int count, TimeSpan nodeTimeout, params string[] more)
    {
        var set = new ServerSet();
        var ports = FreePorts(2 * count);
        for (var i = 0; i < count; i++)
        {
            var node = new NodeEndpoint("127.0.0.1", ports[i], ports[count + i]);
            var folder = Directory.CreateDirectory(Path.Combine(set._folder, node.Port.ToString(CultureInfo.InvariantCulture)));
            set.Nodes.Add(node);
            set._processes.Add(Process.Start(new ProcessStartInfo("redis-server",
            [
                "--port", Text(node.Port), "--cluster-port", Text(node.BusPort!.Value), "--bind", "127.0.0.1", "--dir", folder.FullName,
                "--cluster-enabled", "yes", "--cluster-node-timeout", Text((int)nodeTimeout.TotalMilliseconds), "--appendonly", "yes",
                "--save", "", "--logfile", Path.Combine(folder.FullName, "log"), .. more,
            ]))!);
        }

        return set;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var process in _processes)
        {
            process.Kill();
            await process.WaitForExitAsync();
            process.Dispose();
        }

        Directory.Delete(_folder, recursive: true);
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

    // redis-cli expects the bus 10000 above unless a node says otherwise, which these do: any free port will do for it.
    private static List<int> FreePorts(int count)
    {
        var listeners = Enumerable.Range(0, count).Select(_ => new TcpListener(IPAddress.Loopback, 0)).ToList();
        listeners.ForEach(listener => listener.Start());
        var ports = listeners.ConvertAll(listener => ((IPEndPoint)listener.LocalEndpoint).Port);
        listeners.ForEach(listener => listener.Stop());
        return ports;
    }
}
