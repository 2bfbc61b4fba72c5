using System.Text;
using FsCheck.Xunit;
using RedisCluster.Operations;
using RedisCluster.Protocol;
using RedisCluster.Topology;

namespace Unit.Operations;

public sealed class ProbeKeysTests
{
    [Property(MaxTest = 30)]
    public void Each_command_deletes_a_key_of_its_slot(ushort[] numbers)
    {
        var slots = numbers.Select(number => number % HashSlot.Count).ToHashSet();
        var commands = ProbeKeys.Commands(slots);
        Assert.Equal(slots.Order(), commands.Keys.Order());
        Assert.All(commands, pair =>
        {
            ReadOnlySpan<byte> encoded = pair.Value.Encoded.Span;
            Assert.True(new RespParser(RespLimits.Default).TryRead(ref encoded, out var words));
            Assert.Equal("DEL", words.Items[0].AsText());
            Assert.Equal(pair.Key, HashSlot.Of(words.Items[1].AsText()));
        });
    }

    [Fact]
    public void No_two_runs_use_the_same_key()
    {
        var first = ProbeKeys.Commands([5])[5];
        var second = ProbeKeys.Commands([5])[5];
        Assert.NotEqual(Encoding.ASCII.GetString(first.Encoded.Span), Encoding.ASCII.GetString(second.Encoded.Span));
    }
}
