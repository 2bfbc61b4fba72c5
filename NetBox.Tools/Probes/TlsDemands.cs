using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace NetBox.Tools.Probes;

/// <summary>What a client would want of a server's certificate.</summary>
/// <param name="ServerName">The name it has to be for; null for the host that is connected to.</param>
/// <param name="Roots">The authorities that are trusted; null for those of this system.</param>
/// <param name="LeastDays">How much longer it has to be valid.</param>
internal sealed record TlsDemands(string? ServerName, X509Certificate2Collection? Roots, int LeastDays)
{
    /// <summary>Certificates in a PEM file.</summary>
    /// <exception cref="NetBoxException">It holds none, or cannot be read (usage).</exception>
    public static X509Certificate2Collection ReadRoots(string file)
    {
        var roots = new X509Certificate2Collection();
        try
        {
            roots.ImportFromPemFile(file);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or CryptographicException)
        {
            throw NetBoxException.Usage($"the authorities in '{file}' cannot be read: {exception.Message}");
        }

        return roots.Count > 0 ? roots : throw NetBoxException.Usage($"'{file}' holds no certificate; it has to be a PEM file");
    }

    /// <summary>Null for what this system trusts.</summary>
    public X509ChainPolicy? ChainPolicy()
    {
        if (Roots is null)
        {
            return null;
        }

        var policy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
        policy.CustomTrustStore.AddRange(Roots);
        return policy;
    }
}
