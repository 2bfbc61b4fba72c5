using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Integration.Support;

/// <summary>An HTTP server that answers with the request it got, one per connection, and counts them in a header.</summary>
internal sealed class EchoServer : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly Task _serving;

    public EchoServer()
    {
        _listener.Start();
        _serving = ServeAsync();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>What is answered instead of the request, to whatever is sent.</summary>
    public string? Answer { get; set; }

    public async ValueTask DisposeAsync()
    {
        _listener.Stop();
        await _serving;
    }

    private async Task ServeAsync()
    {
        try
        {
            for (var count = 1; ; count++)
            {
                using var client = await _listener.AcceptTcpClientAsync();
                await using var stream = client.GetStream();
                var body = Answer is { } answer ? await AnyAsync(stream, answer) : await ReadAsync(stream);
                await stream.WriteAsync(Encoding.ASCII.GetBytes(string.Create(
                    CultureInfo.InvariantCulture, $"HTTP/1.1 200 OK\r\nX-Count: {count}\r\nContent-Length: {body.Length}\r\nConnection: close\r\n\r\n{body}")));
            }
        }
        catch (Exception exception) when (exception is SocketException or InvalidOperationException or IOException)
        {
            // Stopped.
        }
    }

    private static async Task<string> AnyAsync(NetworkStream stream, string answer)
    {
        _ = await stream.ReadAsync(new byte[4096]);
        return answer;
    }

    private static async Task<string> ReadAsync(NetworkStream stream)
    {
        const string Length = "Content-Length: ";
        var (text, buffer) = (string.Empty, new byte[4096]);
        while (true)
        {
            var read = await stream.ReadAsync(buffer);
            text += Encoding.ASCII.GetString(buffer, 0, read);
            var (head, length) = (text.IndexOf("\r\n\r\n", StringComparison.Ordinal), text.IndexOf(Length, StringComparison.Ordinal));
            var body = length < 0 ? 0 : int.Parse(text[(length + Length.Length)..text.IndexOf('\r', length)], CultureInfo.InvariantCulture);
            if (read == 0 || (head >= 0 && text.Length >= head + 4 + body))
            {
                return text;
            }
        }
    }
}
