using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace Aspire.Hosting.Orchestration.Networking;

/// <summary>What listens on the port of a proxied endpoint and passes connections on to the replicas behind it.</summary>
internal sealed class TcpProxy : IAsyncDisposable
{
    private static readonly TimeSpan ConnectLimit = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan FirstRetry = TimeSpan.FromMilliseconds(5);
    private static readonly TimeSpan LongestRetry = TimeSpan.FromMilliseconds(100);

    private readonly IReadOnlyList<Socket> _listeners;
    private readonly ConcurrentDictionary<Socket, Task> _connections = new();
    private readonly CancellationTokenSource _stopping = new();
    private readonly Task _accepting;

    private TcpProxy(IReadOnlyList<Socket> listeners)
    {
        _listeners = listeners;
        Port = ((IPEndPoint)listeners[0].LocalEndPoint!).Port;
        _accepting = Task.WhenAll(listeners.Select(AcceptAsync));
    }

    public int Port { get; }

    public ProxyTargets Targets { get; } = new();

    /// <exception cref="SocketException">The port is in use.</exception>
    public static TcpProxy Start(string host, int port) => new(LoopbackListener.Listen(host, port));

    public async ValueTask DisposeAsync()
    {
        if (_stopping.IsCancellationRequested)
        {
            return;
        }

        await _stopping.CancelAsync().ConfigureAwait(false);
        foreach (var listener in _listeners)
        {
            listener.Dispose();
        }

        foreach (var client in _connections.Keys)
        {
            client.Close(0);
        }

        await _accepting.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await Task.WhenAll(_connections.Values).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private async Task AcceptAsync(Socket listener)
    {
        while (!_stopping.IsCancellationRequested)
        {
            try
            {
                var client = await listener.AcceptAsync(_stopping.Token).ConfigureAwait(false);
                var serving = ServeAsync(client);
                _connections[client] = serving;
                if (serving.IsCompleted)
                {
                    _connections.TryRemove(client, out _);
                }
            }
            catch (SocketException) when (!_stopping.IsCancellationRequested)
            {
                // A client that left before it was accepted, or no file descriptors for the moment.
                await Task.Delay(FirstRetry).ConfigureAwait(false);
            }
            catch (Exception ex) when (ex is OperationCanceledException or ObjectDisposedException or SocketException)
            {
                return;
            }
        }
    }

    private async Task ServeAsync(Socket client)
    {
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        using (client)
        {
            try
            {
                client.NoDelay = true;
                using var server = await ConnectAsync().ConfigureAwait(false);
                if (server is null)
                {
                    client.Close(0);
                }
                else
                {
                    await SocketPump.RunAsync(client, server).ConfigureAwait(false);
                }
            }
            catch (Exception ex) when (ex is SocketException or ObjectDisposedException or OperationCanceledException)
            {
                client.Close(0);
            }
        }

        _connections.TryRemove(client, out _);
    }

    /// <summary>A connection to the next replica that takes one: a replica that is just starting does not listen at once.</summary>
    private async Task<Socket?> ConnectAsync()
    {
        var deadline = TimeProvider.System.GetTimestamp();
        var pause = FirstRetry;
        while (true)
        {
            for (var left = Targets.Count; left > 0 && Targets.Next() is { } target; left--)
            {
                if (await TryConnectAsync(target).ConfigureAwait(false) is { } server)
                {
                    return server;
                }
            }

            if (Targets.Count == 0 || TimeProvider.System.GetElapsedTime(deadline) > ConnectLimit)
            {
                return null;
            }

            await Task.Delay(pause, _stopping.Token).ConfigureAwait(false);
            pause = pause * 2 < LongestRetry ? pause * 2 : LongestRetry;
        }
    }

    private async Task<Socket?> TryConnectAsync(IPEndPoint target)
    {
        var server = new Socket(target.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await server.ConnectAsync(target, _stopping.Token).ConfigureAwait(false);
            return server;
        }
        catch (SocketException)
        {
            server.Dispose();
            return null;
        }
        catch
        {
            server.Dispose();
            throw;
        }
    }
}
