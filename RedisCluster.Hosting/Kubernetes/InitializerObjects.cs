namespace RedisCluster.Hosting.Kubernetes;

/// <summary>
/// What the initialiser may do in the cluster: look at pods, at the machines they run on and at the StatefulSet that says how many there
/// shall be, and hold its one Lease. The Lease is written along, so that no right to make one is needed.
/// </summary>
internal static class InitializerObjects
{
    private const string RbacGroup = "rbac.authorization.k8s.io";

    public static IEnumerable<(string File, Map Object)> Of(ServicePart initializer, IReadOnlyList<ClusterPart> clusters, string @namespace)
    {
        string[] leases = [.. clusters.Select(cluster => cluster.Lease)];
        yield return Account(initializer.Name);
        foreach (var lease in leases)
        {
            yield return (leases.Length == 1 ? "lease.yaml" : $"lease-{lease}.yaml", new()
            {
                ["apiVersion"] = "coordination.k8s.io/v1",
                ["kind"] = "Lease",
                ["metadata"] = PodParts.Metadata(lease, PodParts.Selector(initializer.Name)),
            });
        }

        yield return ("role.yaml", Role("Role", initializer.Name, initializer.Name,
            Rule("", "pods", null, "get", "list", "watch"),
            Rule("apps", "statefulsets", [.. clusters.Select(cluster => cluster.Name)], "get", "list", "watch"),
            Rule("coordination.k8s.io", "leases", leases, "get", "update")));
        yield return ("rolebinding.yaml", Binding("RoleBinding", "Role", initializer.Name, initializer.Name, @namespace));

        // Machines belong to no namespace: two installations share the kind of role, not the name.
        var name = $"{initializer.Name}.{@namespace}";
        yield return ("clusterrole.yaml", Role("ClusterRole", name, initializer.Name, Rule("", "nodes", null, "get")));
        yield return ("clusterrolebinding.yaml", Binding("ClusterRoleBinding", "ClusterRole", name, initializer.Name, @namespace));
    }

    /// <summary>What a project gets that may make faults (<see cref="Aspire.Hosting.KubernetesDeploymentOptions.MayDeletePods"/>).</summary>
    public static IEnumerable<(string File, Map Object)> OfDrills(ServicePart service, string @namespace)
    {
        yield return Account(service.Name);
        yield return ("role.yaml", Role("Role", service.Name, service.Name, Rule("", "pods", null, "list", "delete")));
        yield return ("rolebinding.yaml", Binding("RoleBinding", "Role", service.Name, service.Name, @namespace));
    }

    private static (string File, Map Object) Account(string name) => ("serviceaccount.yaml", new()
    {
        ["apiVersion"] = "v1",
        ["kind"] = "ServiceAccount",
        ["metadata"] = PodParts.Metadata(name),
        ["automountServiceAccountToken"] = false,
    });

    private static Map Role(string kind, string name, string initializer, params Map[] rules) => new()
    {
        ["apiVersion"] = $"{RbacGroup}/v1",
        ["kind"] = kind,
        ["metadata"] = PodParts.Metadata(name, PodParts.Selector(initializer)),
        ["rules"] = rules,
    };

    private static Map Rule(string group, string resource, IReadOnlyList<string>? names, params string[] verbs) =>
        new Map { ["apiGroups"] = new[] { group }, ["resources"] = new[] { resource } }
            .With("resourceNames", names?.ToArray())
            .With("verbs", verbs);

    private static Map Binding(string kind, string roleKind, string role, string initializer, string @namespace) => new()
    {
        ["apiVersion"] = $"{RbacGroup}/v1",
        ["kind"] = kind,
        ["metadata"] = PodParts.Metadata(role, PodParts.Selector(initializer)),
        ["roleRef"] = new Map { ["apiGroup"] = RbacGroup, ["kind"] = roleKind, ["name"] = role },
        ["subjects"] = new[] { new Map { ["kind"] = "ServiceAccount", ["name"] = initializer, ["namespace"] = @namespace } },
    };
}
