using System.Text.Json.Serialization;

namespace RedisCluster.Planning;

/// <summary>Plans and reports as JSON: camel case names, enumerations as text, nodes, ids and slots in their usual text forms.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    UseStringEnumConverter = true,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(CreatePlan))]
[JsonSerializable(typeof(ClusterPlan))]
[JsonSerializable(typeof(CheckReport))]
[JsonSerializable(typeof(ClusterSummary))]
public sealed partial class PlanningJsonContext : JsonSerializerContext;
