using Integration.Support;
using RedisCluster.Protocol;

namespace Integration.Protocol;

public sealed class TlsTests : IDisposable
{
    private readonly TlsFiles _files = new();

    [Fact]
    public async Task Speaks_tls_with_a_trusted_certificate_and_refuses_another()
    {
        await using var servers = await StartAsync();
        await using var connection = await servers[0].ConnectAsync();
        Assert.Equal("PONG", (await connection.SendAsync(RespCommand.Of("PING"))).AsText());

        var error = await Assert.ThrowsAsync<RespConnectionException>(
            () => RespConnection.ConnectAsync("127.0.0.1", servers[0].Port, new() { Tls = true }));
        Assert.StartsWith($"127.0.0.1:{servers[0].Port}: TLS failed: ", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Tls_on_one_side_only_is_a_clear_error()
    {
        await using var servers = await StartAsync();
        await using var plain = await RedisServers.StartAsync(1, new RedisServersOptions { ClusterMode = false });
        var toTls = await Assert.ThrowsAsync<RespConnectionException>(() => RespConnection.ConnectAsync("127.0.0.1", servers[0].Port));
        Assert.Contains("does the port want TLS?", toTls.Message, StringComparison.Ordinal);
        var toPlain = await Assert.ThrowsAsync<RespConnectionException>(
            () => RespConnection.ConnectAsync("127.0.0.1", plain[0].Port, _files.Trusting() with { ConnectTimeout = TimeSpan.FromSeconds(2) }));
        Assert.StartsWith($"127.0.0.1:{plain[0].Port}: ", toPlain.Message, StringComparison.Ordinal);
    }

    public void Dispose() => _files.Dispose();

    private Task<RedisServers> StartAsync() => RedisServers.StartAsync(1, new RedisServersOptions
    {
        ClusterMode = false,
        Tls = true,
        Connection = _files.Trusting(),
        Arguments = [.. _files.ServerArguments, "--tls-auth-clients", "no"],
    });
}
