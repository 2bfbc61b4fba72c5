using System.Net;
using System.Net.Sockets;
using NetBox.Tools.Reports;

namespace NetBox.Tools.Probes;

/// <summary>How long it takes to open a connection; the name is resolved once, outside the measured time.</summary>
internal sealed class TcpProbe(TimeProvider time)
{
    /// <summary>Three tries; none succeeding is a failure.</summary>
    public static async Task<TcpReport> RequireAsync(ProbeTarget target, TimeSpan timeout, CancellationToken cancellationToken) =>
        Require(await new TcpProbe(TimeProvider.System).RunAsync(target, 3, TimeSpan.FromMilliseconds(100), timeout, cancellationToken).ConfigureAwait(false));

    public static TcpReport Require(TcpReport report) => report.Problem is { } problem
        ? throw NetBoxException.Unreachable($"{problem}; {report.Cure}")
        : report;

    /// <summary>All targets side by side.</summary>
    public async Task<TcpTargetsReport> RunAsync(
        IReadOnlyList<ProbeTarget> targets, int count, TimeSpan interval, TimeSpan timeout, CancellationToken cancellationToken) =>
        new(await Task.WhenAll(targets.Select(target => RunAsync(target, count, interval, timeout, cancellationToken))).ConfigureAwait(false));

    public async Task<TcpReport> RunAsync(ProbeTarget target, int count, TimeSpan interval, TimeSpan timeout, CancellationToken cancellationToken)
    {
        await Warmup.OnceAsync().ConfigureAwait(false);
        IPAddress[] addresses;
        try
        {
            addresses = await ResolveAsync(target.Host, timeout, cancellationToken).ConfigureAwait(false);
        }
        catch (NetBoxException unknown)
        {
            return new(target.ToString(), [], [], ProbeSummary.Of(0, []), unknown.Message, Outcomes.CureOf(Outcomes.NameUnknown, target));
        }

        var attempts = new List<TcpAttempt>(count);
        for (var sequence = 1; sequence <= count; sequence++)
        {
            if (sequence > 1)
            {
                await Task.Delay(interval, time, cancellationToken).ConfigureAwait(false);
            }

            attempts.Add(await ConnectAsync(sequence, addresses, target.Port, timeout, cancellationToken).ConfigureAwait(false));
        }

        var failed = attempts.LastOrDefault(attempt => !attempt.Ok);
        return new(
            target.ToString(),
            [.. addresses.Select(a => a.ToString())],
            attempts,
            ProbeSummary.Of(count, [.. attempts.Where(a => a.Ok).Select(a => a.Ms)]),
            attempts.Exists(attempt => attempt.Ok) ? null : $"cannot connect to {target}: {failed!.Error}",
            failed is null ? null : Outcomes.CureOf(failed.Outcome, target));
    }

    /// <exception cref="NetBoxException">The name has no address (unreachable).</exception>
    internal async Task<IPAddress[]> ResolveAsync(string host, TimeSpan timeout, CancellationToken cancellationToken)
    {
        if (IPAddress.TryParse(host, out var literal))
        {
            return [literal];
        }

        try
        {
            var addresses = await Dns.GetHostAddressesAsync(host, cancellationToken)
                .WaitAsync(timeout, time, cancellationToken).ConfigureAwait(false);
            return addresses.Length > 0
                ? addresses
                : throw NetBoxException.Unreachable($"cannot resolve '{host}': the name has no address");
        }
        catch (SocketException exception)
        {
            throw NetBoxException.Unreachable($"cannot resolve '{host}': {Failures.Of(exception)}", exception);
        }
        catch (TimeoutException exception)
        {
            throw NetBoxException.Unreachable($"cannot resolve '{host}': the resolver gave no answer within {Text.Milliseconds(timeout.TotalMilliseconds)}", exception);
        }
    }

    /// <summary>Address after address, as a client would; the time is that of the address that answered.</summary>
    internal async Task<TcpAttempt> ConnectAsync(int sequence, IPAddress[] addresses, int port, TimeSpan timeout, CancellationToken cancellationToken)
    {
        TcpAttempt? failed = null;
        foreach (var address in addresses)
        {
            using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            using var timer = time.CreateTimer(static state => ((CancellationTokenSource)state!).Cancel(), limit, timeout, Timeout.InfiniteTimeSpan);
            using var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
            var start = time.GetTimestamp();
            string error, outcome;
            try
            {
                await socket.ConnectAsync(new IPEndPoint(address, port), limit.Token).ConfigureAwait(false);
                return new TcpAttempt(sequence, true, time.GetElapsedTime(start).Rounded(), address.ToString(), Outcomes.Connected, null);
            }
            catch (SocketException exception)
            {
                (error, outcome) = (Failures.Of(exception), Outcomes.Of(exception.SocketErrorCode));
            }
            catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
            {
                (error, outcome) = (Failures.TimedOut(timeout), Outcomes.Filtered);
            }

            failed = new TcpAttempt(sequence, false, time.GetElapsedTime(start).Rounded(), address.ToString(), outcome, error);
        }

        return failed!;
    }
}
