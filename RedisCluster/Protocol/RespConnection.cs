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
    private const int LargestKept = 4 * 1024 * 1024;

    private readonly Lock _gate = new();
    private readonly Queue<RespBatch> _pending = new();
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
                $"{RespDialer.Where(host, port)}: no connection within {options.ConnectTimeout.TotalSeconds:0.###} s{(options.Tls ? " (does the port speak TLS?)" : "")}");
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
    public async Task<RespValue> TrySendAsync(RespCommand command, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(command);
        return (await TrySendAllAsync([command], cancellationToken).ConfigureAwait(false))[0];
    }

    /// <summary>
    /// Sends commands in one go, nothing in between, and waits for all answers, in their order. Costs far less than as many commands sent by themselves.
    /// </summary>
    /// <param name="commands">Any number; the list must not change until they are sent, which they are when this returns its task.</param>
    /// <param name="cancellationToken">Ends the waiting; other commands are not disturbed.</param>
    /// <returns>An answer for each, errors among them.</returns>
    /// <exception cref="RespTimeoutException">Not all answers in time; the commands may have been carried out all the same.</exception>
    /// <exception cref="RespConnectionException">The connection is broken or closed.</exception>
    /// <exception cref="OperationCanceledException">The caller gave up.</exception>
    public Task<RespValue[]> TrySendAllAsync(IReadOnlyList<RespCommand> commands, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(commands);

        // Put in line before the first await: calls made one after another reach the node in that order.
        return cancellationToken.IsCancellationRequested ? Task.FromCanceled<RespValue[]>(cancellationToken)
            : commands.Count == 0 ? Task.FromResult<RespValue[]>([])
            : WaitAsync(Enqueue(commands), cancellationToken);
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

    private RespBatch Enqueue(IReadOnlyList<RespCommand> commands)
    {
        var batch = new RespBatch(commands);
        lock (_gate)
        {
            if (_fault is not null)
            {
                batch.SetException(_fault);
                return batch;
            }

            _pending.Enqueue(batch);
            foreach (var command in commands)
            {
                // Write would find room for a large one by doubling, and copy it each time.
                command.Encoded.Span.CopyTo(_outgoing.GetSpan(command.Encoded.Length));
                _outgoing.Advance(command.Encoded.Length);
            }

            if (_writing.IsCompleted)
            {
                // On another thread, so that what this caller sends next goes out in the same write.
                _writing = Task.Run(WriteLoopAsync, CancellationToken.None);
            }
        }

        return batch;
    }

    private async Task<RespValue[]> WaitAsync(RespBatch batch, CancellationToken cancellationToken)
    {
        var timeout = batch.TimeoutOr(_options.CommandTimeout);
        try
        {
            return await batch.Task.WaitAsync(timeout, _options.TimeProvider, cancellationToken).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            GiveUpWhenSilent();
            throw new RespTimeoutException($"{_where}: no answer to {batch.Waiting} within {timeout.TotalSeconds:0.###} s");
        }
    }

    private void GiveUpWhenSilent()
    {
        var silence = _options.TimeProvider.GetElapsedTime(Volatile.Read(ref _lastHeard));
        lock (_gate)
        {
            if (silence < _options.SilenceLimit || _pending.Any(batch => batch.HasOwnTime))
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
                if (batch.Capacity > LargestKept)
                {
                    // One huge value must not stay in memory for as long as the connection lasts.
                    lock (_gate)
                    {
                        _spare = new();
                    }
                }
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

                RespBatch? batch;
                var isWhole = false;
                lock (_gate)
                {
                    if (_pending.TryPeek(out batch) && (isWhole = batch.Add(value)))
                    {
                        _pending.Dequeue();
                    }
                }

                if (batch is null)
                {
                    // A node that turns a client away says why before it is asked anything.
                    throw value.IsError
                        ? new RespConnectionException($"{_where}: {value.AsText()}")
                        : new RespProtocolException($"{_where}: an answer came that nothing was asked for");
                }

                if (isWhole)
                {
                    batch.Complete();
                }
            }
        }
        catch (RespProtocolException error) when (!error.Message.StartsWith(_where, StringComparison.Ordinal))
        {
            throw new RespProtocolException($"{_where}: {error.Message}");
        }
    }

    private void Fail(RespConnectionException fault)
    {
        RespBatch[] left;
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

        foreach (var batch in left)
        {
            batch.TrySetException(fault);

            // Its caller may have left long ago: the exception counts as seen either way.
            _ = batch.Task.Exception;
        }

        _closing.Cancel();
        _stream.Dispose();
    }
}
