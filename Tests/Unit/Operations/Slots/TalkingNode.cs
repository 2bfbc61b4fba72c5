using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;
using RedisCluster.Protocol;
using RedisCluster.Topology;

namespace Unit.Operations.Slots;

/// <summary>A node on a port of its own that answers each command with what it is given to say.</summary>
internal sealed class TalkingNode : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _end = new();
    private readonly Func<string, string> _answer;
    private readonly Task _accepting;

    /// <summary>An answer that is none: the connection is closed.</summary>
    public const string HangUp = "\0";

    /// <param name="answer">From a command, its words separated by spaces, to the answer as it goes over the wire.</param>
    public TalkingNode(Func<string, string> answer)
    {
        _answer = answer;
        _listener.Start();
        Endpoint = new("127.0.0.1", ((IPEndPoint)_listener.LocalEndpoint).Port);
        _accepting = AcceptAsync();
    }

    public NodeEndpoint Endpoint { get; }

    /// <summary>What it was told, in order.</summary>
    public ConcurrentQueue<string> Heard { get; } = [];

    public static string Bulk(string text) => $"${Encoding.UTF8.GetByteCount(text)}\r\n{text}\r\n";

    public static string Map(params (string Name, string Value)[] fields) =>
        $"%{fields.Length}\r\n{string.Concat(fields.Select(field => Bulk(field.Name) + Bulk(field.Value)))}";

    public static string List(params string[] items) => $"*{items.Length}\r\n{string.Concat(items)}";

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        _listener.Stop();
        await _accepting;
        _end.Dispose();
    }

    private async Task AcceptAsync()
    {
        var talks = new List<Task>();
        try
        {
            while (true)
            {
                talks.Add(TalkAsync(await _listener.AcceptTcpClientAsync(_end.Token)));
            }
        }
        catch (Exception error) when (error is OperationCanceledException or SocketException)
        {
            await Task.WhenAll(talks);
        }
    }

    private async Task TalkAsync(TcpClient client)
    {
        using var _ = client;
        var stream = client.GetStream();
        var parser = new RespParser(RespLimits.Default);
        var buffer = new byte[4096];
        try
        {
            while (await stream.ReadAsync(buffer, _end.Token) is > 0 and var count)
            {
                var answers = Answers(parser, buffer.AsSpan(0, count));
                if (answers.EndsWith(HangUp, StringComparison.Ordinal))
                {
                    return;
                }

                await stream.WriteAsync(Encoding.UTF8.GetBytes(answers), _end.Token);
            }
        }
        catch (Exception error) when (error is OperationCanceledException or IOException)
        {
            // The test or the client is over.
        }
    }

    private string Answers(RespParser parser, ReadOnlySpan<byte> input)
    {
        var answers = new StringBuilder();
        while (parser.TryRead(ref input, out var command))
        {
            var words = string.Join(' ', command.Items.Select(word => word.AsText()));
            if (words.StartsWith("HELLO", StringComparison.Ordinal))
            {
                answers.Append("%1\r\n+proto\r\n:3\r\n");
                continue;
            }

            Heard.Enqueue(words);
            answers.Append(_answer(words));
        }

        return answers.ToString();
    }
}
