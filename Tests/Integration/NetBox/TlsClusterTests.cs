using Integration.Support;
using Integration.Worker;
using RedisCluster.Protocol;
using static Integration.NetBox.ProbeCommandTests;

namespace Integration.NetBox;

/// <summary>netbox cluster and nodes that speak TLS, want a certificate of their clients and a password: said as redis-cli has it.</summary>
public sealed class TlsClusterTests : IDisposable
{
    private readonly TlsFiles _files = new();

    public void Dispose() => _files.Dispose();

    [Fact]
    public async Task Options_of_redis_cli_form_check_move_and_save_it()
    {
        await using var servers = await StartAsync();
        string[] nodes = [.. servers.Endpoints.Select(node => node.ToClientString())];
        string[] how = ["--tls", "--cacert", _files.Certificate, "--cert", _files.Certificate, "--key", _files.Key, "--pass", "secret", "--no-auth-warning"];
        await FineAsync(["cluster", "create", .. servers.Endpoints.Select(node => node.ToString()), .. how, "--cluster-yes"]);
        for (var i = 0; i < 100; i++)
        {
            await servers[0].CallAsync("SET", $"{{b}}{i}", "value");
        }

        await FineAsync(["cluster", "reshard", nodes[1], "--from", nodes[0], "--to", nodes[2], "--slots", "5461", "--yes", .. how]);
        Assert.Equal("100", (await servers[2].CallAsync("DBSIZE")).AsText());
        await FineAsync(["cluster", "backup", nodes[1], Path.Combine(_files.Folder, "backup"), .. how]);
        await FineAsync(["cluster", "check", nodes[0], .. how]);
        await FineAsync(["doctor", nodes[0], .. how]);
        await FineAsync(["cluster", "check", nodes[0], "-a", "secret", "--cacertdir", _files.Folder, "--cert", _files.Certificate, "--key", _files.Key, "-4"]);
        await FineAsync(["cluster", "check", nodes[0], "-a", "secret", "--insecure", "--cert", _files.Certificate, "--key", _files.Key]);
        using var asked = ToolProcess.StartBehind(
            ["sh", "-c", "echo secret | \"$@\"", "sh"],
            "netbox",
            ["cluster", "check", nodes[0], "--askpass", "--user", "default", "--cacert", _files.Certificate, "--cert", _files.Certificate, "--key", _files.Key]);
        var (exitCode, output, error) = await asked.EndAsync();
        Assert.True(exitCode == 0, output + error);
    }

    [Fact]
    public async Task What_the_handshake_fails_of_is_told()
    {
        await using var servers = await StartAsync();
        var node = servers[0].Endpoint.ToClientString();
        await FailsAsync([node, "--tls"], "TLS failed: The remote certificate is invalid because of errors in the certificate chain: ");
        await FailsAsync([node, "--cacert", _files.Certificate], "a certificate of this client");
        await FailsAsync(
            [node, "--cacert", _files.Certificate, "--cert", _files.Certificate, "--key", _files.Key, "--sni", "redis.example"],
            "TLS failed: its certificate is for another name");
        await FailsAsync([node], "does the port want TLS?");
    }

    private Task<RedisServers> StartAsync() => RedisServers.StartAsync(3, new RedisServersOptions
    {
        Tls = true,
        Connection = _files.Trusting() with { Password = "secret" },
        Arguments = [.. _files.ServerArguments, "--tls-cluster", "yes", "--tls-replication", "yes", "--requirepass", "secret", "--masterauth", "secret"],
    });

    private static async Task FineAsync(string[] arguments)
    {
        var (exitCode, output, error) = await RunAsync(arguments);
        Assert.True((exitCode, error) == (0, ""), $"{string.Join(' ', arguments)}: {exitCode}\n{output}{error}");
    }

    private static async Task FailsAsync(string[] arguments, string message)
    {
        var (exitCode, _, error) = await RunAsync(["cluster", "check", .. arguments, "-a", "secret"]);
        Assert.Equal(3, exitCode);
        Assert.Contains(message, Assert.Single(error.TrimEnd().Split('\n')));
    }
}
