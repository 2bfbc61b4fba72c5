using System.Text.Json.Nodes;

namespace Integration.Kubernetes.Worker;

/// <summary>Objects as the API server writes them, with what matters here.</summary>
internal static class ApiObjects
{
    public const string Pods = "pods";
    public const string Nodes = "nodes";
    public const string StatefulSets = "statefulsets";
    public const string Leases = "leases";

    public static JsonObject Pod(string name, string? node, string? address, string? label = null) => new()
    {
        ["kind"] = "Pod",
        ["apiVersion"] = "v1",
        ["metadata"] = new JsonObject
        {
            ["name"] = name,
            ["namespace"] = FakeApiServer.Namespace,
            ["uid"] = Guid.NewGuid().ToString(),
            ["creationTimestamp"] = "2026-01-01T00:00:00Z",
            ["labels"] = new JsonObject { ["app"] = label ?? "redis-cluster" },
        },
        ["spec"] = node is null ? new JsonObject() : new JsonObject { ["nodeName"] = node },
        ["status"] = address is null ? new JsonObject { ["phase"] = "Pending" } : new JsonObject { ["phase"] = "Running", ["podIP"] = address },
    };

    public static JsonObject Node(string name, string? zone) => new()
    {
        ["kind"] = "Node",
        ["apiVersion"] = "v1",
        ["metadata"] = new JsonObject
        {
            ["name"] = name,
            ["labels"] = zone is null ? new JsonObject() : new JsonObject { ["topology.kubernetes.io/zone"] = zone },
        },
    };

    /// <summary>A Lease that nobody has held yet, as a manifest creates it.</summary>
    public static JsonObject Lease(string name) => new()
    {
        ["kind"] = "Lease",
        ["apiVersion"] = "coordination.k8s.io/v1",
        ["metadata"] = new JsonObject { ["name"] = name, ["namespace"] = FakeApiServer.Namespace },
    };

    public static JsonObject StatefulSet(string name, int replicas) => new()
    {
        ["kind"] = "StatefulSet",
        ["apiVersion"] = "apps/v1",
        ["metadata"] = new JsonObject { ["name"] = name, ["namespace"] = FakeApiServer.Namespace },
        ["spec"] = new JsonObject { ["replicas"] = replicas, ["serviceName"] = "redis-cluster-nodes" },
        ["status"] = new JsonObject { ["replicas"] = replicas },
    };
}
