using RedisCluster.Protocol;

namespace Unit.Protocol;

public sealed class RespValueTests
{
    [Fact]
    public void Numbers_are_read_from_text_too() => Assert.Equal(-42, RespValue.BulkString("-42").AsNumber());

    [Fact]
    public void A_value_of_another_kind_is_named_in_the_error()
    {
        var error = Assert.Throws<InvalidOperationException>(() => RespValue.BulkString("abc").AsNumber());
        Assert.Equal("Expected a whole number, but the node sent \"abc\".", error.Message);
        Assert.Throws<InvalidOperationException>(() => RespValue.Null.AsText());
        Assert.Throws<InvalidOperationException>(() => RespValue.Number(1).AsList());
        Assert.Throws<InvalidOperationException>(() => RespValue.Number(7).AsTruth());
        Assert.Throws<InvalidOperationException>(() => RespValue.Array(RespValue.Null).AsPairs());
    }

    [Fact]
    public void A_map_is_searched_in_both_protocols()
    {
        var pairs = new[] { RespValue.BulkString("a"), RespValue.Number(1), RespValue.BulkString("b"), RespValue.Number(2) };
        Assert.Equal(2, RespValue.Map(pairs).Find("b")?.AsNumber());
        Assert.Equal(2, RespValue.Array(pairs).Find("b")?.AsNumber());
        Assert.Null(RespValue.Map(pairs).Find("c"));
    }

    [Fact]
    public void Long_text_is_cut_in_messages() => Assert.Equal(62, RespValue.BulkString(new string('x', 500)).ToString().Length);

    [Fact]
    public void A_command_is_encoded_as_an_array_of_bulks() =>
        Assert.Equal("*3\r\n$3\r\nSET\r\n$2\r\n\u00e9\r\n$2\r\n-5\r\n"u8.ToArray(), RespCommand.Of("SET", "\u00e9", -5).Encoded.ToArray());

    [Fact]
    public void A_command_shows_its_name_and_never_its_arguments()
    {
        Assert.Equal("AUTH", RespCommand.Of("AUTH", "secret").ToString());
        Assert.Equal("CLUSTER MEET", RespCommand.Of("cluster", "meet", "h", 1).ToString());
        Assert.Throws<ArgumentException>(() => RespCommand.Of());
    }
}
