using System.Net.Sockets;
using System.Security.Authentication;

namespace NetBox.Tools.Probes;

/// <summary>What the system's network errors mean, in a person's words.</summary>
internal static class Failures
{
    public static string Of(Exception exception) => exception switch
    {
        SocketException socket => Of(socket.SocketErrorCode),
        HttpRequestException { InnerException: { } inner } => Of(inner),
        AuthenticationException tls => $"the TLS handshake failed: {FirstLine(tls.InnerException?.Message ?? tls.Message)}",
        HttpIOException { HttpRequestError: HttpRequestError.ResponseEnded } => "the connection was closed before the answer was complete",
        IOException { InnerException: SocketException socket } => Of(socket.SocketErrorCode),
        _ => FirstLine(exception.Message),
    };

    public static string Of(SocketError error) => error switch
    {
        SocketError.ConnectionRefused => "connection refused (nothing listens on that port)",
        SocketError.HostNotFound => "the name is unknown",
        SocketError.NoData => "the name has no address of that kind",
        SocketError.TryAgain => "the name server did not answer",
        SocketError.NetworkUnreachable => "the network is unreachable",
        SocketError.HostUnreachable => "the host is unreachable",
        SocketError.ConnectionReset => "the connection was reset by the other side",
        SocketError.TimedOut => "no answer in time (filtered, or the host is down)",
        SocketError.AccessDenied => "the system does not permit it",
        _ => error.ToString(),
    };

    public static string TimedOut(TimeSpan timeout) => $"no answer within {Text.Milliseconds(timeout.TotalMilliseconds)} (filtered, or the host is down)";

    private static string FirstLine(string message)
    {
        var end = message.AsSpan().IndexOfAny('\r', '\n');
        return end < 0 ? message : message[..end];
    }
}
