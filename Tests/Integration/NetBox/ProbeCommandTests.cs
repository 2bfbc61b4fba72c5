using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using NetBox.Tools.CommandLine;

namespace Integration.NetBox;

/// <summary>The probes against listeners of the tests' own.</summary>
public class ProbeCommandTests
{
    [Fact]
    public async Task Tcp_reports_latencies()
    {
        using var listener = Listen();
        var (exitCode, output, error) = await RunAsync("tcp", $"127.0.0.1:{Port(listener)}", "--count", "4", "--interval", "0", "--json");
        Assert.Equal((0, ""), (exitCode, error));
        var summary = JsonDocument.Parse(output).RootElement.GetProperty("summary");
        Assert.Equal((4, 4), (summary.GetProperty("sent").GetInt32(), summary.GetProperty("ok").GetInt32()));
        var (min, avg, max) = (summary.GetProperty("minMs").GetDouble(), summary.GetProperty("avgMs").GetDouble(), summary.GetProperty("maxMs").GetDouble());
        Assert.True(min > 0 && min <= avg && avg <= max);
    }

    [Fact]
    public async Task Tcp_to_a_closed_port_is_unreachable()
    {
        int port;
        using (var listener = Listen())
        {
            port = Port(listener);
        }

        var (exitCode, output, error) = await RunAsync("tcp", $"127.0.0.1:{port}", "--count", "1");
        Assert.Equal((3, ""), (exitCode, output));
        Assert.Equal($"netbox: cannot connect to 127.0.0.1:{port}: connection refused (nothing listens on that port)\n", error);
    }

    [Fact]
    public async Task Tcp_to_a_port_that_swallows_connections_times_out()
    {
        using var full = new FullListener();
        var (exitCode, _, error) = await RunAsync("tcp", $"127.0.0.1:{full.Port}", "--count", "1", "--timeout", "300ms");
        Assert.Equal(3, exitCode);
        Assert.Equal($"netbox: cannot connect to 127.0.0.1:{full.Port}: no answer within 300 ms (filtered, or the host is down)\n", error);
    }

    [Fact]
    public async Task Dns_knows_localhost()
    {
        var (exitCode, output, error) = await RunAsync("dns", "localhost", "--json");
        Assert.Equal((0, ""), (exitCode, error));
        Assert.Contains(JsonDocument.Parse(output).RootElement.GetProperty("addresses").EnumerateArray(), a => IPAddress.IsLoopback(IPAddress.Parse(a.GetString()!)));
    }

    [Fact]
    public async Task Dns_of_an_unknown_name_is_unreachable()
    {
        var (exitCode, output, error) = await RunAsync("dns", "no-such-name.invalid", "--timeout", "20");
        Assert.Equal((3, ""), (exitCode, output));
        Assert.StartsWith("netbox: cannot resolve 'no-such-name.invalid': ", error);
        Assert.Single(error.TrimEnd().Split('\n'));
    }

    [Fact]
    public async Task Http_shows_status_phases_and_body()
    {
        using var listener = Listen();
        using var server = Answer(listener, "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 5\r\nConnection: close\r\n\r\nhello");
        var (exitCode, output, error) = await RunAsync("http", $"127.0.0.1:{Port(listener)}/path", "--json");
        Assert.Equal((0, ""), (exitCode, error));
        var request = JsonDocument.Parse(output).RootElement.GetProperty("requests")[0];
        Assert.Equal((200, "hello"), (request.GetProperty("status").GetInt32(), request.GetProperty("body").GetString()));
        var phases = request.GetProperty("phases");
        Assert.True(phases.GetProperty("connectMs").GetDouble() > 0);
        Assert.True(phases.GetProperty("firstByteMs").GetDouble() > 0);
        Assert.Equal(JsonValueKind.Null, phases.GetProperty("tlsMs").ValueKind);

        (exitCode, output, _) = await RunAsync("http", $"127.0.0.1:{Port(listener)}", "--repeat", "3", "--interval", "0");
        Assert.Equal(0, exitCode);
        Assert.Contains("3 of 3 answered well", output);
    }

