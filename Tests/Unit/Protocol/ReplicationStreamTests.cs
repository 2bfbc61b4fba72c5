using System.Text;
using RedisCluster.Protocol;

namespace Unit.Protocol;

public sealed class ReplicationStreamTests
{
    private const string Mark = "0123456789abcdef0123456789abcdef01234567";

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(100_000)]
    public async Task A_snapshot_of_known_length_is_copied_and_nothing_behind_it(int pieces)
    {
        var content = Noise(50_000);
        Assert.Equal(content, await CopyAsync([.. Encoding.ASCII.GetBytes($"\n\n${content.Length}\r\n"), .. content, .. "*1\r\n"u8], pieces));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(39)]
    [InlineData(40)]
    [InlineData(100_000)]
    public async Task A_snapshot_that_ends_with_a_mark_is_copied_up_to_it(int pieces)
    {
        // Ends like the mark begins, and holds most of it once.
        byte[] content = [.. Noise(3000), .. Encoding.ASCII.GetBytes(Mark[..39]), .. Noise(2000), .. Encoding.ASCII.GetBytes(Mark[..20])];
        Assert.Equal(content, await CopyAsync([.. Encoding.ASCII.GetBytes($"\n$EOF:{Mark}\r\n"), .. content, .. Encoding.ASCII.GetBytes(Mark), .. "\n"u8], pieces));
    }

    [Theory]
    [InlineData("$10\r\n12345")]
    [InlineData("$EOF:0123456789abcdef0123456789abcdef01234567\r\nabc01234")]
    public async Task A_connection_that_ends_early_is_no_end(string text) =>
        await Assert.ThrowsAsync<RespConnectionException>(() => CopyAsync(Encoding.ASCII.GetBytes(text), 1000));

    [Theory]
    [InlineData("hello\r\n")]
    [InlineData("$EOF:short\r\n")]
    [InlineData("$-1\r\n")]
    public async Task What_announces_no_snapshot_is_told(string text) =>
        await Assert.ThrowsAsync<RespProtocolException>(() => CopyAsync(Encoding.ASCII.GetBytes(text), 1000));

    [Fact]
    public async Task A_node_is_greeted_step_by_step_and_says_where_its_snapshot_stands()
    {
        await using var node = new FakeNode();
        await using var stream = new ReplicationStream(node.Stream, "node:1");
        var greeting = stream.GreetAsync(new() { User = "u", Password = "p" }, TestContext.Current.CancellationToken);
        foreach (var expected in (string[])["AUTH u p", "REPLCONF capa eof", "REPLCONF rdb-only 1"])
        {
            Assert.Equal(expected, await node.NextAsync());
            await node.SayAsync("+OK\r\n");
        }

        await greeting;
        var request = stream.RequestAsync(TestContext.Current.CancellationToken);
        Assert.Equal("PSYNC ? -1", await node.NextAsync());
        await node.SayAsync("\n\n+FULLRESYNC 75f7c5 1234\r\n");
        Assert.Equal(new("75f7c5", 1234), await request);
    }

    [Theory]
    [InlineData("-NOMASTERLINK Can't SYNC while not connected with my master\r\n", typeof(RespServerException))]
    [InlineData("-NOAUTH Authentication required.\r\n", typeof(RespAuthenticationException))]
    [InlineData("+CONTINUE\r\n", typeof(RespProtocolException))]
    public async Task A_refusal_is_passed_on(string answer, Type expected)
    {
        await using var node = new FakeNode();
        await using var stream = new ReplicationStream(node.Stream, "node:1");
        var request = stream.RequestAsync(TestContext.Current.CancellationToken);
        await node.SayAsync(answer);
        var error = await Assert.ThrowsAsync(expected, () => request);
        Assert.StartsWith("node:1: ", error.Message, StringComparison.Ordinal);
    }

    private static async Task<byte[]> CopyAsync(byte[] sent, int pieces)
    {
        await using var stream = new ReplicationStream(new Pieces(sent, pieces), "node:1");
        var received = new List<byte>();
        await stream.CopyAsync(
            (bytes, _) =>
            {
                received.AddRange(bytes.Span);
                return ValueTask.CompletedTask;
            },
            () => { },
            TestContext.Current.CancellationToken);
        return [.. received];
    }

    private static byte[] Noise(int length)
    {
        var bytes = new byte[length];
        new Random(length).NextBytes(bytes);
        return bytes;
    }

    private sealed class Pieces(byte[] bytes, int size) : MemoryStream(bytes)
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            base.ReadAsync(buffer[..Math.Min(buffer.Length, size)], cancellationToken);
    }
}
