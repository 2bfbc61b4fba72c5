namespace RedisCluster.Protocol;

/// <summary>
/// One connection to one node. Any number of commands may be under way at once, from any thread; answers come in the order of sending.
/// It does not reconnect: once broken it stays so, and <see cref="Fault"/> says why.
/// </summary>
public sealed class RespConnection : IAsyncDisposable
{
    private RespConnection(string host, int port) => (Host, Port) = (host, port);

    /// <summary>The host that was asked for.</summary>
    public string Host { get; }

    /// <summary>The port that was asked for.</summary>
    public int Port { get; }

    /// <summary>The protocol agreed on: 2 or 3.</summary>
    public int Protocol => throw new NotImplementedException();

    /// <summary>What broke the connection; null while it works.</summary>
    public RespConnectionException? Fault => throw new NotImplementedException();

    /// <summary>Connects, authenticates and agrees on the protocol: RESP3 where the node knows it, else RESP2.</summary>
    /// <exception cref="RespAuthenticationException">The node wants other credentials.</exception>
    /// <exception cref="RespConnectionException">The node cannot be reached, or not in time.</exception>
    public static Task<RespConnection> ConnectAsync(
        string host, int port, RespConnectionOptions? options = null, CancellationToken cancellationToken = default) => throw new NotImplementedException();

    /// <summary>Sends a command and waits for its answer.</summary>
    /// <exception cref="RespServerException">The node answered with an error.</exception>
    /// <exception cref="RespTimeoutException">No answer in time; the command may have been carried out all the same.</exception>
    /// <exception cref="RespConnectionException">The connection is broken or closed.</exception>
    /// <exception cref="OperationCanceledException">The caller gave up; other commands are not disturbed.</exception>
    public Task<RespValue> SendAsync(RespCommand command, CancellationToken cancellationToken = default) => throw new NotImplementedException();

    /// <summary>As <see cref="SendAsync"/>, but an error the node answers with is returned as a value.</summary>
    public Task<RespValue> TrySendAsync(RespCommand command, CancellationToken cancellationToken = default) => throw new NotImplementedException();

    /// <summary>Closes the connection. Whatever is under way fails with a <see cref="RespConnectionException"/>.</summary>
    public ValueTask DisposeAsync() => throw new NotImplementedException();
}