    [Fact]
    public async Task Http_tells_a_bad_status_by_exit_code_1_and_still_shows_the_body()
    {
        using var listener = Listen();
        using var server = Answer(listener, "HTTP/1.1 503 Service Unavailable\r\nContent-Length: 4\r\nConnection: close\r\n\r\naway");
        var (exitCode, output, error) = await RunAsync("http", $"http://127.0.0.1:{Port(listener)}/");
        Assert.Equal((1, ""), (exitCode, error));
        Assert.Contains("503 Service Unavailable", output);
        Assert.EndsWith("away\n", output);
    }

    [Theory]
    [InlineData("", "the connection was closed before the answer was complete")]
    [InlineData("SSH-2.0-OpenSSH_9.2\r\n\r\n", "")]
    public async Task Http_from_something_else_is_unreachable(string answer, string reason)
    {
        using var listener = Listen();
        using var server = Answer(listener, answer);
        var (exitCode, output, error) = await RunAsync("http", $"http://127.0.0.1:{Port(listener)}/");
        Assert.Equal((3, ""), (exitCode, output));
        Assert.Contains(reason, error);
        Assert.Single(error.TrimEnd().Split('\n'));
    }

    [Fact]
    public async Task Http_that_never_answers_times_out_and_says_in_which_phase()
    {
        using var listener = Listen();
        var (exitCode, _, error) = await RunAsync("http", $"http://127.0.0.1:{Port(listener)}/", "--timeout", "300ms");
        Assert.Equal(3, exitCode);
        Assert.Contains("no answer within 300 ms", error);
        Assert.Contains("while waiting for the answer", error);
    }

    internal static async Task<(int ExitCode, string Output, string Error)> RunAsync(params string[] arguments)
    {
        using var output = new StringWriter { NewLine = "\n" };
        using var error = new StringWriter { NewLine = "\n" };
        var exitCode = await NetBoxApp.RunAsync(arguments, output, error).WaitAsync(TimeSpan.FromMinutes(1), TestContext.Current.CancellationToken);
        return (exitCode, output.ToString(), error.ToString());
    }

    private static TcpListener Listen()
    {
        var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return listener;
    }

    private static int Port(TcpListener listener) => ((IPEndPoint)listener.LocalEndpoint).Port;

    private static CancellationTokenSource Answer(TcpListener listener, string answer)
    {
        var stop = new CancellationTokenSource();
        _ = Task.Run(async () =>
        {
            while (!stop.IsCancellationRequested)
            {
                using var client = await listener.AcceptTcpClientAsync(stop.Token);
                var stream = client.GetStream();
                if (await stream.ReadAsync(new byte[4096], stop.Token) > 0)
                {
                    await stream.WriteAsync(Encoding.ASCII.GetBytes(answer), stop.Token);
                }
            }
        });
        return stop;
    }

    /// <summary>A listener whose queue is full: further connections get no answer, as behind a firewall that drops.</summary>
    private sealed class FullListener : IDisposable
    {
        private readonly Socket _listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        private readonly List<Socket> _fillers = [];

        public FullListener()
        {
            _listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
            _listener.Listen(0);
            for (var i = 0; i < 4; i++)
            {
                var filler = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { Blocking = false };
                _fillers.Add(filler);
                try
                {
                    filler.Connect(_listener.LocalEndPoint!);
                }
                catch (SocketException exception) when (exception.SocketErrorCode is SocketError.WouldBlock or SocketError.InProgress)
                {
                    // On its way; the queue takes the first and drops the rest.
                }
            }

        }

        public int Port => ((IPEndPoint)_listener.LocalEndPoint!).Port;

        public void Dispose()
        {
            _fillers.ForEach(f => f.Dispose());
            _listener.Dispose();
        }
    }
}
