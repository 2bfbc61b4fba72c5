using System.Text;
using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;
using RedisCluster.Protocol;

namespace Unit.Protocol;

public sealed class RespParserTests
{
    [Property(MaxTest = 300)]
    public Property Reads_what_was_written_in_one_piece() =>
        Prop.ForAll(RespValues.Any(), value => ReadAll(RespWriter.Write(value), int.MaxValue).Single().Equals(value));

    [Property(MaxTest = 300)]
    public Property Reads_what_was_written_byte_by_byte() =>
        Prop.ForAll(RespValues.Any(), value => ReadAll(RespWriter.Write(value), 1).Single().Equals(value));

    [Property(MaxTest = 100)]
    public Property Reads_what_was_written_cut_at_any_byte() => Prop.ForAll(RespValues.Any(), value =>
    {
        var bytes = RespWriter.Write(value);
        return Enumerable.Range(0, bytes.Length).All(cut =>
        {
            var parser = new RespParser(RespLimits.Default);
            ReadOnlySpan<byte> head = bytes.AsSpan(0, cut);
            ReadOnlySpan<byte> tail = bytes.AsSpan(cut);
            return !parser.TryRead(ref head, out _) && parser.TryRead(ref tail, out var read) && read.Equals(value)
                && tail.IsEmpty && parser.AtBoundary;
        });
    });

    [Property(MaxTest = 100)]
    public Property Reads_several_values_after_each_other() => Prop.ForAll(
        RespValues.Any().Generator.ArrayOf(5).ToArbitrary(),
        values => ReadAll([.. values.SelectMany(RespWriter.Write)], 7).SequenceEqual(values));

    [Property(MaxTest = 1000)]
    public void Noise_is_a_protocol_error_or_unfinished_and_nothing_else(byte[] noise) => ReadOrRefuse(noise);

    [Property(MaxTest = 300)]
    public Property A_flipped_byte_is_a_protocol_error_or_another_value_and_nothing_else() => Prop.ForAll(
        RespValues.Any(), ArbMap.Default.ArbFor<int>(), ArbMap.Default.ArbFor<byte>(), (value, place, flipped) =>
        {
            var bytes = RespWriter.Write(value);
            bytes[(place & int.MaxValue) % bytes.Length] = flipped;
            ReadOrRefuse(bytes);
        });

    [Theory]
    [InlineData("$-1\r\n")]
    [InlineData("*-1\r\n")]
    [InlineData("_\r\n")]
    public void Null_has_three_spellings(string text) => Assert.Equal(RespValue.Null, Read(text));

    [Fact]
    public void A_bulk_error_is_an_error()
    {
        var value = Read("!21\r\nSYNTAX invalid syntax\r\n");
        Assert.True(value.IsError);
        Assert.Equal("SYNTAX", value.ErrorCode);
    }

    [Theory]
    [InlineData(",inf\r\n", double.PositiveInfinity)]
    [InlineData(",-inf\r\n", double.NegativeInfinity)]
    [InlineData(",nan\r\n", double.NaN)]
    [InlineData(",1.5e3\r\n", 1500)]
    public void Doubles_have_words_for_the_infinite(string text, double expected) => Assert.Equal(expected, Read(text).AsReal());

    [Fact]
    public void Attributes_are_passed_over_wherever_they_stand() =>
        Assert.Equal(
            RespValue.Array(RespValue.Number(1), RespValue.Number(2)),
            Read("|1\r\n+ttl\r\n:5\r\n*2\r\n:1\r\n|1\r\n+a\r\n*1\r\n:9\r\n:2\r\n"));

    [Theory]
    [InlineData("xyz\r\n", "cannot begin")]
    [InlineData(":12a\r\n", "whole number")]
    [InlineData(":\r\n", "whole number")]
    [InlineData(":99999999999999999999\r\n", "whole number")]
    [InlineData("#x\r\n", "boolean")]
    [InlineData("_x\r\n", "null")]
    [InlineData(",abc\r\n", "double")]
    [InlineData("(12x\r\n", "big number")]
    [InlineData("$3\r\nabcX", "longer than announced")]
    [InlineData("$-2\r\n", "-2 bytes")]
    [InlineData("$?\r\n", "whole number")]
    [InlineData("=3\r\ntxt\r\n", "3 bytes")]
    [InlineData("=5\r\nabcde\r\n", "format")]
    [InlineData("*-2\r\n", "list of -2")]
    [InlineData("%-1\r\n", "list of -1")]
    [InlineData("+a\n", "CR LF")]
    [InlineData("+a\rb\r\n", "CR stands inside")]
    public void Malformed_input_is_named(string text, string reason) =>
        Assert.Contains(reason, Assert.Throws<RespProtocolException>(() => Read(text)).Message, StringComparison.Ordinal);

    [Fact]
    public void A_bulk_beyond_the_limit_is_refused_before_it_comes() =>
        Assert.Throws<RespProtocolException>(() => Read("$536870913\r\n"));

    [Fact]
    public void A_list_beyond_the_limit_is_refused_before_it_comes() =>
        Assert.Throws<RespProtocolException>(() => Read("*2147483647\r\n"));

    [Fact]
    public void Nesting_beyond_the_limit_is_refused() =>
        Assert.Throws<RespProtocolException>(() => Read(string.Concat(Enumerable.Repeat("*1\r\n", 129))));

    [Fact]
    public void A_line_without_end_is_refused() =>
        Assert.Throws<RespProtocolException>(() => ReadAll([.. "+"u8, .. Enumerable.Repeat((byte)'a', 70_000)], 1000));

    [Fact]
    public void Elements_are_counted_through_all_depths()
    {
        var limits = new RespLimits(MaxElements: 10);
        var bytes = Encoding.ASCII.GetBytes("*3\r\n*3\r\n:1\r\n:1\r\n:1\r\n*3\r\n:1\r\n:1\r\n:1\r\n*3\r\n");
        Assert.Throws<RespProtocolException>(() =>
        {
            ReadOnlySpan<byte> input = bytes;
            new RespParser(limits).TryRead(ref input, out _);
        });
    }

    [Fact]
    public void An_announced_length_reserves_nothing()
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        ReadOrRefuse(Encoding.ASCII.GetBytes("$536870912\r\nabc"));
        ReadOrRefuse(Encoding.ASCII.GetBytes("*16777215\r\n:1\r\n"));
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1_000_000);
    }

    [Fact]
    public void A_large_bulk_in_small_pieces_comes_whole()
    {
        var payload = new byte[3_000_000];
        new Random(1).NextBytes(payload);
        var value = RespValue.BulkString(payload);
        Assert.Equal(value, ReadAll(RespWriter.Write(value), 1460).Single());
    }

    private static RespValue Read(string text) => ReadAll(Encoding.UTF8.GetBytes(text), int.MaxValue).Single();

    private static List<RespValue> ReadAll(byte[] bytes, int piece)
    {
        var parser = new RespParser(RespLimits.Default);
        var values = new List<RespValue>();
        for (var start = 0; start < bytes.Length; start += Math.Min(piece, bytes.Length - start))
        {
            ReadOnlySpan<byte> input = bytes.AsSpan(start, Math.Min(piece, bytes.Length - start));
            while (parser.TryRead(ref input, out var value))
            {
                values.Add(value);
            }
        }

        return values;
    }

    private static void ReadOrRefuse(byte[] bytes)
    {
        try
        {
            ReadAll(bytes, 3);
        }
        catch (RespProtocolException)
        {
        }
    }
}
