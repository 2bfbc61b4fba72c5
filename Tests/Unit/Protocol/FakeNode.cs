using System.IO.Pipelines;
using System.Threading.Channels;
using RedisCluster.Protocol;

namespace Unit.Protocol;

/// <summary>A node made of two pipes: what the client sends is read as commands, what the test writes is what the client gets.</summary>
internal sealed class FakeNode : IAsyncDisposable
{
    private readonly Pipe _toNode = new();
    private readonly Pipe _toClient = new(new PipeOptions(pauseWriterThreshold: 0));
    private readonly Channel<string> _received = Channel.CreateUnbounded<string>();
    private readonly Task _reading;

    public FakeNode()
    {
        Stream = new Duplex(_toClient.Reader.AsStream(), _toNode.Writer.AsStream());
        _reading = ReadAsync();
    }

    public Stream Stream { get; }

    /// <summary>A connection that has been greeted with RESP3.</summary>
    public async Task<RespConnection> ConnectAsync(RespConnectionOptions? options = null)
    {
        var connecting = StartAsync(options);
        Assert.StartsWith("HELLO 3", await NextAsync(), StringComparison.Ordinal);
        await SayAsync("%1\r\n+proto\r\n:3\r\n");
        return await connecting;
    }

    public Task<RespConnection> StartAsync(RespConnectionOptions? options = null) =>
        RespConnection.StartAsync(Stream, "node", 1, null, options ?? new(), TestContext.Current.CancellationToken);

    public async Task<string> NextAsync() =>
        await _received.Reader.ReadAsync(TestContext.Current.CancellationToken).AsTask().WaitAsync(TimeSpan.FromSeconds(20));

    public async Task SayAsync(string text) => await _toClient.Writer.WriteAsync(System.Text.Encoding.UTF8.GetBytes(text));

    public async Task HangUpAsync() => await _toClient.Writer.CompleteAsync();

    public async ValueTask DisposeAsync()
    {
        await _toClient.Writer.CompleteAsync();
        await _toNode.Writer.CompleteAsync();
        await _reading;
    }

    private async Task ReadAsync()
    {
        var parser = new RespParser(RespLimits.Default);
        while (true)
        {
            var read = await _toNode.Reader.ReadAsync();
            foreach (var memory in read.Buffer)
            {
                var input = memory.Span;
                while (parser.TryRead(ref input, out var command))
                {
                    _received.Writer.TryWrite(string.Join(' ', command.Items.Select(word => word.AsText())));
                }
            }

            _toNode.Reader.AdvanceTo(read.Buffer.End);
            if (read.IsCompleted)
            {
                return;
            }
        }
    }

    private sealed class Duplex(Stream input, Stream output) : Stream
    {
        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => true;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            input.ReadAsync(buffer, cancellationToken);

        public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            await output.WriteAsync(buffer, cancellationToken);
            await output.FlushAsync(cancellationToken);
        }

        public override void Flush()
        {
        }

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        protected override void Dispose(bool disposing)
        {
            output.Dispose();
            input.Dispose();
            base.Dispose(disposing);
        }
    }
}
