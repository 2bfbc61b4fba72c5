using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Integration.Support;

/// <summary>A real name server for names under <c>test</c>: dnsmasq on a free port of 127.0.0.1.</summary>
internal sealed class NameServer : IAsyncDisposable
{
    private static readonly string[] Places = ["/usr/sbin/dnsmasq", "/usr/local/sbin/dnsmasq", "/opt/homebrew/sbin/dnsmasq"];

    private readonly Process _process;

    private NameServer(Process process, int port) => (_process, Port) = (process, port);

    public int Port { get; }

    public string Address => string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{Port}");

    /// <summary>Starts it; the test is skipped where there is none.</summary>
    /// <param name="records">Options of dnsmasq such as <c>--host-record=a.test,10.0.0.1</c>.</param>
    public static async Task<NameServer> StartAsync(params string[] records)
    {
        var program = Array.Find(Places, File.Exists);
        Assert.SkipWhen(program is null, "needs apt-get install dnsmasq-base");
        for (var attempt = 0; attempt < 20; attempt++)
        {
            var port = FreePort();
            string[] alone = ["--keep-in-foreground", "--conf-file=/dev/null", "--no-resolv", "--no-hosts", "--no-poll", "--pid-file=", "--listen-address=127.0.0.1", "--bind-interfaces", "--local=/test/"];
            var start = new ProcessStartInfo(program!, [.. alone, string.Create(CultureInfo.InvariantCulture, $"--port={port}"), .. records]) { RedirectStandardError = true };
            var process = Process.Start(start)!;
            if (await AnswersAsync(process, port))
            {
                return new(process, port);
            }

            process.Dispose();
        }

        throw new InvalidOperationException("dnsmasq found no free port in 20 attempts.");
    }

    public async ValueTask DisposeAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync(CancellationToken.None);
        _process.Dispose();
    }

    // It listens for TCP too; from then on it answers.
    private static async Task<bool> AnswersAsync(Process process, int port)
    {
        while (!process.HasExited)
        {
            try
            {
                using var client = new TcpClient();
                await client.ConnectAsync(IPAddress.Loopback, port, TestContext.Current.CancellationToken);
                return true;
            }
            catch (SocketException)
            {
                await Task.Delay(10, TestContext.Current.CancellationToken);
            }
        }

        return false;
    }

    private static int FreePort()
    {
        using var udp = new UdpClient(new IPEndPoint(IPAddress.Loopback, 0));
        return ((IPEndPoint)udp.Client.LocalEndPoint!).Port;
    }
}
