using System.Net;
using System.Net.Sockets;
using NetBox.Tools.Reports;

namespace NetBox.Tools.Probes;

/// <summary>Asks the system's resolver, both families at once, as an application would.</summary>
internal sealed class DnsProbe(TimeProvider time)
{
    /// <summary>How its answers are named: files such as /etc/hosts included, so no single server.</summary>
    public const string SystemResolver = "system";

    public async Task<DnsReport> RunAsync(string name, TimeSpan timeout, CancellationToken cancellationToken)
    {
        RequireName(name);
        await Warmup.OnceAsync().ConfigureAwait(false);
        var start = time.GetTimestamp();
        var answers = await Task.WhenAll(
            AskAsync(name, AddressFamily.InterNetwork, timeout, cancellationToken),
            AskAsync(name, AddressFamily.InterNetworkV6, timeout, cancellationToken)).ConfigureAwait(false);
        var report = new DnsReport(name, SystemResolver, time.GetElapsedTime(start).Rounded(), answers[0], answers[1]);
        return report.Addresses.Count > 0
            ? report
            : throw NetBoxException.Unreachable($"cannot resolve '{name}': {report.A.Error ?? report.Aaaa.Error ?? "the name has no address"}");
    }

    /// <exception cref="NetBoxException">It cannot be one (usage).</exception>
    public static void RequireName(string name)
    {
        if (string.IsNullOrWhiteSpace(name) || name.Length > 255 || name.AsSpan().ContainsAny(" :/"))
        {
            throw NetBoxException.Usage($"'{name}' is not a host name");
        }
    }

    internal async Task<DnsAnswer> AskAsync(string name, AddressFamily family, TimeSpan timeout, CancellationToken cancellationToken)
    {
        var start = time.GetTimestamp();
        try
        {
            // getaddrinfo cannot be interrupted: the wait is bounded, the call itself is left behind.
            var addresses = await Dns.GetHostAddressesAsync(name, family, cancellationToken)
                .WaitAsync(timeout, time, cancellationToken).ConfigureAwait(false);
            return new DnsAnswer(time.GetElapsedTime(start).Rounded(), [.. addresses.Select(a => a.ToString()).Distinct()], null);
        }
        catch (SocketException exception)
        {
            return new DnsAnswer(time.GetElapsedTime(start).Rounded(), [], Failures.Of(exception));
        }
        catch (TimeoutException)
        {
            return new DnsAnswer(time.GetElapsedTime(start).Rounded(), [], $"the resolver gave no answer within {Text.Milliseconds(timeout.TotalMilliseconds)}");
        }
    }
}
