using RedisCluster.Operations.Backup.Rdb;

namespace Unit.Operations.Backup;

public sealed class RdbInputTests
{
    [Fact]
    public void What_was_taken_is_whole_and_leaves_no_large_buffer_behind()
    {
        const int BufferSize = 1024;
        var random = new Random(7);
        var bytes = new byte[400_000];
        random.NextBytes(bytes);
        var input = new RdbInput(new MemoryStream(bytes), bytes.Length, BufferSize);
        foreach (var pieces in new[] { 1, 500, 1, 2, 1 })
        {
            var start = (int)input.Offset;
            input.Mark();
            for (var i = 0; i < pieces; i++)
            {
                input.Skip(70_000 / pieces);
            }

            Assert.Equal(bytes[start..(int)input.Offset], input.Take());
            input.Read(300);
            Assert.InRange(input.Capacity, BufferSize, 4 * BufferSize);
        }

        Assert.Equal(Crc64.Append(0, bytes.AsSpan(0, (int)input.Offset)), input.Checksum);
    }
}
