using System.Net;
using System.Net.Sockets;
using NetBox.Tools.Probes.Paths;
using NetBox.Tools.Reports;

namespace NetBox.Tools.Probes.Traces;

/// <summary>
/// Sends packets that may pass one router, two, three and so on, and hears from each who ended them. TCP where a port is given, so that
/// what is let through is what the port's clients send; nothing but the connection is opened. UDP otherwise.
/// </summary>
internal sealed class TraceProbe(TimeProvider time)
{
    /// <summary>Packets for so many hops travel at once: routers that keep silent cost their time together.</summary>
    private const int Window = 6;

    // Ports nobody listens on, as traceroute takes them.
    private const int FirstUdpPort = 33434;

    private const string NotHere = "trace is not possible here: the system does not hand out what routers say (IP_RECVERR of Linux)";

    /// <exception cref="NetBoxException">The name has no address or there is no route (unreachable), or the system does not allow it (usage).</exception>
    public async Task<TraceReport> RunAsync(string text, int queries, int maxHops, TimeSpan timeout, CancellationToken cancellationToken)
    {
        var target = ProbeTarget.ParseHost(text);
        if (!OperatingSystem.IsLinux())
        {
            throw NetBoxException.Usage(NotHere);
        }

        var address = (await new TcpProbe(time).ResolveAsync(target.Host, timeout, cancellationToken).ConfigureAwait(false))[0];
        await Warmup.OnceAsync().ConfigureAwait(false);
        await WarmUpAsync(cancellationToken).ConfigureAwait(false);
        var hops = new List<TraceHop>();
        while (hops.Count < maxHops && !hops.Exists(hop => hop.Said is not null))
        {
            var next = Enumerable.Range(hops.Count + 1, Math.Min(Window, maxHops - hops.Count));
            hops.AddRange(await Task.WhenAll(next.Select(async ttl =>
            {
                var answers = await Task.WhenAll(Enumerable.Range(0, queries)
                    .Select(_ => AskAsync(address, target.Port, ttl, timeout, cancellationToken))).ConfigureAwait(false);
                return TraceVerdict.HopOf(ttl, answers);
            })).ConfigureAwait(false));
        }

        return TraceVerdict.Of(target, address.ToString(), hops, LocalEnd.Find(address).PathMtu);
    }

    private async Task<HopAnswer> AskAsync(IPAddress address, int? port, int ttl, TimeSpan timeout, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        using var timer = time.CreateTimer(static state => ((CancellationTokenSource)state!).Cancel(), limit, timeout, Timeout.InfiniteTimeSpan);
        using var socket = Open(address.AddressFamily, port is not null, ttl);
        var start = time.GetTimestamp();
        try
        {
            var connecting = socket.ConnectAsync(new IPEndPoint(address, port ?? (FirstUdpPort + ttl)), limit.Token).AsTask();

            // The answer of a router next door may come while the kernel still sends: it is kept then, but does not end the connecting.
            if (!connecting.IsCompleted && ErrorQueue.Read(socket) is { } early)
            {
                var soon = time.GetElapsedTime(start).Rounded();
                await limit.CancelAsync().ConfigureAwait(false);
                await connecting.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                return Read(early, address, soon) ?? HopAnswer.Silence;
            }

            await connecting.ConfigureAwait(false);
            if (port is null)
            {
                await socket.SendAsync(new byte[1], limit.Token).ConfigureAwait(false);
                await socket.ReceiveAsync(new byte[1], limit.Token).ConfigureAwait(false);
            }

            return new(address, time.GetElapsedTime(start).Rounded(), Outcomes.Connected);
        }
        catch (SocketException exception)
        {
            return Read(socket, exception, address, time.GetElapsedTime(start).Rounded());
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return Read(ErrorQueue.Read(socket), address, time.GetElapsedTime(start).Rounded()) ?? HopAnswer.Silence;
        }
    }

    private static Socket Open(AddressFamily family, bool tcp, int ttl)
    {
        var socket = tcp ? new Socket(family, SocketType.Stream, ProtocolType.Tcp) : new Socket(family, SocketType.Dgram, ProtocolType.Udp);
        try
        {
            socket.Ttl = (short)ttl;
            ErrorQueue.Enable(socket);
            return socket;
        }
        catch (SocketException exception)
        {
            socket.Dispose();
            throw new NetBoxException(ExitCode.Usage, NotHere, exception);
        }
    }

    private static HopAnswer Read(Socket socket, SocketException exception, IPAddress address, double ms) =>
        Read(ErrorQueue.Read(socket), address, ms) ?? exception.SocketErrorCode switch
        {
            SocketError.ConnectionRefused => new(address, ms, Outcomes.Refused),
            SocketError.TimedOut or SocketError.ConnectionReset => HopAnswer.Silence,
            _ => throw NetBoxException.Unreachable($"no packet leaves this machine for {address}: {Failures.Of(exception)}; 'netbox routes' tells which ways there are", exception),
        };

    private static HopAnswer? Read(IcmpError? said, IPAddress address, double ms) => said switch
    {
        { From: { } router, Kind: IcmpKind.TimeExceeded or IcmpKind.TooBig or IcmpKind.Other } => new(router, ms, null),
        { From: { } host, Kind: IcmpKind.PortUnreachable } when host.Equals(address) => new(host, ms, Outcomes.Refused),
        { From: { } firewall, Kind: IcmpKind.Prohibited or IcmpKind.PortUnreachable } => new(firewall, ms, HopAnswer.Prohibited),
        { From: { } router } => new(router, ms, Outcomes.Unreachable),
        _ => null,
    };

    // The first packet would pay for compiling all this.
    private async Task WarmUpAsync(CancellationToken cancellationToken) =>
        await AskAsync(IPAddress.Loopback, 1, 1, TimeSpan.FromSeconds(1), cancellationToken).ConfigureAwait(false);
}
