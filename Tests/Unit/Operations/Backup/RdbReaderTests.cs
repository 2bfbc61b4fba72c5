using System.Buffers.Binary;
using System.Text;
using FsCheck.Xunit;
using RedisCluster.Operations.Backup.Rdb;

namespace Unit.Operations.Backup;

public sealed class RdbReaderTests
{
    [Property(MaxTest = 200)]
    public void Every_value_comes_out_as_it_stands_in_the_file(int seed, bool valkey)
    {
        var (bytes, expected) = Random(seed, valkey ? RdbDialect.Valkey : RdbDialect.Redis);
        var keys = Read(bytes).OfType<RdbKey>().ToList();
        Assert.Equal(expected.Count, keys.Count);
        foreach (var (wanted, key) in expected.Zip(keys))
        {
            Assert.Equal(wanted.Key, key.Key.ToArray());
            Assert.Equal(wanted.Value, key.Value.ToArray());
            Assert.Equal((wanted.ExpiresAt, wanted.Idle, wanted.Frequency), (key.ExpiresAt, key.IdleSeconds, key.Frequency));
        }
    }

    [Property(MaxTest = 300)]
    public void A_flipped_bit_is_always_found(int seed, int place)
    {
        var (bytes, _) = Random(seed, RdbDialect.Redis);
        place = (place & int.MaxValue) % (bytes.Length * 8);
        bytes[place / 8] ^= (byte)(1 << (place % 8));

        // A checksum that became 0 would say that there is none: 64 flipped bits away.
        Assert.Throws<RdbFormatException>(() => Read(bytes));
    }

    [Property(MaxTest = 300)]
    public void A_cut_is_always_found(int seed, int place)
    {
        var (bytes, _) = Random(seed, RdbDialect.Redis);
        Assert.Throws<RdbFormatException>(() => Read(bytes[..((place & int.MaxValue) % bytes.Length)]));
    }

    [Property(MaxTest = 500)]
    public void Noise_is_refused_without_making_room_for_what_it_announces(byte[] noise)
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        try
        {
            Read([.. "REDIS0010"u8, .. noise]);
        }
        catch (RdbFormatException)
        {
            // The only exception allowed.
        }

