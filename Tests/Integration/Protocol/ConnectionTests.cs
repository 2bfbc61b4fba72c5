using System.Net.Sockets;
using Integration.Support;
using RedisCluster.Protocol;

namespace Integration.Protocol;

public sealed class ConnectionTests
{
    private static readonly RedisServersOptions Single = new() { ClusterMode = false };

    [Fact]
    public async Task Ten_thousand_commands_in_one_pipeline()
    {
        await using var servers = await RedisServers.StartAsync(1, Single);
        await using var connection = await servers[0].ConnectAsync();
        Assert.Equal(3, connection.Protocol);
        var answers = Enumerable.Range(0, 10_000).Select(i => connection.SendAsync(RespCommand.Of("ECHO", i))).ToArray();
        var values = await Task.WhenAll(answers);
        Assert.Equal(Enumerable.Range(0, 10_000).Select(i => (long)i), values.Select(value => value.AsNumber()));
    }

    [Fact]
    public async Task Both_protocols_give_the_same_data()
    {
        await using var servers = await RedisServers.StartAsync(1, Single);
        await using var three = await servers[0].ConnectAsync();
        await using var two = await ConnectAsync(servers[0], new() { Protocol = 2 });
        Assert.Equal(2, two.Protocol);
        await three.SendAsync(RespCommand.Of("HSET", "h", "a", 1));
        var get = RespCommand.Of("HGETALL", "h");
        Assert.Equal(RespKind.Map, (await three.SendAsync(get)).Kind);
        Assert.Equal(RespKind.Array, (await two.SendAsync(get)).Kind);
        Assert.Equal((await three.SendAsync(get)).Find("a"), (await two.SendAsync(get)).Find("a"));
    }

    [Fact]
    public async Task A_large_value_goes_there_and_back()
    {
        await using var servers = await RedisServers.StartAsync(1, Single);
        await using var connection = await servers[0].ConnectAsync();
        var payload = new byte[20_000_000];
        new Random(1).NextBytes(payload);
        await connection.SendAsync(RespCommand.Of("SET", "k", payload));
        Assert.True((await connection.SendAsync(RespCommand.Of("GET", "k"))).Bytes.Span.SequenceEqual(payload));
    }

    [Theory]
    [InlineData(3)]
    [InlineData(2)]
    public async Task Credentials_are_checked(int protocol)
    {
        await using var servers = await RedisServers.StartAsync(1, Single with
        {
            Arguments = ["--requirepass", "secret"],
            Connection = new() { Password = "secret" },
        });
        await servers[0].CallAsync("ACL", "SETUSER", "ann", "on", ">pass", "allcommands", "allkeys");
        await using var byDefault = await ConnectAsync(servers[0], new() { Protocol = protocol, Password = "secret" });
        await using var byName = await ConnectAsync(servers[0], new() { Protocol = protocol, User = "ann", Password = "pass" });
        Assert.Equal("ann", (await byName.SendAsync(RespCommand.Of("ACL", "WHOAMI"))).AsText());
        foreach (var options in new RespConnectionOptions[] { new(), new() { Password = "wrong" }, new() { User = "bob", Password = "pass" } })
        {
            var error = await Assert.ThrowsAsync<RespAuthenticationException>(() => ConnectAsync(servers[0], options with { Protocol = protocol }));
            Assert.StartsWith($"127.0.0.1:{servers[0].Port}: ", error.Message, StringComparison.Ordinal);
            Assert.DoesNotContain('\n', error.Message);
        }
    }

    [Fact]
    public async Task A_killed_server_fails_what_is_under_way()
    {
        await using var servers = await RedisServers.StartAsync(1, Single);
        await using var connection = await servers[0].ConnectAsync();
        var blocking = connection.SendAsync(RespCommand.Of("BLPOP", "q", 0).WithTimeout(Timeout.InfiniteTimeSpan));
        await servers[0].KillAsync();
        await Assert.ThrowsAsync<RespConnectionException>(() => blocking.WaitAsync(TimeSpan.FromSeconds(20)));
        Assert.NotNull(connection.Fault);
        await Assert.ThrowsAsync<RespConnectionException>(() => connection.SendAsync(RespCommand.Of("PING")));
        var error = await Assert.ThrowsAsync<RespConnectionException>(() => servers[0].ConnectAsync());
        Assert.Equal($"127.0.0.1:{servers[0].Port}: connection refused, nothing listens there", error.Message);
    }

    [Fact]
    public async Task A_name_that_does_not_resolve_and_a_port_that_is_silent_are_told_apart()
    {
        var unknown = await Assert.ThrowsAsync<RespConnectionException>(() => RespConnection.ConnectAsync("no-such-host.invalid", 1));
        Assert.Equal("no-such-host.invalid:1: the name does not resolve", unknown.Message);

        using var silent = new TcpListener(System.Net.IPAddress.Loopback, 0);
        silent.Start();
        var port = ((System.Net.IPEndPoint)silent.LocalEndpoint).Port;
        var error = await Assert.ThrowsAsync<RespConnectionException>(
            () => RespConnection.ConnectAsync("127.0.0.1", port, new() { ConnectTimeout = TimeSpan.FromMilliseconds(200) }));
        Assert.Equal($"127.0.0.1:{port}: no connection within 0.2 s", error.Message);
    }

    private static Task<RespConnection> ConnectAsync(RedisServer server, RespConnectionOptions options) =>
        RespConnection.ConnectAsync(server.Endpoint.Host, server.Port, options, TestContext.Current.CancellationToken);
}
