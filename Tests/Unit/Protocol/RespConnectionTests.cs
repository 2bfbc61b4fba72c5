using RedisCluster.Protocol;

namespace Unit.Protocol;

public sealed class RespConnectionTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    [Fact]
    public async Task Answers_are_matched_in_the_order_of_sending()
    {
        await using var node = new FakeNode();
        await using var connection = await node.ConnectAsync();
        var answers = Enumerable.Range(0, 1000).Select(i => connection.SendAsync(RespCommand.Of("ECHO", i))).ToArray();
        for (var i = 0; i < 1000; i++)
        {
            Assert.Equal($"ECHO {i}", await node.NextAsync());
        }

        await node.SayAsync(string.Concat(Enumerable.Range(0, 1000).Select(i => $":{i}\r\n")));
        var values = await Task.WhenAll(answers).WaitAsync(Patience);
        Assert.Equal(Enumerable.Range(0, 1000).Select(i => (long)i), values.Select(value => value.AsNumber()));
    }

    [Fact]
    public async Task A_push_is_no_answer()
    {
        var pushes = new List<RespValue>();
        await using var node = new FakeNode();
        await using var connection = await node.ConnectAsync(new() { OnPush = pushes.Add });
        var answer = connection.SendAsync(RespCommand.Of("GET", "k"));
        await node.NextAsync();
        await node.SayAsync(">2\r\n+invalidate\r\n*1\r\n$1\r\nk\r\n$1\r\nv\r\n");
        Assert.Equal("v", (await answer.WaitAsync(Patience)).AsText());
        Assert.Equal("invalidate", Assert.Single(pushes).Items[0].AsText());
    }

    [Fact]
    public async Task A_caller_who_leaves_does_not_shift_the_answers_of_others()
    {
        await using var node = new FakeNode();
        await using var connection = await node.ConnectAsync();
        using var cancel = new CancellationTokenSource();
        var left = connection.SendAsync(RespCommand.Of("ECHO", "a"), cancel.Token);
        var stays = connection.SendAsync(RespCommand.Of("ECHO", "b"));
        await node.NextAsync();
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => left);
        await node.SayAsync("+a\r\n+b\r\n");
        Assert.Equal("b", (await stays.WaitAsync(Patience)).AsText());
    }

    [Fact]
    public async Task A_command_that_timed_out_keeps_its_place()
    {
        var time = new ManualTime();
        await using var node = new FakeNode();
        await using var connection = await node.ConnectAsync(new() { TimeProvider = time, CommandTimeout = TimeSpan.FromSeconds(2) });
        var slow = connection.SendAsync(RespCommand.Of("ECHO", "slow"));
        await node.NextAsync();
        time.Advance(TimeSpan.FromSeconds(2));
        var error = await Assert.ThrowsAsync<RespTimeoutException>(() => slow);
        Assert.Equal("node:1: no answer to ECHO within 2 s", error.Message);

        var next = connection.SendAsync(RespCommand.Of("ECHO", "next"));
        await node.SayAsync("+slow\r\n+next\r\n");
        Assert.Equal("next", (await next.WaitAsync(Patience)).AsText());
    }

    [Fact]
    public async Task Silence_beyond_the_limit_fails_the_connection()
    {
        var time = new ManualTime();
        await using var node = new FakeNode();
        await using var connection = await node.ConnectAsync(
            new() { TimeProvider = time, CommandTimeout = TimeSpan.FromSeconds(5), SilenceLimit = TimeSpan.FromSeconds(5) });
        var waiting = connection.SendAsync(RespCommand.Of("PING"));
        time.Advance(TimeSpan.FromSeconds(5));
        await Assert.ThrowsAsync<RespTimeoutException>(() => waiting);
        Assert.Contains("nothing heard for 5 s", connection.Fault?.Message, StringComparison.Ordinal);
        await Assert.ThrowsAsync<RespConnectionException>(() => connection.SendAsync(RespCommand.Of("PING")));
    }

    [Fact]
    public async Task A_command_may_bring_a_longer_time()
    {
        var time = new ManualTime();
        await using var node = new FakeNode();
        await using var connection = await node.ConnectAsync(new() { TimeProvider = time, SilenceLimit = TimeSpan.FromSeconds(1) });
        var blocking = connection.SendAsync(RespCommand.Of("BLPOP", "q", 0).WithTimeout(Timeout.InfiniteTimeSpan));
        time.Advance(TimeSpan.FromHours(1));
        await node.SayAsync("$1\r\nx\r\n");
        Assert.Equal("x", (await blocking.WaitAsync(Patience)).AsText());
    }

    [Fact]
    public async Task A_closed_connection_fails_what_is_under_way()
    {
        await using var node = new FakeNode();
        await using var connection = await node.ConnectAsync();
        var waiting = connection.SendAsync(RespCommand.Of("PING"));
        await node.NextAsync();
        await node.HangUpAsync();
        var error = await Assert.ThrowsAsync<RespConnectionException>(() => waiting.WaitAsync(Patience));
        Assert.Equal("node:1: the node closed the connection", error.Message);
    }

    [Fact]
    public async Task A_connection_closed_in_mid_answer_says_so()
    {
        await using var node = new FakeNode();
        await using var connection = await node.ConnectAsync();
        var waiting = connection.SendAsync(RespCommand.Of("PING"));
        await node.SayAsync("*2\r\n:1\r\n");
        await node.HangUpAsync();
        var error = await Assert.ThrowsAsync<RespConnectionException>(() => waiting.WaitAsync(Patience));
        Assert.Contains("in the middle of an answer", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Disposal_fails_what_is_under_way()
    {
        await using var node = new FakeNode();
        var connection = await node.ConnectAsync();
        var waiting = connection.SendAsync(RespCommand.Of("PING"));
        await connection.DisposeAsync();
        var error = await Assert.ThrowsAsync<RespConnectionException>(() => waiting.WaitAsync(Patience));
        Assert.Equal("node:1: the connection was closed on this side", error.Message);
        await connection.DisposeAsync();
    }

    [Fact]
    public async Task A_malformed_answer_fails_the_connection_with_its_name()
    {
        await using var node = new FakeNode();
        await using var connection = await node.ConnectAsync();
        var waiting = connection.SendAsync(RespCommand.Of("PING"));
        await node.SayAsync("HTTP/1.1 400 Bad Request\r\n");
        var error = await Assert.ThrowsAsync<RespProtocolException>(() => waiting.WaitAsync(Patience));
        Assert.StartsWith("node:1: malformed answer", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_error_carries_its_code_and_can_be_had_as_a_value()
    {
        await using var node = new FakeNode();
        await using var connection = await node.ConnectAsync();
        var thrown = connection.SendAsync(RespCommand.Of("CLUSTER", "MEET", "x", 1));
        var value = connection.TrySendAsync(RespCommand.Of("GET", "k"));
        await node.SayAsync("-ERR Invalid node address\r\n-MOVED 1 h:2\r\n");
        var error = await Assert.ThrowsAsync<RespServerException>(() => thrown.WaitAsync(Patience));
        Assert.Equal("ERR", error.Code);
        Assert.Equal("node:1: CLUSTER MEET was answered with: ERR Invalid node address", error.Message);
        Assert.Equal("MOVED", (await value.WaitAsync(Patience)).ErrorCode);
    }
}
