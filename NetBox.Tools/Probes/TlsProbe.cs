using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using NetBox.Tools.Reports;

namespace NetBox.Tools.Probes;

/// <summary>One TLS handshake: what was agreed on, and what is wrong with the certificate, if anything. Nothing is sent inside.</summary>
internal sealed class TlsProbe(TimeProvider time)
{
    public async Task<TlsReport> RunAsync(ProbeTarget target, TlsDemands demands, TimeSpan timeout, CancellationToken cancellationToken)
    {
        var name = demands.ServerName ?? target.Host;
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        using var timer = time.CreateTimer(static state => ((CancellationTokenSource)state!).Cancel(), limit, timeout, Timeout.InfiniteTimeSpan);
        var faults = SslPolicyErrors.None;
        IReadOnlyList<CertificateReport> certificates = [];
        IReadOnlyList<string> trust = [];
        var wantsCertificate = false;
        try
        {
            using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            await socket.ConnectAsync(target.Host, target.Port, limit.Token).ConfigureAwait(false);
            using var stream = new SslStream(new NetworkStream(socket));
            var start = time.GetTimestamp();
            await stream.AuthenticateAsClientAsync(
                new SslClientAuthenticationOptions
                {
                    TargetHost = name,
                    CertificateChainPolicy = demands.ChainPolicy(),

                    // Called once more, with the server's certificate at hand, when it asks for the client's.
                    LocalCertificateSelectionCallback = (_, _, _, server, _) =>
                    {
                        wantsCertificate |= server is not null;
                        return null!;
                    },

                    // What is wrong is the report; to refuse would leave nothing to look at. No data travels over this connection.
                    RemoteCertificateValidationCallback = (_, certificate, chain, errors) =>
                    {
                        faults = errors;
                        certificates = Chain(certificate, chain);
                        trust = [.. chain?.ChainStatus.Select(status => status.StatusInformation.Trim().TrimEnd('.')).Distinct() ?? []];
                        return true;
                    },
                },
                limit.Token).ConfigureAwait(false);
            var handshake = time.GetElapsedTime(start).Rounded();
            return new(
                target.ToString(), name, stream.SslProtocol.ToString(), stream.NegotiatedCipherSuite.ToString(), handshake, wantsCertificate, certificates,
                [.. Problems(name, faults, certificates, trust, demands.LeastDays)]);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw NetBoxException.Unreachable($"no TLS with {target}: {Failures.TimedOut(timeout)}");
        }
        catch (Exception exception) when (exception is SocketException or IOException or AuthenticationException)
        {
            throw NetBoxException.Unreachable($"no TLS with {target}: {Failures.Of(exception)}", exception);
        }
    }

    private IEnumerable<string> Problems(string name, SslPolicyErrors faults, IReadOnlyList<CertificateReport> certificates, IReadOnlyList<string> trust, int leastDays)
    {
        if (faults.HasFlag(SslPolicyErrors.RemoteCertificateNotAvailable))
        {
            yield return "the server shows no certificate";
        }

        if (faults.HasFlag(SslPolicyErrors.RemoteCertificateNameMismatch))
        {
            yield return $"the certificate is not for '{name}' but for {(certificates is [{ Names.Count: > 0 } own, ..] ? string.Join(", ", own.Names) : "nobody")}";
        }

        if (faults.HasFlag(SslPolicyErrors.RemoteCertificateChainErrors))
        {
            yield return $"the certificate is not trusted here: {(trust.Count > 0 ? string.Join("; ", trust) : "its chain is incomplete")}";
        }

        foreach (var certificate in certificates.Where(certificate => certificate.NotAfter < time.GetUtcNow()))
        {
            yield return $"the certificate of {certificate.Subject} expired on {certificate.NotAfter:yyyy-MM-dd}";
        }

        foreach (var certificate in certificates.Where(certificate => certificate.NotAfter >= time.GetUtcNow() && certificate.DaysLeft < leastDays))
        {
            yield return $"the certificate of {certificate.Subject} expires on {certificate.NotAfter:yyyy-MM-dd}, in {Text.Count(certificate.DaysLeft, "day")}";
        }
    }

    private List<CertificateReport> Chain(X509Certificate? certificate, X509Chain? chain)
    {
        var elements = chain?.ChainElements.Select(element => element.Certificate).ToList() ?? [];
        return [.. (elements.Count > 0 ? elements : certificate is X509Certificate2 own ? [own] : []).Select(Describe)];
    }

    private CertificateReport Describe(X509Certificate2 certificate) => new(
        certificate.Subject,
        certificate.Issuer,
        [.. certificate.Extensions.OfType<X509SubjectAlternativeNameExtension>()
            .SelectMany(names => names.EnumerateDnsNames().Concat(names.EnumerateIPAddresses().Select(address => address.ToString())))],
        certificate.NotBefore.ToUniversalTime(),
        certificate.NotAfter.ToUniversalTime(),
        (int)Math.Floor((certificate.NotAfter.ToUniversalTime() - time.GetUtcNow().UtcDateTime).TotalDays));
}
