using System.CommandLine;
using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using NetBox.Tools.Probes;

namespace NetBox.Tools.CommandLine;

/// <summary>How TLS is spoken with the nodes, as redis-cli calls it. Whoever says how means that it is spoken.</summary>
internal sealed class NodeTlsOptions
{
    private readonly Option<bool> _tls = new("--tls") { Description = "The nodes' client ports speak TLS; any of the next options means it too" };

    private readonly Option<string> _roots = new("--cacert") { Description = "A PEM file with the authorities to trust instead of this system's", HelpName = "FILE" };

    private readonly Option<string> _rootsFolder = new("--cacertdir") { Description = "A folder of such files", HelpName = "DIR" };

    private readonly Option<string> _certificate = new("--cert") { Description = "A PEM file with the certificate to show to nodes that ask for one", HelpName = "FILE" };

    private readonly Option<string> _key = new("--key") { Description = "A PEM file with its private key, unless it is in the same file", HelpName = "FILE" };

    private readonly Option<string> _name = new("--sni") { Description = "The name that every node's certificate has to be for (else the host connected to)", HelpName = "NAME" };

    private readonly Option<bool> _insecure = new("--insecure") { Description = "Accept any certificate" };

    private Option<string>[] Details => [_roots, _rootsFolder, _certificate, _key, _name];

    public void AddTo(Command command)
    {
        foreach (var option in (Option[])[_tls, .. Details, _insecure])
        {
            command.Add(option);
        }
    }

    public bool IsOn(ParseResult parse) => parse.GetValue(_tls) || Words(parse).Count > 0;

    /// <summary>What was given beside <c>--tls</c>, to be given again: redis-cli understands the same.</summary>
    public IReadOnlyList<string> Words(ParseResult parse) =>
    [
        .. Details.Where(option => parse.GetValue(option) is not null).SelectMany(option => new[] { option.Name, parse.GetValue(option)! }),
        .. parse.GetValue(_insecure) ? [_insecure.Name] : Array.Empty<string>(),
    ];

    /// <summary>Null where nothing but TLS itself was asked for.</summary>
    /// <exception cref="NetBoxException">A file is missing, or is not what it has to be (usage).</exception>
    public SslClientAuthenticationOptions? Read(ParseResult parse)
    {
        if (!IsOn(parse))
        {
            return null;
        }

        var options = new SslClientAuthenticationOptions
        {
            TargetHost = parse.GetValue(_name),
            CertificateChainPolicy = new TlsDemands(null, Roots(parse), 0).ChainPolicy(),
            ClientCertificateContext = Certificate(parse.GetValue(_certificate), parse.GetValue(_key)),
        };
        if (parse.GetValue(_insecure))
        {
            options.RemoteCertificateValidationCallback = (_, certificate, _, _) => certificate is not null;
        }

        return options;
    }

    private X509Certificate2Collection? Roots(ParseResult parse)
    {
        X509Certificate2Collection? roots = parse.GetValue(_roots) is { } file ? TlsDemands.ReadRoots(file) : null;
        if (parse.GetValue(_rootsFolder) is not { } folder)
        {
            return roots;
        }

        roots ??= [];
        foreach (var entry in Directory.Exists(folder) ? Directory.EnumerateFiles(folder) : throw NetBoxException.Usage($"there is no folder '{folder}' (--cacertdir)"))
        {
            roots.AddRange(TryReadRoots(entry));
        }

        return roots.Count > 0 ? roots : throw NetBoxException.Usage($"no file in '{folder}' holds a certificate (--cacertdir); they have to be PEM files");
    }

    // Such a folder often holds keys and lists of what was revoked beside the authorities.
    private static X509Certificate2Collection TryReadRoots(string file)
    {
        try
        {
            return TlsDemands.ReadRoots(file);
        }
        catch (NetBoxException)
        {
            return [];
        }
    }

    private static SslStreamCertificateContext? Certificate(string? file, string? keyFile)
    {
        if (file is null)
        {
            return keyFile is null ? null : throw NetBoxException.Usage("--key is of no use without the certificate it belongs to: --cert FILE");
        }

        try
        {
            using var read = X509Certificate2.CreateFromPemFile(file, keyFile);
            var chain = new X509Certificate2Collection();
            chain.ImportFromPemFile(file);

            // Windows does not send a certificate whose key is held in memory only.
            var own = X509CertificateLoader.LoadPkcs12(read.Export(X509ContentType.Pkcs12), null);
            return SslStreamCertificateContext.Create(own, chain, offline: true);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or CryptographicException)
        {
            var what = keyFile is null ? $"the certificate and its key in '{file}' (--cert)" : $"the certificate in '{file}' (--cert) with the key in '{keyFile}' (--key)";
            throw NetBoxException.Usage($"{what} cannot be read: {exception.Message.ReplaceLineEndings(" ")}");
        }
    }
}
