using System.Buffers;
using System.Globalization;
using System.Text;

namespace RedisCluster.Protocol;

/// <summary>The point in a node's replication stream at which its snapshot was taken.</summary>
/// <param name="ReplicationId">Whose stream: the same for a master and its replicas.</param>
/// <param name="Offset">Bytes of that stream that the snapshot includes.</param>
public sealed record SnapshotPoint(string ReplicationId, long Offset);

/// <summary>
/// A connection on which a node is asked, as a replica asks its master, for a snapshot of all its data, and for nothing after it. What comes
/// is no RESP any more, so it needs a connection of its own. The node takes the snapshot in a child process and goes on serving.
/// </summary>
internal sealed class ReplicationStream : IAsyncDisposable
{
    private const int BufferSize = 128 * 1024;
    private const int EndMarkLength = 40;

    private readonly Stream _stream;
    private readonly string _where;
    private readonly byte[] _buffer = ArrayPool<byte>.Shared.Rent(BufferSize);
    private int _position;
    private int _end;

    internal ReplicationStream(Stream stream, string where) => (_stream, _where) = (stream, where);

    /// <summary>Connects and says what is wanted; nothing is taken yet.</summary>
    /// <exception cref="RespAuthenticationException">The node wants other credentials.</exception>
    /// <exception cref="RespServerException">The node knows no snapshots without what follows them.</exception>
    /// <exception cref="RespConnectionException">The node cannot be reached, or not in time.</exception>
    public static async Task<ReplicationStream> OpenAsync(string host, int port, RespConnectionOptions options, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(options.ConnectTimeout, options.TimeProvider);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        var where = RespDialer.Where(host, port);
        ReplicationStream? replication = null;
        try
        {
            var (stream, _) = await RespDialer.DialAsync(host, port, options, both.Token).ConfigureAwait(false);
            replication = new ReplicationStream(stream, where);
            await replication.GreetAsync(options, both.Token).ConfigureAwait(false);
            return replication;
        }
        catch (Exception error)
        {
            if (replication is not null)
            {
                await replication.DisposeAsync().ConfigureAwait(false);
            }

            if (error is OperationCanceledException && !cancellationToken.IsCancellationRequested)
            {
                throw new RespConnectionException($"{where}: no connection within {options.ConnectTimeout.TotalSeconds:0.###} s");
            }

            throw;
        }
    }

    /// <summary>Asks for the snapshot, and returns when the node has begun it: what is written from then on is not in it.</summary>
    /// <param name="cancellationToken">Ends the waiting: a node first finishes other snapshots, and may wait some seconds for other replicas to join.</param>
    /// <exception cref="RespServerException">The node refuses: a replica without a link to its master, a user without the right.</exception>
    /// <exception cref="RespConnectionException">The connection broke.</exception>
    public async Task<SnapshotPoint> RequestAsync(CancellationToken cancellationToken)
    {
        await SendAsync(RespCommand.Of("PSYNC", "?", -1), cancellationToken).ConfigureAwait(false);
        var line = await ReadLineAsync(static () => { }, cancellationToken).ConfigureAwait(false);
        ThrowIfError(line, "PSYNC");
        var words = line.Split(' ');
        return words is ["+FULLRESYNC", var id, var offset] && long.TryParse(offset, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var at)
            ? new(id, at)
            : throw new RespProtocolException($"{_where}: PSYNC was answered with '{Shorten(line)}'");
    }

