using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace RedisCluster.Hosting;

/// <summary>Where nodes that are processes keep data beyond a run.</summary>
internal static class NodeDataDirectory
{
    /// <summary>A folder of the user's for this AppHost: <c>~/.local/share/redis-cluster-aspire/AppHost-1a2b3c4d</c> on Linux.</summary>
    public static string Lasting(string appHostDirectory)
    {
        var full = Path.TrimEndingDirectorySeparator(Path.GetFullPath(appHostDirectory));
        var hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(full)))[..8];
        return Path.Combine(
            Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData, Environment.SpecialFolderOption.Create),
            "redis-cluster-aspire",
            string.Create(CultureInfo.InvariantCulture, $"{Path.GetFileName(full)}-{hash}"));
    }
}
