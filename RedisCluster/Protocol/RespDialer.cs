using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;

namespace RedisCluster.Protocol;

/// <summary>Makes the byte stream below a connection: TCP, and TLS where asked for.</summary>
internal static class RespDialer
{
    public static async Task<(Stream Stream, IPEndPoint? Remote)> DialAsync(
        string host, int port, RespConnectionOptions options, CancellationToken cancellationToken)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        Stream? stream = null;
        try
        {
            socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.KeepAlive, true);

            // A name server that does not answer is waited for by the system whatever is cancelled.
            await ConnectAsync(socket, host, port, options.Prefer, cancellationToken).WaitAsync(cancellationToken).ConfigureAwait(false);
            var remote = socket.RemoteEndPoint as IPEndPoint;
            stream = new NetworkStream(socket, ownsSocket: true);
            if (options.Tls)
            {
                var secure = new SslStream(stream);
                stream = secure;
                await secure.AuthenticateAsClientAsync(
                    options.TlsOptions is { TargetHost: not null } given ? given : WithHost(options.TlsOptions, host), cancellationToken).ConfigureAwait(false);
            }

            return (stream, remote);
        }
        catch (Exception error) when (error is SocketException or IOException or AuthenticationException or ArgumentException)
        {
            Dispose(socket, stream);
            throw new RespConnectionException($"{Where(host, port)}: {Reason(error)}", error);
        }
        catch
        {
            Dispose(socket, stream);
            throw;
        }
    }

    public static string Where(string host, int port) => host.Contains(':', StringComparison.Ordinal) ? $"[{host}]:{port}" : $"{host}:{port}";

    /// <summary>The cause in a few plain words.</summary>
    public static string Reason(Exception error) => error switch
    {
        EndOfStreamException => error.Message,
        SocketException socket => Reason(socket.SocketErrorCode, socket.Message),
        { InnerException: SocketException socket } => Reason(socket.SocketErrorCode, socket.Message),
        AuthenticationException or IOException { Source: "System.Net.Security" } => $"TLS failed: {TlsReason(error)}",
        ObjectDisposedException => "the connection was closed",
        _ => OneLine(error.Message),
    };

    private static string TlsReason(Exception error)
    {
        // The node's own word for what it did not like, as OpenSSL quotes it: "tlsv13 alert certificate required".
        var cause = OneLine(error.GetBaseException().Message);
        return cause switch
        {
            _ when cause.Contains("certificate required", StringComparison.Ordinal) => "it asks for a certificate of this client",
            _ when cause.Contains("alert", StringComparison.Ordinal) => $"the node broke it off ({cause})",
            _ when cause.Contains(nameof(SslPolicyErrors.RemoteCertificateNameMismatch), StringComparison.Ordinal) => "its certificate is for another name",
            _ => error is AuthenticationException ? cause : $"{cause} (does the port speak TLS?)",
        };
    }

    private static string Reason(SocketError code, string message) => code switch
    {
        SocketError.ConnectionRefused => "connection refused, nothing listens there",
        SocketError.HostNotFound or SocketError.NoData or SocketError.TryAgain => "the name does not resolve",
        SocketError.TimedOut => "no answer to the connection attempt",
        SocketError.HostUnreachable or SocketError.NetworkUnreachable => "no route to the host",
        SocketError.ConnectionReset => "the node broke the connection off",
        _ => OneLine(message),
    };

    private static async Task ConnectAsync(Socket socket, string host, int port, AddressFamily? prefer, CancellationToken cancellationToken)
    {
        if (prefer is null)
        {
            await socket.ConnectAsync(host, port, cancellationToken).ConfigureAwait(false);
            return;
        }

        var addresses = await Dns.GetHostAddressesAsync(host, cancellationToken).ConfigureAwait(false);
        await socket.ConnectAsync([.. addresses.OrderByDescending(address => address.AddressFamily == prefer)], port, cancellationToken).ConfigureAwait(false);
    }

    private static SslClientAuthenticationOptions WithHost(SslClientAuthenticationOptions? options, string host) => new()
    {
        TargetHost = host,
        AllowRenegotiation = options?.AllowRenegotiation ?? false,
        CertificateChainPolicy = options?.CertificateChainPolicy,
        CertificateRevocationCheckMode = options?.CertificateRevocationCheckMode ?? default,
        CipherSuitesPolicy = options?.CipherSuitesPolicy,
        ClientCertificateContext = options?.ClientCertificateContext,
        ClientCertificates = options?.ClientCertificates,
        EnabledSslProtocols = options?.EnabledSslProtocols ?? default,
        EncryptionPolicy = EncryptionPolicy.RequireEncryption,
        LocalCertificateSelectionCallback = options?.LocalCertificateSelectionCallback,
        RemoteCertificateValidationCallback = options?.RemoteCertificateValidationCallback,
    };

    private static string OneLine(string message) => message.ReplaceLineEndings(" ").TrimEnd('.', ' ');

    private static void Dispose(Socket socket, Stream? stream)
    {
        stream?.Dispose();
        socket.Dispose();
    }
}
