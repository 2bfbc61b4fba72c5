using System.Net;
using System.Net.Sockets;

namespace NetBox.Tools.Probes;

/// <summary>
/// Goes through every probe once against a listener of its own. The first use of that code takes tens of milliseconds
/// of compiling, which would otherwise be reported as the latency of the network.
/// </summary>
internal static class Warmup
{
    private static readonly Lazy<Task> Once = new(RunAsync);

    public static Task OnceAsync() => Once.Value;

    private static async Task RunAsync()
    {
        var patience = TimeSpan.FromSeconds(1);
        try
        {
            using var listener = new TcpListener(IPAddress.Loopback, 0);
            listener.Start();
            var port = ((IPEndPoint)listener.LocalEndpoint).Port;
            using var stop = new CancellationTokenSource(patience);
            var answering = AnswerAsync(listener, stop.Token);
            await new HttpProbe(TimeProvider.System, new ServiceNames([])).SendAsync(new HttpOrder(new Uri($"http://localhost:{port}/")), 1, patience, stop.Token).ConfigureAwait(false);
            await new TcpProbe(TimeProvider.System).ConnectAsync(1, [IPAddress.Loopback], port, patience, stop.Token).ConfigureAwait(false);

            // Every hosts file has that one: nothing goes out to a name server, which may be what is broken.
            await new DnsProbe(TimeProvider.System).AskAsync("localhost", AddressFamily.InterNetwork, patience, stop.Token).ConfigureAwait(false);
            await stop.CancelAsync().ConfigureAwait(false);
            await answering.ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is SocketException or IOException or OperationCanceledException)
        {
            // Where nothing can be listened on, the first figures are a little too high.
        }
    }

    private static async Task AnswerAsync(TcpListener listener, CancellationToken stop)
    {
        try
        {
            while (true)
            {
                using var client = await listener.AcceptTcpClientAsync(stop).ConfigureAwait(false);
                var stream = client.GetStream();
                if (await stream.ReadAsync(new byte[1024], stop).ConfigureAwait(false) > 0)
                {
                    await stream.WriteAsync("HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"u8.ToArray(), stop).ConfigureAwait(false);
                }
            }
        }
        catch (Exception exception) when (exception is SocketException or IOException or OperationCanceledException)
        {
            // Told to stop, or the other end was quicker.
        }
    }
}
