using System.Security.Cryptography;
using RedisCluster.Operations;
using RedisCluster.Operations.Backup;
using RedisCluster.Operations.Backup.Rdb;

namespace Unit.Operations.Backup;

public sealed class SnapshotFileTests : IDisposable
{
    private readonly string _path = Directory.CreateTempSubdirectory("snapshot-").FullName;

    [Theory]
    [InlineData(1)]
    [InlineData(5)]
    [InlineData(9)]
    [InlineData(10_000)]
    public async Task A_snapshot_is_checked_as_it_comes_and_named_when_it_is_whole(int piece)
    {
        var bytes = Snapshot();
        await using var file = new SnapshotFile(new(_path), "shard-01.rdb");
        await WriteAsync(file, bytes, piece);
        Assert.Equal(["shard-01.rdb.part"], Names());
        var written = await file.FinishAsync(TestContext.Current.CancellationToken);
        Assert.Equal(new("shard-01.rdb", bytes.Length, Convert.ToHexStringLower(SHA256.HashData(bytes))), written);
        Assert.Equal(["shard-01.rdb"], Names());
        Assert.Equal(bytes, await File.ReadAllBytesAsync(Path.Combine(_path, "shard-01.rdb")));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(7)]
    [InlineData(100)]
    [InlineData(int.MaxValue)]
    public async Task A_damaged_one_never_gets_its_name(int length)
    {
        var bytes = Snapshot();
        bytes[20] ^= 1;
        await using var file = new SnapshotFile(new(_path), "shard-01.rdb");
        await WriteAsync(file, bytes[..Math.Min(length, bytes.Length)], 10);
        var error = await Assert.ThrowsAsync<ClusterException>(() => file.FinishAsync(TestContext.Current.CancellationToken));
        Assert.Equal(ClusterFault.Faults, error.Fault);
        Assert.Equal(["shard-01.rdb.part"], Names());
    }

    [Fact]
    public void A_folder_that_cannot_be_made_is_told_in_one_line()
    {
        var file = Path.Combine(_path, "file");
        File.WriteAllText(file, "");
        Assert.Equal(ClusterFault.Usage, Assert.Throws<ClusterException>(() => new BackupFolder(file).Inspect()).Fault);
        var error = Assert.Throws<ClusterException>(() => new BackupFolder(Path.Combine(file, "below")).Begin());
        Assert.DoesNotContain('\n', error.Message);
    }

    public void Dispose() => Directory.Delete(_path, recursive: true);

    private static byte[] Snapshot()
    {
        var file = new RdbFile(new Random(5));
        file.Begin();
        file.Key([.. "k"u8], RdbType.Hash);
        file.Key([.. "l"u8], RdbType.List);
        file.String(new byte[300]);
        return file.End();
    }

    private static async Task WriteAsync(SnapshotFile file, byte[] bytes, int piece)
    {
        foreach (var part in bytes.Chunk(piece))
        {
            await file.WriteAsync(part, TestContext.Current.CancellationToken);
        }
    }

    private IEnumerable<string> Names() => Directory.EnumerateFiles(_path).Select(file => Path.GetFileName(file));
}
