using System.Text;
using FsCheck.Xunit;
using NetBox.Tools.Slots;
using RedisCluster.Protocol;

namespace Unit.NetBox.Slots;

public class SlotStatisticsTests
{
    [Fact]
    public void What_a_server_counts_is_read_and_what_it_does_not_is_null()
    {
        var all = Slot(7, ("key-count", 2), ("cpu-usec", 30), ("network-bytes-in", 40), ("network-bytes-out", 50), ("memory-bytes", 60));
        var keys = Slot(8, ("key-count", 1));
        Assert.Equal([new(7, 2, 30, 40, 50), new(8, 1, null, null, null)], SlotStatistics.Parse(RespValue.Array(all, keys)));
        Assert.Empty(SlotStatistics.Parse(RespValue.Array()));
        Assert.Throws<FormatException>(() => SlotStatistics.Parse(RespValue.BulkString("no")));
        Assert.Throws<FormatException>(() => SlotStatistics.Parse(RespValue.Array(RespValue.Array(RespValue.Number(7)))));
    }

    [Fact]
    public void What_was_counted_in_between_is_the_difference_also_when_the_server_began_anew()
    {
        var now = new SlotStatistics(7, 2, 30, 40, 50);
        Assert.Equal(new SlotStatistics(7, 2, 10, 0, 50), now.Since(new(7, 9, 20, 40, 60)));
        Assert.Equal(now, now.Since(null));
        Assert.Equal(new SlotStatistics(8, 1, null, null, null), new SlotStatistics(8, 1, null, null, null).Since(now));
    }

    [Fact]
    public void Names_of_keys_are_text_where_they_can_be()
    {
        Assert.Equal("plain:ключ", KeyName.Of("plain:ключ"u8));
        Assert.Equal(@"a\\b\x00\x1b[2J\xff", KeyName.Of([.. "a\\b\0\e[2J"u8, 0xff]));
        Assert.Equal(string.Empty, KeyName.Of([]));
    }

    [Property]
    public void No_two_keys_have_one_name_and_no_name_drives_a_terminal(byte[] one, byte[] other)
    {
        Assert.Equal(one.AsSpan().SequenceEqual(other), KeyName.Of(one) == KeyName.Of(other));
        Assert.DoesNotContain(KeyName.Of(one), char.IsControl);
        Assert.Equal(KeyName.Of(one), Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(KeyName.Of(one))));
    }

    private static RespValue Slot(int slot, params (string Name, long Value)[] counts) => RespValue.Array(
        RespValue.Number(slot),
        RespValue.Map([.. counts.SelectMany(count => (RespValue[])[RespValue.BulkString(count.Name), RespValue.Number(count.Value)])]));
}
