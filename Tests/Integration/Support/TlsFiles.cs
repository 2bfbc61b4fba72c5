using System.Net;
using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using RedisCluster.Protocol;

namespace Integration.Support;

/// <summary>A certificate that is its own authority, for 127.0.0.1, in a folder of its own: for servers and for clients.</summary>
internal sealed class TlsFiles : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly X509Certificate2 _certificate;

    public TlsFiles()
    {
        using var key = RSA.Create(2048);
        var request = new CertificateRequest("CN=redis-cluster-tests", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        var names = new SubjectAlternativeNameBuilder();
        names.AddIpAddress(IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        _certificate = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        File.WriteAllText(Certificate, _certificate.ExportCertificatePem());
        File.WriteAllText(Key, key.ExportPkcs8PrivateKeyPem());
    }

    public string Folder => _folder.Path;

    public string Certificate => Path.Combine(_folder.Path, "redis.crt");

    public string Key => Path.Combine(_folder.Path, "redis.key");

    /// <summary>What a server is started with.</summary>
    public string[] ServerArguments => ["--tls-cert-file", Certificate, "--tls-key-file", Key, "--tls-ca-cert-file", Certificate];

    /// <summary>Trusts the certificate, and shows it where a server asks for one.</summary>
    public RespConnectionOptions Trusting()
    {
        var policy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
        policy.CustomTrustStore.Add(_certificate);
        return new()
        {
            Tls = true,
            TlsOptions = new SslClientAuthenticationOptions
            {
                CertificateChainPolicy = policy,
                ClientCertificateContext = SslStreamCertificateContext.Create(_certificate, null, offline: true),
            },
        };
    }

    public void Dispose()
    {
        _certificate.Dispose();
        _folder.Dispose();
    }
}