    /// <summary>Copies the snapshot, an RDB file, as it comes; a few kilobytes of it are in memory at any time.</summary>
    /// <param name="write">Is given each piece. It may keep it only until it returns.</param>
    /// <param name="onSign">Called whenever the node shows that it is still at it.</param>
    /// <param name="cancellationToken">Ends the copying.</param>
    /// <exception cref="RespConnectionException">The connection broke before all was there.</exception>
    public async Task CopyAsync(Func<ReadOnlyMemory<byte>, CancellationToken, ValueTask> write, Action onSign, CancellationToken cancellationToken)
    {
        var header = await ReadLineAsync(onSign, cancellationToken).ConfigureAwait(false);
        ThrowIfError(header, "PSYNC");
        if (header.StartsWith("$EOF:", StringComparison.Ordinal) && header.Length == EndMarkLength + 5)
        {
            await CopyToMarkAsync(Encoding.ASCII.GetBytes(header[5..]), write, onSign, cancellationToken).ConfigureAwait(false);
        }
        else if (header.StartsWith('$') && long.TryParse(header.AsSpan(1), NumberStyles.None, CultureInfo.InvariantCulture, out var length))
        {
            await CopyLengthAsync(length, write, onSign, cancellationToken).ConfigureAwait(false);
        }
        else
        {
            throw new RespProtocolException($"{_where}: a snapshot was announced with '{Shorten(header)}'");
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stream.DisposeAsync().ConfigureAwait(false);
        ArrayPool<byte>.Shared.Return(_buffer);
    }

    internal async Task GreetAsync(RespConnectionOptions options, CancellationToken cancellationToken)
    {
        // One after another: a node that still has something to say takes no PSYNC.
        if (!string.IsNullOrEmpty(options.Password))
        {
            var auth = options.User is { } user ? RespCommand.Of("AUTH", user, options.Password) : RespCommand.Of("AUTH", options.Password);
            var answer = await AskAsync(auth, cancellationToken).ConfigureAwait(false);
            if (answer.StartsWith('-'))
            {
                throw new RespAuthenticationException($"{_where}: wrong password for user {options.User ?? "default"}, or no such user");
            }
        }

        // eof: the node may send what it writes at once, without a file of its own. rdb-only: no stream of commands after the snapshot.
        ThrowIfError(await AskAsync(RespCommand.Of("REPLCONF", "capa", "eof"), cancellationToken).ConfigureAwait(false), "REPLCONF");
        ThrowIfError(await AskAsync(RespCommand.Of("REPLCONF", "rdb-only", 1), cancellationToken).ConfigureAwait(false), "REPLCONF");
    }

    private async Task CopyLengthAsync(
        long length, Func<ReadOnlyMemory<byte>, CancellationToken, ValueTask> write, Action onSign, CancellationToken cancellationToken)
    {
        while (length > 0)
        {
            if (_position == _end)
            {
                await FillAsync(onSign, cancellationToken).ConfigureAwait(false);
            }

            var count = (int)Math.Min(length, _end - _position);
            await write(_buffer.AsMemory(_position, count), cancellationToken).ConfigureAwait(false);
            _position += count;
            length -= count;
        }
    }

    private async Task CopyToMarkAsync(
        byte[] mark, Func<ReadOnlyMemory<byte>, CancellationToken, ValueTask> write, Action onSign, CancellationToken cancellationToken)
    {
        while (true)
        {
            var found = _buffer.AsSpan(_position, _end - _position).IndexOf(mark);

            // The last bytes may be the first ones of the mark: they wait for what follows.
            var count = found >= 0 ? found : Math.Max(0, _end - _position - (mark.Length - 1));
            if (count > 0)
            {
                await write(_buffer.AsMemory(_position, count), cancellationToken).ConfigureAwait(false);
                _position += count;
            }

            if (found >= 0)
            {
                return;
            }

            await FillAsync(onSign, cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task<string> AskAsync(RespCommand command, CancellationToken cancellationToken)
    {
        await SendAsync(command, cancellationToken).ConfigureAwait(false);
        return await ReadLineAsync(static () => { }, cancellationToken).ConfigureAwait(false);
    }

    private async Task SendAsync(RespCommand command, CancellationToken cancellationToken)
    {
        try
        {
            await _stream.WriteAsync(command.Encoded, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception error) when (error is IOException or ObjectDisposedException)
        {
            throw new RespConnectionException($"{_where}: {RespDialer.Reason(error)}", error);
        }
    }

    // Empty lines are signs of life while the node is not ready to send.
    private async Task<string> ReadLineAsync(Action onSign, CancellationToken cancellationToken)
    {
        while (true)
        {
            var length = _buffer.AsSpan(_position, _end - _position).IndexOf((byte)'\n');
            if (length >= 0)
            {
                var line = Encoding.UTF8.GetString(_buffer, _position, length).TrimEnd('\r');
                _position += length + 1;
                if (line.Length > 0)
                {
                    return line;
                }

                continue;
            }

            await FillAsync(onSign, cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task FillAsync(Action onSign, CancellationToken cancellationToken)
    {
        _buffer.AsSpan(_position, _end - _position).CopyTo(_buffer);
        (_position, _end) = (0, _end - _position);
        if (_end == _buffer.Length)
        {
            throw new RespProtocolException($"{_where}: a line is longer than {_buffer.Length} bytes");
        }

        try
        {
            var count = await _stream.ReadAsync(_buffer.AsMemory(_end), cancellationToken).ConfigureAwait(false);
            _end += count > 0 ? count : throw new EndOfStreamException("the node closed the connection in the middle of a snapshot");
        }
        catch (Exception error) when (error is IOException or ObjectDisposedException)
        {
            throw new RespConnectionException($"{_where}: {RespDialer.Reason(error)}", error);
        }

        onSign();
    }

    private void ThrowIfError(string line, string command)
    {
        if (line.StartsWith('-'))
        {
            throw line.StartsWith("-NOAUTH", StringComparison.Ordinal)
                ? new RespAuthenticationException($"{_where}: the node asks for a password, none was given")
                : new RespServerException(line[1..].Split(' ', 2)[0], line[1..], _where, command);
        }
    }

    private static string Shorten(string text) => text.Length <= 60 ? text : $"{text[..57]}...";
}
