namespace RedisCluster.Hosting.Kubernetes;

/// <summary>The objects of a Redis cluster.</summary>
internal static class ClusterObjects
{
    private const string ConfigPath = "/etc/redis-cluster";
    private const string RunPath = "/run/redis";
    private const string ClientPort = "client";
    private const string GossipPort = "gossip";

    /// <summary>How much of the grace period the handover may take; the rest is for the server to stop.</summary>
    private const int SecondsToStop = 10;

    public static IEnumerable<(string File, Map Object)> Of(ClusterPart cluster)
    {
        yield return ("statefulset.yaml", StatefulSet(cluster));
        yield return ("service.yaml", ClientService(cluster));
        yield return ("service-nodes.yaml", NodesService(cluster));
        yield return ("poddisruptionbudget.yaml", PodParts.DisruptionBudget(cluster.Name));
        yield return ("networkpolicy.yaml", NetworkPolicy(cluster));
    }

    private static Map StatefulSet(ClusterPart cluster) => new()
    {
        ["apiVersion"] = "apps/v1",
        ["kind"] = "StatefulSet",
        ["metadata"] = PodParts.Metadata(cluster.Name),
        ["spec"] = new Map
        {
            ["serviceName"] = cluster.HeadlessService,
            ["replicas"] = cluster.Resource.Nodes.Count,
            // One after the other would never end: the first pod is ready when the cluster works, which takes all of them.
            ["podManagementPolicy"] = "Parallel",
            ["updateStrategy"] = new Map { ["type"] = "RollingUpdate" },
            ["minReadySeconds"] = 5,
            ["selector"] = new Map { ["matchLabels"] = PodParts.Selector(cluster.Name) },
            ["template"] = new Map
            {
                ["metadata"] = new Map { ["labels"] = PodParts.Selector(cluster.Name) },
                ["spec"] = Pod(cluster),
            },
            ["volumeClaimTemplates"] = new[]
            {
                new Map
                {
                    ["metadata"] = new Map { ["name"] = "data" },
                    ["spec"] = new Map { ["accessModes"] = new[] { "ReadWriteOnce" } }
                        .With("storageClassName", cluster.Options.StorageClassName)
                        .With("resources", new Map { ["requests"] = new Map { ["storage"] = cluster.Options.StorageSize } }),
                },
            },
        },
    };

    private static Map Pod(ClusterPart cluster) => new Map
    {
        ["automountServiceAccountToken"] = false,
        ["enableServiceLinks"] = false,
        ["terminationGracePeriodSeconds"] = PodParts.Seconds(cluster.Options.TerminationGracePeriod),
    }
        .With("securityContext", PodParts.PodSecurity(Aspire.Hosting.KubernetesPodSecurity.Restricted, PodParts.RedisUser, ownsVolume: true))
        .With("nodeSelector", Map.Of(cluster.Options.NodeSelector))
        .With("topologySpreadConstraints", PodParts.Spread(cluster.Name))
        .With("containers", new[] { Container(cluster) })
        .With("volumes", new[]
        {
            new Map { ["name"] = "config", ["configMap"] = new Map { ["name"] = cluster.ConfigMap } },
            // In memory: the password is part of the configuration that is put together there.
            new Map { ["name"] = "run", ["emptyDir"] = new Map { ["medium"] = "Memory", ["sizeLimit"] = "1Mi" } },
        });

