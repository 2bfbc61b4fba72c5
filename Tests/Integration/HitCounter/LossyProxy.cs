using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Integration.HitCounter;

/// <summary>A TCP proxy before a server that, when told, lets a script through and breaks the connection instead of delivering the answer.</summary>
internal sealed class LossyProxy : IAsyncDisposable
{
    private static readonly byte[] Script = Encoding.ASCII.GetBytes("EVAL");

    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly int _target;
    private readonly Task _accepting;
    private int _toLose;
    private int _lost;

    public LossyProxy(int target)
    {
        _target = target;
        _listener.Start();
        _accepting = AcceptAsync();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    public int Lost => Volatile.Read(ref _lost);

    public void LoseNextAnswer() => Interlocked.Increment(ref _toLose);

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Dispose();
        await _accepting;
        _stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        var connections = new List<Task>();
        try
        {
            while (true)
            {
                connections.Add(ServeAsync(await _listener.AcceptTcpClientAsync(_stop.Token)));
            }
        }
        catch (Exception exception) when (exception is OperationCanceledException or ObjectDisposedException or SocketException)
        {
            await Task.WhenAll(connections);
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        using var server = new TcpClient { NoDelay = true };
        using var _ = client;
        client.NoDelay = true;
        try
        {
            await server.ConnectAsync(IPAddress.Loopback, _target, _stop.Token);
            var swallow = new TaskCompletionSource();
            await Task.WhenAny(
                ForwardAsync(client, server, chunk => OnRequest(chunk, swallow)),
                ForwardAsync(server, client, _ => !swallow.Task.IsCompleted || Swallowed()));
        }
        catch (Exception exception) when (exception is OperationCanceledException or IOException or SocketException)
        {
        }
    }

    private bool OnRequest(ReadOnlySpan<byte> chunk, TaskCompletionSource swallow)
    {
        if (chunk.IndexOf(Script) >= 0 && Volatile.Read(ref _toLose) > 0)
        {
            Interlocked.Decrement(ref _toLose);
            swallow.TrySetResult();
        }

        return true;
    }

    // The server has answered, so the script has run; nobody will hear of it.
    private bool Swallowed()
    {
        Interlocked.Increment(ref _lost);
        return false;
    }

    private delegate bool Inspect(ReadOnlySpan<byte> chunk);

    private async Task ForwardAsync(TcpClient from, TcpClient to, Inspect goOn)
    {
        var buffer = new byte[16384];
        while (true)
        {
            var read = await from.GetStream().ReadAsync(buffer, _stop.Token);
            if (read == 0 || !goOn(buffer.AsSpan(0, read)))
            {
                return;
            }

            await to.GetStream().WriteAsync(buffer.AsMemory(0, read), _stop.Token);
        }
    }
}
