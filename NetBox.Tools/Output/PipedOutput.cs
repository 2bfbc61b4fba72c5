using Microsoft.Win32.SafeHandles;

namespace NetBox.Tools.Output;

/// <summary>
/// Standard output into a pipe, which notices when nobody reads it any more. .NET ignores SIGPIPE, and its console what became of a write:
/// a watch would go on for ever behind <c>head</c>.
/// </summary>
internal sealed class PipedOutput : Stream
{
    private const int StandardOutput = 1;
    private const int BrokenPipe = 32;

    private readonly FileStream _pipe;
    private readonly CancellationTokenSource _unread;

    private PipedOutput(FileStream pipe, CancellationTokenSource unread)
    {
        _pipe = pipe;
        _unread = unread;
    }

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <param name="unread">Cancelled by the first write that nobody can read.</param>
    /// <returns>Null when standard output is no pipe.</returns>
    public static PipedOutput? Open(CancellationTokenSource unread)
    {
        if (OperatingSystem.IsWindows() || !Console.IsOutputRedirected)
        {
            return null;
        }

        try
        {
            var stream = new FileStream(new SafeFileHandle(StandardOutput, ownsHandle: false), FileAccess.Write, bufferSize: 0);

            // A file may be shared with standard error: only the console leaves to the system where to go on in it.
            return stream.CanSeek ? null : new(stream, unread);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or ArgumentException)
        {
            // It is closed, which the first write will tell.
            return null;
        }
    }

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        try
        {
            _pipe.Write(buffer);
        }
        catch (IOException exception) when (exception.HResult == BrokenPipe)
        {
            _unread.Cancel();
        }
    }

    public override void Flush() => _pipe.Flush();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();
}
