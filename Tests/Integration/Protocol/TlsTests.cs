using System.Net;
using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Integration.Support;
using RedisCluster.Protocol;

namespace Integration.Protocol;

public sealed class TlsTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("redis-tls-");
    private readonly X509Certificate2 _certificate;

    public TlsTests()
    {
        using var key = RSA.Create(2048);
        var request = new CertificateRequest("CN=redis-cluster-tests", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        var names = new SubjectAlternativeNameBuilder();
        names.AddIpAddress(IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        _certificate = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        File.WriteAllText(CertificateFile, _certificate.ExportCertificatePem());
        File.WriteAllText(KeyFile, key.ExportPkcs8PrivateKeyPem());
    }

    private string CertificateFile => Path.Combine(_folder.FullName, "redis.crt");

    private string KeyFile => Path.Combine(_folder.FullName, "redis.key");

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
            () => RespConnection.ConnectAsync("127.0.0.1", plain[0].Port, Trusting() with { ConnectTimeout = TimeSpan.FromSeconds(2) }));
        Assert.StartsWith($"127.0.0.1:{plain[0].Port}: ", toPlain.Message, StringComparison.Ordinal);
    }

    public void Dispose()
    {
        _certificate.Dispose();
        _folder.Delete(recursive: true);
    }

    private Task<RedisServers> StartAsync() => RedisServers.StartAsync(1, new RedisServersOptions
    {
        ClusterMode = false,
        Tls = true,
        Connection = Trusting(),
        Arguments = ["--tls-cert-file", CertificateFile, "--tls-key-file", KeyFile, "--tls-ca-cert-file", CertificateFile, "--tls-auth-clients", "no"],
    });

    private RespConnectionOptions Trusting()
    {
        var policy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
        policy.CustomTrustStore.Add(_certificate);
        return new() { Tls = true, TlsOptions = new SslClientAuthenticationOptions { CertificateChainPolicy = policy } };
    }
}
