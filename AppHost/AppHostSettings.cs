using System.Globalization;
using Aspire.Hosting;
using Microsoft.Extensions.Configuration;

namespace AppHost;

/// <summary>A port on this machine: which one, whether somebody asked for it, and where to ask for another.</summary>
internal sealed record LocalPort(int Port, bool IsAskedFor, string Key);

/// <summary>What the configuration (appsettings.json, environment, command line) says about this AppHost.</summary>
internal sealed class AppHostSettings(IConfiguration configuration)
{
    public const string ShardsKey = "RedisCluster:Shards";
    public const string ReplicasKey = "RedisCluster:ReplicasPerShard";
    public const string HitCounterPortKey = "HitCounter:Port";
    public const string NetBoxPortKey = "NetBox:Port";

    public int Shards => Number(ShardsKey) ?? 3;

    public int ReplicasPerShard => Number(ReplicasKey) ?? 1;

    public LocalPort HitCounterPort => Port(HitCounterPortKey, 5080);

    public LocalPort NetBoxPort => Port(NetBoxPortKey, 5081);

    private LocalPort Port(string key, int usual) =>
        Number(key) switch
        {
            null => new(usual, IsAskedFor: false, key),
            > 0 and <= ushort.MaxValue and var port => new(port, IsAskedFor: true, key),
            var port => throw new DistributedApplicationException($"{key} is {port}; it has to be a port between 1 and 65535."),
        };

    private int? Number(string key) =>
        configuration[key] is not { Length: > 0 } text ? null
        : int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) ? number
        : throw new DistributedApplicationException($"{key} is '{text}'; it has to be a whole number.");
}
