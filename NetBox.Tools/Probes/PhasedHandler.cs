using System.Net;
using System.Net.Security;
using System.Net.Sockets;

namespace NetBox.Tools.Probes;

/// <summary>HTTP over one connection that tells a clock what it is doing. Redirects are not followed, no proxy is used.</summary>
internal static class PhasedHandler
{
    public static SocketsHttpHandler Create(PhaseClock phases, bool insecure) => new()
    {
        AllowAutoRedirect = false,
        UseCookies = false,
        UseProxy = false,
        AutomaticDecompression = DecompressionMethods.All,
        SslOptions = new SslClientAuthenticationOptions { RemoteCertificateValidationCallback = insecure ? (_, _, _, _) => insecure : null },
        ConnectCallback = async (context, cancellationToken) =>
        {
            var host = context.DnsEndPoint.Host;
            var addresses = IPAddress.TryParse(host, out var literal)
                ? [literal]
                : await Dns.GetHostAddressesAsync(host, cancellationToken).WaitAsync(cancellationToken).ConfigureAwait(false);
            phases.Resolved();
            var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            try
            {
                await socket.ConnectAsync(addresses, context.DnsEndPoint.Port, cancellationToken).ConfigureAwait(false);
            }
            catch
            {
                socket.Dispose();
                throw;
            }

            phases.Connected(socket.RemoteEndPoint);
            return new NetworkStream(socket, ownsSocket: true);
        },
        PlaintextStreamFilter = (context, _) =>
        {
            if (context.InitialRequestMessage.RequestUri?.Scheme == Uri.UriSchemeHttps)
            {
                phases.Encrypted(context.PlaintextStream as SslStream);
            }

            return ValueTask.FromResult(context.PlaintextStream);
        },
    };
}
