using RedisCluster.Protocol;

namespace Unit.Protocol;

public sealed class RespGreetingTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    [Fact]
    public async Task Hello_carries_credentials_and_name()
    {
        await using var node = new FakeNode();
        var connecting = node.StartAsync(new() { User = "u", Password = "p", ClientName = "n" });
        Assert.Equal("HELLO 3 AUTH u p SETNAME n", await node.NextAsync());
        await node.SayAsync("%1\r\n+proto\r\n:3\r\n");
        await using var connection = await connecting.WaitAsync(Patience);
        Assert.Equal(3, connection.Protocol);
    }

    [Theory]
    [InlineData("-NOPROTO unsupported protocol version\r\n")]
    [InlineData("-ERR unknown command 'HELLO', with args beginning with: '3'\r\n")]
    [InlineData("-ERR unknown command `HELLO`, with args beginning with: `3`, \r\n")]
    [InlineData("-NOPERM User default has no permissions to run the 'hello' command\r\n")]
    public async Task A_node_without_hello_is_greeted_the_old_way(string refusal)
    {
        await using var node = new FakeNode();
        var connecting = node.StartAsync(new() { Password = "p", ClientName = "n" });
        await node.NextAsync();
        await node.SayAsync(refusal);
        Assert.Equal("AUTH p", await node.NextAsync());
        Assert.Equal("CLIENT SETNAME n", await node.NextAsync());
        Assert.Equal("PING", await node.NextAsync());
        await node.SayAsync("+OK\r\n+OK\r\n+PONG\r\n");
        await using var connection = await connecting.WaitAsync(Patience);
        Assert.Equal(2, connection.Protocol);
    }

    [Fact]
    public async Task Protocol_two_does_without_hello_and_names_the_user()
    {
        await using var node = new FakeNode();
        var connecting = node.StartAsync(new() { Protocol = 2, User = "u", Password = "p" });
        Assert.Equal("AUTH u p", await node.NextAsync());
        await node.SayAsync("+OK\r\n-LOADING Redis is loading the dataset in memory\r\n");
        await using var connection = await connecting.WaitAsync(Patience);
        Assert.Equal(2, connection.Protocol);
    }

    [Theory]
    [InlineData("-WRONGPASS invalid username-password pair or user is disabled.\r\n", "wrong password for user default")]
    [InlineData("-NOAUTH HELLO must be called with the client already authenticated\r\n", "asks for a password")]
    public async Task Refused_credentials_are_told_apart(string refusal, string message)
    {
        await using var node = new FakeNode();
        var connecting = node.StartAsync();
        await node.NextAsync();
        await node.SayAsync(refusal);
        var error = await Assert.ThrowsAsync<RespAuthenticationException>(() => connecting.WaitAsync(Patience));
        Assert.Contains(message, error.Message, StringComparison.Ordinal);
        Assert.StartsWith("node:1: ", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_node_that_turns_clients_away_is_quoted()
    {
        await using var node = new FakeNode();
        await node.SayAsync("-ERR max number of clients reached\r\n");
        await node.HangUpAsync();
        var error = await Assert.ThrowsAsync<RespConnectionException>(() => node.StartAsync().WaitAsync(Patience));
        Assert.Contains("max number of clients reached", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_port_that_hangs_up_gets_a_hint_about_tls()
    {
        await using var node = new FakeNode();
        var connecting = node.StartAsync();
        await node.NextAsync();
        await node.HangUpAsync();
        var error = await Assert.ThrowsAsync<RespConnectionException>(() => connecting.WaitAsync(Patience));
        Assert.Contains("does the port want TLS?", error.Message, StringComparison.Ordinal);
    }
}
