using System.Net.Sockets;

namespace RedisCluster.Protocol;

/// <summary>The first words on a connection: HELLO 3 with the credentials, or AUTH where a node does not know HELLO.</summary>
internal static class RespGreeting
{
    public static async Task<int> ExchangeAsync(
        RespConnection connection, string where, RespConnectionOptions options, CancellationToken cancellationToken)
    {
        try
        {
            if (options.Protocol >= 3)
            {
                var answer = await connection.TrySendAsync(Hello(options), cancellationToken).ConfigureAwait(false);
                if (!answer.IsError)
                {
                    return 3;
                }

                if (!IsUnknown(answer))
                {
                    throw Refused(answer, where, options);
                }
            }

            // Sent together: one round trip.
            var exchanges = Fallback(options).Select(command => connection.TrySendAsync(command, cancellationToken)).ToArray();
            foreach (var answer in await Task.WhenAll(exchanges).ConfigureAwait(false))
            {
                if (answer.IsError && answer.ErrorCode is not ("LOADING" or "MASTERDOWN"))
                {
                    throw Refused(answer, where, options);
                }
            }

            return 2;
        }
        catch (RespTimeoutException error)
        {
            throw new RespConnectionException($"{where}: connected, but the greeting was not answered", error);
        }
        catch (RespConnectionException error) when (error.InnerException is EndOfStreamException or IOException { InnerException: SocketException { SocketErrorCode: SocketError.ConnectionReset } })
        {
            var hint = options switch
            {
                { Tls: false } => " (does the port want TLS?)",
                { TlsOptions: not { ClientCertificateContext: null, ClientCertificates: null } and not null } => "",

                // Since TLS 1.3 a node says no to a client only after the handshake, and its word may get lost on the way.
                _ => " (does it ask for a certificate of this client?)",
            };
            throw new RespConnectionException($"{where}: the node closed the connection before it answered the greeting{hint}", error);
        }
    }

    private static RespCommand Hello(RespConnectionOptions options)
    {
        List<RespArgument> words = ["HELLO", 3];
        if (!string.IsNullOrEmpty(options.Password))
        {
            words.AddRange(["AUTH", options.User ?? "default", options.Password]);
        }

        if (options.ClientName is { } name)
        {
            words.AddRange(["SETNAME", name]);
        }

        return RespCommand.Of([.. words]);
    }

    private static IEnumerable<RespCommand> Fallback(RespConnectionOptions options)
    {
        if (!string.IsNullOrEmpty(options.Password))
        {
            yield return options.User is { } user
                ? RespCommand.Of("AUTH", user, options.Password)
                : RespCommand.Of("AUTH", options.Password);
        }

        if (options.ClientName is { } name)
        {
            yield return RespCommand.Of("CLIENT", "SETNAME", name);
        }

        yield return RespCommand.Of("PING");
    }

    private static bool IsUnknown(RespValue answer) =>
        answer.ErrorCode is "NOPROTO" or "NOPERM" || answer.AsText().Contains("unknown command", StringComparison.OrdinalIgnoreCase);

    private static RespConnectionException Refused(RespValue answer, string where, RespConnectionOptions options)
    {
        var who = options.User ?? "default";
        return answer.ErrorCode switch
        {
            "WRONGPASS" => new RespAuthenticationException($"{where}: wrong password for user {who}, or no such user"),
            "NOAUTH" => new RespAuthenticationException($"{where}: the node asks for a password, none was given"),
            "NOPERM" => new RespAuthenticationException($"{where}: user {who} lacks a permission: {answer.AsText()}"),
            _ when answer.AsText().Contains("invalid password", StringComparison.OrdinalIgnoreCase) =>
                new RespAuthenticationException($"{where}: wrong password"),
            _ when answer.AsText().Contains("without any password configured", StringComparison.OrdinalIgnoreCase) =>
                new RespAuthenticationException($"{where}: a password was given, but the node has none"),
            _ => new RespConnectionException($"{where}: {answer.AsText()}"),
        };
    }
}