    private static Map Container(ClusterPart cluster) => new Map
    {
        ["name"] = "redis",
        ["image"] = cluster.Image,
        ["imagePullPolicy"] = "IfNotPresent",
        ["command"] = new[] { "/bin/sh", Script(NodeScripts.Start) },
        ["env"] = Variables(cluster).Select(variable => variable.ToMap()).ToArray(),
        ["ports"] = new[]
        {
            new Map { ["name"] = ClientPort, ["containerPort"] = ClusterPart.Port },
            new Map { ["name"] = GossipPort, ["containerPort"] = ClusterPart.BusPort },
        },
        ["startupProbe"] = Probe(NodeScripts.Live, period: 2, failures: 150),
        ["readinessProbe"] = Probe(NodeScripts.Ready, period: 2, failures: 3),
        ["livenessProbe"] = Probe(NodeScripts.Live, period: 10, failures: 6),
        ["lifecycle"] = new Map { ["preStop"] = Exec(NodeScripts.Stop) },
    }
        .With("resources", PodParts.Resources(cluster.Options.Resources))
        .With("securityContext", PodParts.ContainerSecurity(Aspire.Hosting.KubernetesPodSecurity.Restricted))
        .With("volumeMounts", new[]
        {
            new Map { ["name"] = "data", ["mountPath"] = NodeConfiguration.DataPath },
            new Map { ["name"] = "config", ["mountPath"] = ConfigPath, ["readOnly"] = true },
            new Map { ["name"] = "run", ["mountPath"] = RunPath },
        });

    private static Variable[] Variables(ClusterPart cluster) =>
    [
        new("POD_IP", Field: "status.podIP"),
        new("POD_NAME", Field: "metadata.name"),
        Variable.PodNamespace,
        new("REDIS_HOSTNAME", $"$(POD_NAME).{cluster.HeadlessService}.$({Variable.NamespaceName}).svc"),
        new("REDIS_HANDOVER_SECONDS", PodParts.Text(PodParts.Seconds(cluster.Options.TerminationGracePeriod) - SecondsToStop)),
        new("REDISCLI_AUTH", Secret: cluster.Resource.PasswordParameter.Name),
    ];

    // The scripts give up by themselves after two seconds for each question; a timeout of the probe's would leave them behind.
    private static Map Probe(string script, int period, int failures) =>
        new Map(Exec(script)) { ["periodSeconds"] = period, ["timeoutSeconds"] = 10, ["failureThreshold"] = failures };

    private static Map Exec(string script) => new() { ["exec"] = new Map { ["command"] = new[] { "/bin/sh", Script(script) } } };

    private static string Script(string name) => $"{ConfigPath}/{name}";

    private static Map ClientService(ClusterPart cluster) => new()
    {
        ["apiVersion"] = "v1",
        ["kind"] = "Service",
        ["metadata"] = PodParts.Metadata(cluster.Name),
        ["spec"] = new Map
        {
            ["selector"] = PodParts.Selector(cluster.Name),
            ["ports"] = new[] { Port(ClientPort, ClusterPart.Port) },
        },
    };

    private static Map NodesService(ClusterPart cluster) => new()
    {
        ["apiVersion"] = "v1",
        ["kind"] = "Service",
        ["metadata"] = PodParts.Metadata(cluster.HeadlessService, PodParts.Selector(cluster.Name)),
        ["spec"] = new Map
        {
            ["clusterIP"] = "None",
            // Nodes have to find each other to become ready.
            ["publishNotReadyAddresses"] = true,
            ["selector"] = PodParts.Selector(cluster.Name),
            ["ports"] = new[] { Port(ClientPort, ClusterPart.Port), Port(GossipPort, ClusterPart.BusPort) },
        },
    };

    private static Map Port(string name, int port) => new() { ["name"] = name, ["port"] = port, ["targetPort"] = name };

    private static Map NetworkPolicy(ClusterPart cluster) => new()
    {
        ["apiVersion"] = "networking.k8s.io/v1",
        ["kind"] = "NetworkPolicy",
        ["metadata"] = PodParts.Metadata(cluster.Name),
        ["spec"] = new Map
        {
            ["podSelector"] = new Map { ["matchLabels"] = PodParts.Selector(cluster.Name) },
            ["policyTypes"] = new[] { "Ingress" },
            ["ingress"] = new[]
            {
                Ingress(PodParts.Selector(cluster.Name), ClientPort, GossipPort),
                Ingress(new() { [cluster.ClientLabel] = "true" }, ClientPort),
            },
        },
    };

    private static Map Ingress(Map from, params string[] ports) => new()
    {
        ["from"] = new[] { new Map { ["podSelector"] = new Map { ["matchLabels"] = from } } },
        ["ports"] = ports.Select(port => new Map { ["protocol"] = "TCP", ["port"] = port }).ToArray(),
    };
}
