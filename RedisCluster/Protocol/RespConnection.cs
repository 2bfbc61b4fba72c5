using System.Buffers;
using System.Net;

namespace RedisCluster.Protocol;

/// <summary>
/// One connection to one node. Any number of commands may be under way at once, from any thread; answers come in the order of sending.
/// It does not reconnect: once broken it stays so, and <see cref="Fault"/> says why.
/// </summary>
public sealed class RespConnection : IAsyncDisposable
{
    private const int ReadBufferSize = 64 * 1024;

    private readonly Lock _gate = new();
    private readonly Queue<PendingReply> _pending = new();
    private readonly CancellationTokenSource _closing = new();
    private readonly Stream _stream;
    private readonly RespConnectionOptions _options;
    private readonly string _where;
    private ArrayBufferWriter<byte> _outgoing = new();
    private ArrayBufferWriter<byte> _spare = new();
    private Task _writing = Task.CompletedTask;
    private Task _reading = Task.CompletedTask;
    private RespConnectionException? _fault;
    private long _lastHeard;

    private RespConnection(Stream stream, string host, int port, IPEndPoint? remote, RespConnectionOptions options)
    {
        _stream = stream;
        _options = options;
        _where = RespDialer.Where(host, port);
        (Host, Port, RemoteEndPoint) = (host, port, remote);
        _lastHeard = options.TimeProvider.GetTimestamp();
    }

    /// <summary>The host that was asked for.</summary>
    public string Host { get; }

    /// <summary>The port that was asked for.</summary>
    public int Port { get; }

    /// <summary>The address the host turned out to have.</summary>
    public IPEndPoint? RemoteEndPoint { get; }

    /// <summary>The protocol agreed on: 2 or 3.</summary>
    public int Protocol { get; private set; } = 2;

    /// <summary>What broke the connection; null while it works.</summary>
    public RespConnectionException? Fault
    {
        get
        {
            lock (_gate)
            {
                return _fault;
            }
        }
    }

