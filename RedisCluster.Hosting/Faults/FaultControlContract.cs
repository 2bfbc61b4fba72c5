using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace RedisCluster.Hosting.Faults;

/// <summary>
/// What an AppHost and those who make faults in it agree on. The file is compiled into both sides; neither refers to the other.
/// <c>GET /nodes</c> lists the nodes, <c>POST /nodes/NAME/COMMAND</c> runs a resource's command, both with the token as a bearer.
/// </summary>
internal static class FaultControlContract
{
    /// <summary>Where the AppHost listens, for the resources it gives this to.</summary>
    public const string UrlVariable = "REDISCLUSTER_CONTROL_URL";

    /// <summary>What it wants to be shown.</summary>
    public const string TokenVariable = "REDISCLUSTER_CONTROL_TOKEN";

    /// <summary>The same for the same user's shell: a file in the run's folder, which nobody else can read.</summary>
    public const string FileName = "control.json";

    public const string Nodes = "nodes";
    public const string Kill = "kill";
    public const string Freeze = "freeze";
    public const string Thaw = "thaw";
    public const string Start = "start";

    /// <summary>After how many seconds a freeze ends by itself: <c>?for=30</c>.</summary>
    public const string Limit = "for";

    /// <summary>Where the AppHosts of this user keep what belongs to a run, one folder each below <c>runs</c>.</summary>
    public static string Root => Path.Combine(Path.GetTempPath(), string.Create(CultureInfo.InvariantCulture, $"redis-cluster-aspire-{Environment.UserName}"));

    public static string Runs(string root) => Path.Combine(root, "runs");
}

/// <summary>Where to reach an AppHost.</summary>
internal sealed record ControlAddress(string Url, string Token);

/// <summary>A node by its resource's name and where clients reach it.</summary>
internal sealed record ControlNode(string Name, string Host, int Port);

internal sealed record ControlNodes(IReadOnlyList<ControlNode> Nodes);

/// <summary>What came of a command.</summary>
internal sealed record ControlAnswer(bool Success, string? Message);

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web)]
[JsonSerializable(typeof(ControlAddress))]
[JsonSerializable(typeof(ControlNodes))]
[JsonSerializable(typeof(ControlAnswer))]
internal sealed partial class FaultControlJson : JsonSerializerContext;