        Assert.True(GC.GetAllocatedBytesForCurrentThread() - before < 4_000_000);
    }

    [Fact]
    public void A_known_checksum() => Assert.Equal(0xE9C6D914C4B8D9CAUL, Crc64.Append(0, "123456789"u8));

    [Property]
    public void A_checksum_may_be_carried_on_anywhere(byte[] bytes, int place)
    {
        var cut = (place & int.MaxValue) % (bytes.Length + 1);
        Assert.Equal(Crc64.Append(0, bytes), Crc64.Append(Crc64.Append(0, bytes.AsSpan(0, cut)), bytes.AsSpan(cut)));
    }

    // What redis-server 7.0.15 answers to SET k v, DUMP k.
    [Fact]
    public void A_payload_is_what_the_server_makes_of_the_value() =>
        Assert.Equal("0001760A00" + Convert.ToHexString(Trailer("0001760A00")), Convert.ToHexString(DumpPayload.Make([0, 1, (byte)'v'], 10)));

    [Fact]
    public void Keys_may_be_numbers_and_compressed()
    {
        var file = new RdbFile(new Random(1));
        file.Begin();
        file.Raw([0, 0xC0, 0x85, 1, (byte)'v']);
        file.Raw([0, 0xC3, 5, 0x41, 9, 0, (byte)'a', 0xE0, 255, 0, 1, (byte)'v']);
        var keys = Read(file.End()).OfType<RdbKey>().Select(key => Encoding.ASCII.GetString(key.Key.Span));
        Assert.Equal(["-123", new string('a', 265)], keys);
    }

    [Fact]
    public void Functions_notes_databases_and_old_expiry_times_are_read()
    {
        var file = new RdbFile(new Random(1));
        file.Begin();
        file.Raw(RdbOpcode.Aux);
        file.String([.. "redis-ver"u8]);
        file.String([.. "7.0.15"u8]);
        file.Raw(RdbOpcode.Function2);
        file.String([.. "#!lua name=l"u8]);
        file.Raw(RdbOpcode.SelectDb, 3);
        file.Raw(RdbOpcode.ExpireTime, 10, 0, 0, 0);
        file.Key([.. "k"u8], RdbType.String);
        var records = Read(file.End());
        Assert.Equal(new RdbAux("redis-ver", "7.0.15"), records[0]);
        Assert.Equal("#!lua name=l", Encoding.ASCII.GetString(Assert.IsType<RdbFunction>(records[1]).Code));
        var key = Assert.IsType<RdbKey>(records[2]);
        Assert.Equal((3, 10_000), (key.Database, key.ExpiresAt));
    }

    [Fact]
    public void A_modules_metadata_goes_with_its_key()
    {
        byte[] metadata = [RdbOpcode.KeyMetaOrSlotImport, 1, 1, 2, 3, 4, 2, 7, 0];
        var file = new RdbFile(new Random(1));
        file.Begin();
        file.Raw(metadata);
        var value = file.Key([.. "k"u8], RdbType.String);
        file.Key([.. "other"u8], RdbType.String);
        var keys = Read(file.End()).OfType<RdbKey>().ToList();
        Assert.Equal([.. metadata, .. value], keys[0].Value.ToArray());
        Assert.Equal(13, keys[0].ValueVersion);
        Assert.Equal(RdbType.String, keys[1].Value.Span[0]);
    }

    [Theory]
    [InlineData("REDIS0010", 28, "type 28")]
    [InlineData("VALKEY080", 24, "type 24")]
    [InlineData("REDIS0010", 6, "type 6")]
    public void A_type_that_is_not_known_is_named_with_its_key(string magic, byte type, string expected)
    {
        var error = Assert.Throws<RdbFormatException>(() => Read([.. Encoding.ASCII.GetBytes(magic), type, 1, (byte)'k', 0, 0, 0]));
        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
        Assert.Contains("'k'", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("REDIS")]
    [InlineData("REDIS0005x")]
    [InlineData("REDIS0100x")]
    [InlineData("<html>....")]
    public void What_is_no_RDB_file_is_told_apart_at_once(string content) => Assert.Throws<RdbFormatException>(() => Read(Encoding.ASCII.GetBytes(content)));

    [Theory]
    [InlineData(RdbType.String, false, 10)]
    [InlineData(RdbType.Stream2, true, 10)]
    [InlineData(RdbType.SetListpack, false, 11)]
    [InlineData(RdbType.HashMetadata, false, 12)]
    [InlineData(RdbType.ValkeyHash2, true, 80)]
    public void A_value_asks_for_no_newer_server_than_its_type_needs(byte type, bool valkey, int version) =>
        Assert.Equal(version, RdbType.OldestVersion(type, valkey ? RdbDialect.Valkey : RdbDialect.Redis));

    [Fact]
    public void A_large_value_is_read_whole_and_its_room_given_back()
    {
        var large = new byte[5_000_000];
        new Random(7).NextBytes(large);
        var file = new RdbFile(new Random(1));
        file.Begin();
        file.Raw(0, 1, (byte)'a');
        file.String(large);
        file.Raw(0, 1, (byte)'b', 1, (byte)'v');
        var keys = Read(file.End()).OfType<RdbKey>().ToList();
        Assert.Equal(large, keys[0].Value.ToArray()[^large.Length..]);
        Assert.Equal([0, 1, (byte)'v'], keys[1].Value.ToArray());
    }

    private static List<RdbRecord> Read(byte[] bytes) => [.. new RdbReader(new Trickle(bytes), bytes.Length).ReadAll()];

    private static byte[] Trailer(string hex)
    {
        var checksum = new byte[8];
        BinaryPrimitives.WriteUInt64LittleEndian(checksum, Crc64.Append(0, Convert.FromHexString(hex)));
        return checksum;
    }

    private static (byte[] Bytes, List<Expected> Keys) Random(int seed, RdbDialect dialect)
    {
        var random = new Random(seed);
        var file = new RdbFile(random, dialect);
        var expected = new List<Expected>();
        var types = dialect == RdbDialect.Valkey ? RdbFile.ValkeyTypes : RdbFile.RedisTypes;
        file.Begin();
        for (var count = random.Next(40); count > 0; count--)
        {
            file.Noise();
            long? expiresAt = null, idle = null;
            int? frequency = null;
            if (random.Next(3) == 0)
            {
                expiresAt = random.NextInt64();
                var time = new byte[8];
                BinaryPrimitives.WriteInt64LittleEndian(time, expiresAt.Value);
                file.Raw([RdbOpcode.ExpireTimeMs, .. time]);
            }

            switch (random.Next(3))
            {
                case 0:
                    idle = random.Next();
                    file.Raw(RdbOpcode.Idle);
                    file.Length((ulong)idle);
                    break;
                case 1:
                    frequency = random.Next(256);
                    file.Raw(RdbOpcode.Frequency, (byte)frequency);
                    break;
            }

            var key = new byte[random.Next(30)];
            random.NextBytes(key);
            expected.Add(new(key, file.Key(key, types[random.Next(types.Count)]), expiresAt, idle, frequency));
        }

        return (file.End(), expected);
    }

    private sealed record Expected(byte[] Key, byte[] Value, long? ExpiresAt, long? Idle, int? Frequency);

    /// <summary>Gives a few bytes at a time, as files on a network do.</summary>
    private sealed class Trickle(byte[] bytes) : MemoryStream(bytes)
    {
        public override int Read(Span<byte> buffer) => base.Read(buffer[..Math.Min(buffer.Length, 5000)]);
    }
}