    /// <summary>Connects, authenticates and agrees on the protocol: RESP3 where the node knows it, else RESP2.</summary>
    /// <exception cref="RespAuthenticationException">The node wants other credentials.</exception>
    /// <exception cref="RespConnectionException">The node cannot be reached, or not in time.</exception>
    public static async Task<RespConnection> ConnectAsync(
        string host, int port, RespConnectionOptions? options = null, CancellationToken cancellationToken = default)
    {
        options ??= new();
        using var limit = new CancellationTokenSource(options.ConnectTimeout, options.TimeProvider);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            var (stream, remote) = await RespDialer.DialAsync(host, port, options, both.Token).ConfigureAwait(false);
            return await StartAsync(stream, host, port, remote, options, both.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (limit.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw new RespConnectionException(
                $"{RespDialer.Where(host, port)}: no connection within {options.ConnectTimeout.TotalSeconds:0.###} s");
        }
    }

    /// <summary>Sends a command and waits for its answer.</summary>
    /// <exception cref="RespServerException">The node answered with an error.</exception>
    /// <exception cref="RespTimeoutException">No answer in time; the command may have been carried out all the same.</exception>
    /// <exception cref="RespConnectionException">The connection is broken or closed.</exception>
    /// <exception cref="OperationCanceledException">The caller gave up; other commands are not disturbed.</exception>
    public async Task<RespValue> SendAsync(RespCommand command, CancellationToken cancellationToken = default)
    {
        var value = await TrySendAsync(command, cancellationToken).ConfigureAwait(false);
        return value.ErrorCode is { } code ? throw new RespServerException(code, value.AsText(), _where, command.Name) : value;
    }

    /// <summary>As <see cref="SendAsync"/>, but an error the node answers with is returned as a value.</summary>
    public Task<RespValue> TrySendAsync(RespCommand command, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(command);

        // Put in line before the first await: calls made one after another reach the node in that order.
        return cancellationToken.IsCancellationRequested
            ? Task.FromCanceled<RespValue>(cancellationToken)
            : WaitAsync(Enqueue(command), cancellationToken);
    }

    /// <summary>Closes the connection. Whatever is under way fails with a <see cref="RespConnectionException"/>.</summary>
    public async ValueTask DisposeAsync()
    {
        Fail(new RespConnectionException($"{_where}: the connection was closed on this side"));
        await _reading.ConfigureAwait(false);
        await _writing.ConfigureAwait(false);
        await _stream.DisposeAsync().ConfigureAwait(false);
        _closing.Dispose();
    }

    internal static async Task<RespConnection> StartAsync(
        Stream stream, string host, int port, IPEndPoint? remote, RespConnectionOptions options, CancellationToken cancellationToken)
    {
        var connection = new RespConnection(stream, host, port, remote, options);
        connection._reading = Task.Run(connection.ReadLoopAsync, CancellationToken.None);
        try
        {
            connection.Protocol = await RespGreeting.ExchangeAsync(connection, connection._where, options, cancellationToken).ConfigureAwait(false);
            return connection;
        }
        catch
        {
            await connection.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    private PendingReply Enqueue(RespCommand command)
    {
        var reply = new PendingReply(command);
        lock (_gate)
        {
            if (_fault is not null)
            {
                reply.SetException(_fault);
                return reply;
            }

            _pending.Enqueue(reply);
            _outgoing.Write(command.Encoded.Span);
            if (_writing.IsCompleted)
            {
                // On another thread, so that what this caller sends next goes out in the same write.
                _writing = Task.Run(WriteLoopAsync, CancellationToken.None);
            }
        }

        return reply;
    }

    private async Task<RespValue> WaitAsync(PendingReply reply, CancellationToken cancellationToken)
    {
        var timeout = reply.Command.Timeout ?? _options.CommandTimeout;
        try
        {
            return await reply.Task.WaitAsync(timeout, _options.TimeProvider, cancellationToken).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            GiveUpWhenSilent();
            throw new RespTimeoutException($"{_where}: no answer to {reply.Command} within {timeout.TotalSeconds:0.###} s");
        }
    }

    private void GiveUpWhenSilent()
    {
        var silence = _options.TimeProvider.GetElapsedTime(Volatile.Read(ref _lastHeard));
        lock (_gate)
        {
            if (silence < _options.SilenceLimit || _pending.Any(reply => reply.Command.Timeout is not null))
            {
                return;
            }
        }

        Fail(new RespConnectionException($"{_where}: nothing heard for {silence.TotalSeconds:0.#} s"));
    }

    private async Task WriteLoopAsync()
    {
        try
        {
            while (true)
            {
                ArrayBufferWriter<byte> batch;
                lock (_gate)
                {
                    if (_outgoing.WrittenCount == 0 || _fault is not null)
                    {
                        // Under the lock: whoever comes next finds the loop ended and starts another.
                        _writing = Task.CompletedTask;
                        return;
                    }

                    batch = _outgoing;
                    (_outgoing, _spare) = (_spare, _outgoing);
                }

                await _stream.WriteAsync(batch.WrittenMemory, _closing.Token).ConfigureAwait(false);
                batch.ResetWrittenCount();
            }
        }
        catch (Exception error) when (error is IOException or ObjectDisposedException or InvalidOperationException or OperationCanceledException)
        {
            Fail(new RespConnectionException($"{_where}: {RespDialer.Reason(error)}", error));
        }
    }

    private async Task ReadLoopAsync()
    {
        var buffer = ArrayPool<byte>.Shared.Rent(ReadBufferSize);
        var parser = new RespParser(_options.Limits);
        try
        {
            while (true)
            {
                var count = await _stream.ReadAsync(buffer, _closing.Token).ConfigureAwait(false);
                if (count == 0)
                {
                    throw new EndOfStreamException(parser.AtBoundary
                        ? "the node closed the connection"
                        : "the node closed the connection in the middle of an answer");
                }

                Volatile.Write(ref _lastHeard, _options.TimeProvider.GetTimestamp());
                Dispatch(parser, buffer.AsSpan(0, count));
            }
        }
        catch (RespConnectionException error)
        {
            Fail(error);
        }
        catch (Exception error) when (error is IOException or ObjectDisposedException or InvalidOperationException or OperationCanceledException)
        {
            Fail(new RespConnectionException($"{_where}: {RespDialer.Reason(error)}", error));
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private void Dispatch(RespParser parser, ReadOnlySpan<byte> input)
    {
        try
        {
            while (parser.TryRead(ref input, out var value))
            {
                if (value.Kind == RespKind.Push)
                {
                    _options.OnPush?.Invoke(value);
                    continue;
                }

                PendingReply? reply;
                lock (_gate)
                {
                    _pending.TryDequeue(out reply);
                }

                if (reply is null)
                {
                    // A node that turns a client away says why before it is asked anything.
                    throw value.IsError
                        ? new RespConnectionException($"{_where}: {value.AsText()}")
                        : new RespProtocolException($"{_where}: an answer came that nothing was asked for");
                }

                reply.TrySetResult(value);
            }
        }
        catch (RespProtocolException error) when (!error.Message.StartsWith(_where, StringComparison.Ordinal))
        {
            throw new RespProtocolException($"{_where}: {error.Message}");
        }
    }

    private void Fail(RespConnectionException fault)
    {
        PendingReply[] left;
        lock (_gate)
        {
            if (_fault is not null)
            {
                return;
            }

            _fault = fault;
            left = [.. _pending];
            _pending.Clear();
        }

        foreach (var reply in left)
        {
            reply.TrySetException(fault);

            // Its caller may have left long ago: the exception counts as seen either way.
            _ = reply.Task.Exception;
        }

        _closing.Cancel();
        _stream.Dispose();
    }

    private sealed class PendingReply(RespCommand command)
        : TaskCompletionSource<RespValue>(TaskCreationOptions.RunContinuationsAsynchronously)
    {
        public RespCommand Command { get; } = command;
    }
}
