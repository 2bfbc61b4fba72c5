using Aspire.Hosting;

namespace RedisCluster.Hosting.Kubernetes;

/// <summary>The objects of a project: a Deployment, a Service where it listens, a PodDisruptionBudget where it has several pods.</summary>
internal static class ServiceObjects
{
    private const string HttpPort = "http";

    /// <summary>How long a pod that is about to stop goes on serving, until every proxy has heard of it.</summary>
    private const int SecondsToDrain = 5;

    public static IEnumerable<(string File, Map Object)> Of(ServicePart service, bool isInitializer, string? serviceAccount = null)
    {
        yield return ("deployment.yaml", Deployment(service, isInitializer, serviceAccount));
        if (service.Port is not null)
        {
            yield return ("service.yaml", Service(service));
        }

        if (service.Replicas > 1)
        {
            yield return ("poddisruptionbudget.yaml", PodParts.DisruptionBudget(service.Name));
        }
    }

    private static Map Deployment(ServicePart service, bool isInitializer, string? serviceAccount) => new()
    {
        ["apiVersion"] = "apps/v1",
        ["kind"] = "Deployment",
        ["metadata"] = PodParts.Metadata(service.Name),
        ["spec"] = new Map
        {
            ["replicas"] = service.Replicas,
            ["selector"] = new Map { ["matchLabels"] = PodParts.Selector(service.Name) },
            ["strategy"] = Strategy(isInitializer),
            ["template"] = new Map
            {
                ["metadata"] = new Map { ["labels"] = PodParts.Labels(service.Name, service.ClientOf) },
                ["spec"] = Pod(service, serviceAccount),
            },
        },
    };

    // Of two initialisers one acts, and both are ready when the cluster works: one that cannot bring that about would never make room for
    // the one that can.
    private static Map Strategy(bool isInitializer) => isInitializer
        ? new() { ["type"] = "Recreate" }
        : new() { ["type"] = "RollingUpdate", ["rollingUpdate"] = new Map { ["maxUnavailable"] = 0, ["maxSurge"] = 1 } };

    private static Map Pod(ServicePart service, string? serviceAccount) => new Map()
        .With("serviceAccountName", serviceAccount)
        .With("automountServiceAccountToken", serviceAccount is not null)
        .With("enableServiceLinks", false)
        .With("terminationGracePeriodSeconds", PodParts.Seconds(service.Options.TerminationGracePeriod))
        .With("securityContext", PodParts.PodSecurity(service.Options.PodSecurity, PodParts.DotNetUser))
        .With("nodeSelector", Map.Of(service.Options.NodeSelector))
        .With("topologySpreadConstraints", service.Replicas > 1 ? PodParts.Spread(service.Name) : null)
        .With("containers", new[] { Container(service) })
        .With("volumes", new[] { new Map { ["name"] = "tmp", ["emptyDir"] = new Map { ["sizeLimit"] = "64Mi" } } });

    private static Map Container(ServicePart service)
    {
        var container = new Map { ["name"] = service.Name, ["image"] = service.Image, ["imagePullPolicy"] = "IfNotPresent" }
            .With("args", service.Arguments.ToArray())
            .With("env", service.Variables.Select(variable => variable.ToMap()).ToArray());
        if (service.Port is { } port)
        {
            container["ports"] = new[] { new Map { ["name"] = HttpPort, ["containerPort"] = port } };
            container["startupProbe"] = Probe(service.Options.LivePath, period: 2, failures: 30);
            container["readinessProbe"] = Probe(service.Options.HealthPath, period: 5, failures: 2);
            container["livenessProbe"] = Probe(service.Options.LivePath, period: 10, failures: 3);
            if (Math.Min(SecondsToDrain, PodParts.Seconds(service.Options.TerminationGracePeriod) / 2) is > 0 and var seconds)
            {
                container["lifecycle"] = new Map { ["preStop"] = new Map { ["sleep"] = new Map { ["seconds"] = seconds } } };
            }
        }

        return container
            .With("resources", PodParts.Resources(service.Options.Resources))
            .With("securityContext", PodParts.ContainerSecurity(service.Options.PodSecurity))
            .With("volumeMounts", new[] { new Map { ["name"] = "tmp", ["mountPath"] = "/tmp" } });
    }

    private static Map Probe(string path, int period, int failures) => new()
    {
        ["httpGet"] = new Map { ["path"] = path, ["port"] = HttpPort },
        ["periodSeconds"] = period,
        ["timeoutSeconds"] = 3,
        ["failureThreshold"] = failures,
    };

    private static Map Service(ServicePart service) => new()
    {
        ["apiVersion"] = "v1",
        ["kind"] = "Service",
        ["metadata"] = PodParts.Metadata(service.ServiceName, PodParts.Selector(service.Name)),
        ["spec"] = new Map
        {
            ["selector"] = PodParts.Selector(service.Name),
            ["ports"] = new[] { new Map { ["name"] = HttpPort, ["port"] = service.Options.ServicePort, ["targetPort"] = HttpPort } },
        },
    };
}
