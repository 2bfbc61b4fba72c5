using System.Buffers;
using System.Net.Sockets;

namespace Aspire.Hosting.Orchestration.Networking;

/// <summary>Copies between two connected sockets until both directions have ended.</summary>
internal static class SocketPump
{
    private const int BufferSize = 16 * 1024;

    public static async Task RunAsync(Socket client, Socket server)
    {
        var requests = CopyAsync(client, server);
        var responses = CopyAsync(server, client);
        var first = await Task.WhenAny(requests, responses).ConfigureAwait(false);
        if (first.IsFaulted)
        {
            // One side was reset: so is the other, rather than being left to wait for it.
            client.Close(0);
            server.Close(0);
        }

        await Task.WhenAll(requests, responses).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    // A read is answered only by a completed write: a slow reader slows the writer, nothing piles up here.
    private static async Task CopyAsync(Socket from, Socket to)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(BufferSize);
        try
        {
            int received;
            while ((received = await from.ReceiveAsync(buffer.AsMemory(), SocketFlags.None).ConfigureAwait(false)) > 0)
            {
                var sent = 0;
                while (sent < received)
                {
                    sent += await to.SendAsync(buffer.AsMemory(sent, received - sent), SocketFlags.None).ConfigureAwait(false);
                }
            }

            to.Shutdown(SocketShutdown.Send);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}
