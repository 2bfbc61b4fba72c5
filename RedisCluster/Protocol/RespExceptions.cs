namespace RedisCluster.Protocol;

/// <summary>Anything that can go wrong between us and one node. The message is one line and names the node where it is known.</summary>
public abstract class RespException : Exception
{
    private protected RespException(string message, Exception? inner = null) : base(message, inner)
    {
    }

    /// <summary>The message for where the node's name stands already: without it in front.</summary>
    /// <param name="host">The host that was asked for.</param>
    /// <param name="port">The port that was asked for.</param>
    /// <returns>The whole message when it does not begin with this node's name.</returns>
    public string MessageWithout(string host, int port)
    {
        var named = $"{RespDialer.Where(host, port)}: ";
        return Message.StartsWith(named, StringComparison.Ordinal) ? Message[named.Length..] : Message;
    }
}

/// <summary>The node answered a command with an error.</summary>
public sealed class RespServerException : RespException
{
    /// <summary>An error as the node put it.</summary>
    /// <param name="code">The first word of the error, such as ERR, MOVED or CLUSTERDOWN.</param>
    /// <param name="error">The whole error without its leading '-'.</param>
    /// <param name="where">The node, as host:port; null where it is not known.</param>
    /// <param name="command">The command that was refused; null where it is not known.</param>
    public RespServerException(string code, string error, string? where = null, string? command = null)
        : base(where is null ? error : $"{where}: {command ?? "the node"} was answered with: {error}")
    {
        Code = code;
        Error = error;
    }

    /// <summary>The first word of the error: ERR, MOVED, CLUSTERDOWN, WRONGPASS, ...</summary>
    public string Code { get; }

    /// <summary>The error as the node put it, without its leading '-'.</summary>
    public string Error { get; }
}

/// <summary>The connection could not be made, broke, or was closed.</summary>
public class RespConnectionException : RespException
{
    /// <summary>A connection that does not work.</summary>
    public RespConnectionException(string message, Exception? inner = null) : base(message, inner)
    {
    }
}

/// <summary>The node wants other credentials: WRONGPASS, NOAUTH or NOPERM in answer to the greeting.</summary>
public sealed class RespAuthenticationException : RespConnectionException
{
    /// <summary>A refused greeting.</summary>
    public RespAuthenticationException(string message, Exception? inner = null) : base(message, inner)
    {
    }
}

/// <summary>What came over the wire is not RESP, or breaks <see cref="RespLimits"/>. The connection is of no use any more.</summary>
public sealed class RespProtocolException : RespConnectionException
{
    /// <summary>A malformed stream.</summary>
    public RespProtocolException(string message) : base(message)
    {
    }
}

/// <summary>No answer within the time allowed. The command may or may not have been carried out.</summary>
public sealed class RespTimeoutException : RespException
{
    /// <summary>A command without an answer.</summary>
    public RespTimeoutException(string message) : base(message)
    {
    }
}
