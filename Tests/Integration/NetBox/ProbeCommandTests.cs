using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using Integration.Support;
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
        var summary = JsonDocument.Parse(output).RootElement.GetProperty("targets")[0].GetProperty("summary");
        Assert.Equal((4, 4), (summary.GetProperty("sent").GetInt32(), summary.GetProperty("ok").GetInt32()));
        var (min, avg, max) = (summary.GetProperty("minMs").GetDouble(), summary.GetProperty("avgMs").GetDouble(), summary.GetProperty("maxMs").GetDouble());
        Assert.True(min > 0 && min <= avg && avg <= max);
    }

    [Fact]
    public async Task Tcp_tells_several_targets_apart()
    {
        using var listener = Listen();
        using var full = new FullListener();
        var (exitCode, output, error) = await RunAsync(
            "tcp", $"127.0.0.1:{Port(listener)}", $"127.0.0.1:{full.Port}", "127.0.0.1:1", "no-such-host.invalid:6379", "--count", "2", "--interval", "0", "--timeout", "500ms", "--json");
        Assert.Equal((1, ""), (exitCode, error));
        var targets = JsonDocument.Parse(output).RootElement.GetProperty("targets").EnumerateArray().ToList();
        Assert.Equal(
            ["connected", "filtered", "refused"],
            targets.Take(3).Select(target => target.GetProperty("attempts")[1].GetProperty("outcome").GetString()));
        Assert.Equal(JsonValueKind.Null, targets[0].GetProperty("cure").ValueKind);
        Assert.StartsWith("let TCP port ", targets[1].GetProperty("cure").GetString());
        Assert.StartsWith("start what should listen on port 1", targets[2].GetProperty("cure").GetString());
        Assert.StartsWith("cannot resolve 'no-such-host.invalid'", targets[3].GetProperty("problem").GetString());
        Assert.StartsWith("'netbox dns no-such-host.invalid'", targets[3].GetProperty("cure").GetString());
    }

    [Fact]
    public async Task Dns_knows_localhost()
    {
        var (exitCode, output, error) = await RunAsync("dns", "localhost", "--json");
        Assert.Equal((0, ""), (exitCode, error));
        Assert.Contains(JsonDocument.Parse(output).RootElement.GetProperty("addresses").EnumerateArray(), a => IPAddress.IsLoopback(IPAddress.Parse(a.GetString()!)));
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
    public async Task Http_sends_what_it_is_told_and_marks_what_changes()
    {
        await using var server = new EchoServer();
        var (exitCode, output, error) = await RunAsync(
            "http", $"127.0.0.1:{server.Port}/x", "-X", "put", "-H", "X-Test: one two", "-H", "Content-Type: text/x", "-d", "hello", "--headers", "--json");
        Assert.Equal((0, ""), (exitCode, error));
        var report = JsonDocument.Parse(output).RootElement;
        Assert.Equal("PUT", report.GetProperty("method").GetString());
        var request = report.GetProperty("requests")[0];
        var got = request.GetProperty("body").GetString()!;
        Assert.StartsWith("PUT /x HTTP/1.1\r\n", got);
        Assert.Contains("\r\nX-Test: one two\r\n", got);
        Assert.Contains("\r\nContent-Type: text/x\r\n", got);
        Assert.EndsWith("\r\n\r\nhello", got);
        Assert.Contains(request.GetProperty("headers").EnumerateArray(), h => h.GetProperty("name").GetString() == "X-Count" && h.GetProperty("value").GetString() == "1");

        server.Answer = "the same";
        (exitCode, output, _) = await RunAsync("http", $"127.0.0.1:{server.Port}/", "--repeat", "3", "--interval", "0", "--json");
        Assert.Equal(0, exitCode);
        Assert.Equal(
            ["null", "false", "false"],
            JsonDocument.Parse(output).RootElement.GetProperty("requests").EnumerateArray().Select(r => r.GetProperty("changed").GetRawText()));
        (_, output, _) = await RunAsync("http", $"127.0.0.1:{server.Port}/", "--headers");
        Assert.Contains("\n  X-Count: 5\n", output);
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
}
