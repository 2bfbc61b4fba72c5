using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Integration.Kubernetes;

/// <summary>The folder that the AppHost publishes: complete, valid, safe by the rules of Kubernetes itself.</summary>
public sealed partial class KustomizeTests(PublishedFolder folder) : IClassFixture<PublishedFolder>
{
    private static readonly string[] Workloads = ["StatefulSet", "Deployment"];

    [Fact]
    public void Every_file_is_listed()
    {
        string[] expected =
        [
            ".gitignore", ".redis-cluster-aspire.json",
            "base/cluster-init/clusterrole.yaml", "base/cluster-init/clusterrolebinding.yaml", "base/cluster-init/deployment.yaml", "base/cluster-init/lease.yaml",
            "base/cluster-init/role.yaml", "base/cluster-init/rolebinding.yaml", "base/cluster-init/service.yaml", "base/cluster-init/serviceaccount.yaml",
            "base/hit-counter/deployment.yaml", "base/hit-counter/poddisruptionbudget.yaml", "base/hit-counter/service.yaml",
            "base/kustomization.yaml",
            "base/netbox/deployment.yaml", "base/netbox/poddisruptionbudget.yaml", "base/netbox/service.yaml",
            "base/redis-cluster/live.sh", "base/redis-cluster/networkpolicy.yaml", "base/redis-cluster/node.sh", "base/redis-cluster/poddisruptionbudget.yaml",
            "base/redis-cluster/ready.sh", "base/redis-cluster/redis.conf", "base/redis-cluster/service-nodes.yaml", "base/redis-cluster/service.yaml",
            "base/redis-cluster/start.sh", "base/redis-cluster/statefulset.yaml", "base/redis-cluster/stop.sh",
            "overlays/dev/kustomization.yaml", "overlays/dev/secrets/netbox-token.env", "overlays/dev/secrets/redis-cluster-password.env",
            "overlays/production/kustomization.yaml", "overlays/production/secrets/netbox-token.env", "overlays/production/secrets/redis-cluster-password.env",
        ];
        Assert.Equal(expected, folder.Files());
        Assert.Equal(expected.Select(file => Path.Combine(folder.Path, file)), folder.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Where(line => line.StartsWith('/')));
        Assert.Equal(
            folder.Objects().Select(o => o.File["base/".Length..]).Order(StringComparer.Ordinal),
            folder.Object("base/kustomization.yaml")["resources"]!.AsArray().Select(r => r!.GetValue<string>()).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Every_object_is_valid_to_the_last_field()
    {
        var kubernetes = SharedDocuments.Kubernetes();
        Assert.Empty(folder.Objects().SelectMany(o => kubernetes.Validate(o.Object).Select(fault => $"{o.File}: {fault}")));
    }

    [Fact]
    public void A_field_that_does_not_exist_is_found()
    {
        var broken = YamlDocuments.Parse(folder.Read("base/redis-cluster/statefulset.yaml").Replace("failureThreshold", "failureTreshold", StringComparison.Ordinal)).Single();
        Assert.Contains("unknown field failureTreshold", string.Join('\n', SharedDocuments.Kubernetes().Validate(broken)), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("dev")]
    [InlineData("production")]
    public async Task Kubectl_renders_the_overlay_without_a_warning_into_valid_objects(string overlay)
    {
        var objects = await RenderAsync(overlay);

        Assert.Equal(folder.Objects().Count + 3, objects.Count);
        var kubernetes = SharedDocuments.Kubernetes();
        Assert.Empty(objects.SelectMany(o => kubernetes.Validate(o).Select(fault => $"{Name(o)}: {fault}")));
        Assert.Empty(DanglingReferences(objects));
        Assert.All(objects.Where(o => !Name(o).StartsWith("ClusterRole", StringComparison.Ordinal)), o => Assert.Equal("default", o["metadata"]!["namespace"]!.GetValue<string>()));

        var redis = objects.Single(o => Name(o) == "StatefulSet redis-cluster");
        Assert.Equal(6, redis["spec"]!["replicas"]!.GetValue<int>());
        Assert.Equal(overlay == "dev" ? "1Gi" : "5Gi", redis["spec"]!["volumeClaimTemplates"]![0]!["spec"]!["resources"]!["requests"]!["storage"]!.GetValue<string>());
        Assert.Equal(overlay == "dev" ? "ScheduleAnyway" : "DoNotSchedule", Pod(redis)["topologySpreadConstraints"]![0]!["whenUnsatisfiable"]!.GetValue<string>());
        // Clients find a pod that came back by its name, which is answered from caches for 30 s: the next one goes only then.
        Assert.Equal(overlay == "dev" ? 5 : 35, redis["spec"]!["minReadySeconds"]!.GetValue<int>());
        // Without it a machine that is being drained counts as one without pods, and those that leave it fit nowhere.
        Assert.All(Pod(redis)["topologySpreadConstraints"]!.AsArray(), spread => Assert.Equal("Honor", spread!["nodeTaintsPolicy"]!.GetValue<string>()));
        // Without a hash in its name: a new password by itself must not restart nodes, those with the old one would shut the others out.
        Assert.Contains("Secret redis-cluster-password", objects.Select(Name));
        Assert.Equal("Recreate", objects.Single(o => Name(o) == "Deployment cluster-init")["spec"]!["strategy"]!["type"]!.GetValue<string>());
        Assert.Equal(overlay == "dev" ? 1 : 2, objects.Single(o => Name(o) == "Deployment hit-counter")["spec"]!["replicas"]!.GetValue<int>());
        var config = objects.Single(o => o["kind"]!.GetValue<string>() == "ConfigMap");
        Assert.Equal(["live.sh", "node.sh", "ready.sh", "redis.conf", "start.sh", "stop.sh"], config["data"]!.AsObject().Select(f => f.Key));
    }

    [Fact]
    public void Nodes_run_the_scripts_with_all_that_these_want()
    {
        var spec = folder.Object("base/redis-cluster/statefulset.yaml")["spec"]!;
        // One after the other would never begin: the first one is ready when the cluster works.
        Assert.Equal("Parallel", spec["podManagementPolicy"]!.GetValue<string>());
        Assert.Equal("redis-cluster-nodes", spec["serviceName"]!.GetValue<string>());
        Assert.Equal("data ReadWriteOnce", $"{spec["volumeClaimTemplates"]![0]!["metadata"]!["name"]} {Words(spec["volumeClaimTemplates"]![0]!["spec"]!["accessModes"])}");

        var pod = spec["template"]!["spec"]!;
        var container = pod["containers"]![0]!;
        Assert.Equal(
            ["start.sh", "live.sh", "ready.sh", "live.sh", "stop.sh"],
            new[] { container["command"], Command("startupProbe"), Command("readinessProbe"), Command("livenessProbe"), container["lifecycle"]!["preStop"]!["exec"]!["command"] }
                .Select(command => Words(command)["/bin/sh /etc/redis-cluster/".Length..]));
        Assert.Equal(
            ["data at /data", "config at /etc/redis-cluster", "run at /run/redis"],
            container["volumeMounts"]!.AsArray().Select(m => $"{m!["name"]} at {m["mountPath"]}"));
        Assert.Equal("Memory", pod["volumes"]!.AsArray().Single(v => v!["name"]!.GetValue<string>() == "run")!["emptyDir"]!["medium"]!.GetValue<string>());
        Assert.Equal(pod["securityContext"]!["runAsUser"]!.GetValue<int>(), pod["securityContext"]!["fsGroup"]!.GetValue<int>());

        var variables = container["env"]!.AsArray().ToDictionary(v => v!["name"]!.GetValue<string>(), v => v!);
        Assert.Equal("status.podIP", variables["POD_IP"]["valueFrom"]!["fieldRef"]!["fieldPath"]!.GetValue<string>());
        Assert.Equal("$(POD_NAME).redis-cluster-nodes.$(POD_NAMESPACE).svc", variables["REDIS_HOSTNAME"]["value"]!.GetValue<string>());
        Assert.Equal("redis-cluster-password", variables["REDISCLI_AUTH"]["valueFrom"]!["secretKeyRef"]!["name"]!.GetValue<string>());
        // Some of the time to stop is the server's own.
        Assert.Equal(
            pod["terminationGracePeriodSeconds"]!.GetValue<int>() - 10,
            int.Parse(variables["REDIS_HANDOVER_SECONDS"]["value"]!.GetValue<string>(), CultureInfo.InvariantCulture));

        JsonNode? Command(string probe) => container[probe]!["exec"]!["command"];
    }

    [Fact]
    public void Only_nodes_gossip_only_apps_connect_and_pods_are_evicted_one_at_a_time()
    {
        var policy = folder.Object("base/redis-cluster/networkpolicy.yaml")["spec"]!;
        Assert.Equal("Ingress", Words(policy["policyTypes"]));
        Assert.Equal(
            ["app.kubernetes.io/name=redis-cluster: client gossip", "redis-cluster-client=true: client"],
            policy["ingress"]!.AsArray().Select(rule =>
                $"{Labels(rule!["from"]!.AsArray().Single()!["podSelector"]!["matchLabels"])}: {string.Join(' ', rule["ports"]!.AsArray().Select(p => p!["port"]))}"));
        Assert.Equal(
            ["cluster-init", "hit-counter", "netbox"],
            folder.Objects().Where(o => o.Object["spec"]?["template"]?["metadata"]!["labels"]!["redis-cluster-client"] is not null).Select(o => o.Object["metadata"]!["name"]!.GetValue<string>()));
        Assert.Equal(
            ["hit-counter 1", "netbox 1", "redis-cluster 1"],
            folder.Objects().Where(o => o.Object["kind"]!.GetValue<string>() == "PodDisruptionBudget").Select(o => $"{o.Object["metadata"]!["name"]} {o.Object["spec"]!["maxUnavailable"]}"));

        static string Labels(JsonNode? labels) => string.Join(',', labels!.AsObject().Select(l => $"{l.Key}={l.Value}"));
    }

    [Fact]
    public void Pods_keep_to_the_restricted_level_but_netbox()
    {
        foreach (var (file, workload) in folder.Objects().Where(o => Workloads.Contains(o.Object["kind"]!.GetValue<string>())))
        {
            var pod = Pod(workload);
            Assert.Equal("RuntimeDefault", pod["securityContext"]!["seccompProfile"]!["type"]!.GetValue<string>());
            foreach (var container in pod["containers"]!.AsArray())
            {
                Assert.NotNull(container!["resources"]!["requests"]!["memory"]);
                Assert.NotNull(container["resources"]!["limits"]!["memory"]);
                Assert.NotNull(container["readinessProbe"]);
                Assert.NotNull(container["livenessProbe"]);
                Assert.NotNull(container["startupProbe"]);
                if (!file.Contains("netbox", StringComparison.Ordinal))
                {
                    Assert.True(pod["securityContext"]!["runAsNonRoot"]!.GetValue<bool>());
                    Assert.NotEqual(0, pod["securityContext"]!["runAsUser"]!.GetValue<int>());
                    Assert.True(container["securityContext"]!["readOnlyRootFilesystem"]!.GetValue<bool>());
                    Assert.False(container["securityContext"]!["allowPrivilegeEscalation"]!.GetValue<bool>());
                    Assert.Equal("ALL", container["securityContext"]!["capabilities"]!["drop"]!.AsArray().Single()!.GetValue<string>());
                }
            }

            Assert.Equal(file.Contains("cluster-init", StringComparison.Ordinal), pod["automountServiceAccountToken"]!.GetValue<bool>());
        }
    }

    [Fact]
    public void The_initialiser_may_look_at_pods_and_machines_and_its_stateful_set_and_hold_its_lease_and_nothing_else()
    {
        var rules = folder.Objects()
            .Where(o => o.Object["kind"]!.GetValue<string>() is "Role" or "ClusterRole")
            .SelectMany(o => o.Object["rules"]!.AsArray().Select(r =>
                $"{o.Object["kind"]} {Words(r!["resources"])} {Words(r["resourceNames"])}: {Words(r["verbs"])}"))
            .Order(StringComparer.Ordinal);
        Assert.Equal(
            ["ClusterRole nodes : get", "Role leases redis-cluster-reconciler: get update", "Role pods : get list watch", "Role statefulsets redis-cluster: get list watch"], rules);
    }

    [Fact]
    public void Services_are_reached_by_the_names_that_people_use()
    {
        var lb = folder.Object("base/hit-counter/service.yaml");
        Assert.Equal("hit-counter-lb", lb["metadata"]!["name"]!.GetValue<string>());
        Assert.Equal(80, lb["spec"]!["ports"]![0]!["port"]!.GetValue<int>());
        Assert.Equal("http://hit-counter-lb", Variables("netbox")["services__hit-counter__http__0"]);
        Assert.Equal("00:00:15", Variables("cluster-init")["Cluster__NodeTimeout"]);
        Assert.StartsWith("redis-cluster-0.redis-cluster-nodes.$(POD_NAMESPACE).svc:6379@16379,", Variables("cluster-init")["Cluster__Nodes"], StringComparison.Ordinal);
        Assert.EndsWith(",password=$(REDIS_CLUSTER_PASSWORD)", Variables("hit-counter")["ConnectionStrings__redis-cluster"], StringComparison.Ordinal);
        Assert.True(folder.Object("base/redis-cluster/service-nodes.yaml")["spec"]!["publishNotReadyAddresses"]!.GetValue<bool>());
        Assert.Null(folder.Object("base/redis-cluster/service.yaml")["spec"]!["clusterIP"]);
    }

    [Fact]
    public void Variables_stand_behind_those_they_are_made_of()
    {
        foreach (var (file, workload) in folder.Objects().Where(o => Workloads.Contains(o.Object["kind"]!.GetValue<string>())))
        {
            var known = new HashSet<string>();
            foreach (var variable in Pod(workload)["containers"]![0]!["env"]!.AsArray())
            {
                var value = variable!["value"]?.GetValue<string>() ?? "";
                Assert.True(Reference().Matches(value).All(m => known.Contains(m.Groups[1].Value)), $"{file}: {value}");
                Assert.DoesNotContain('{', value);
                known.Add(variable["name"]!.GetValue<string>());
            }
        }
    }

    [Fact]
    public void Passwords_are_in_files_that_git_ignores_and_nobody_else_reads_and_differ()
    {
        string[] secrets = [.. folder.Files().Where(file => file.Contains("/secrets/", StringComparison.Ordinal))];
        var passwords = secrets.Select(s => folder.Read(s).TrimEnd()["value=".Length..]).ToList();
        Assert.Equal(4, passwords.Distinct().Count());
        Assert.All(passwords, p => Assert.True(p.Length >= 22));
        Assert.Contains("secrets/", folder.Read(".gitignore").Split('\n'));
        Assert.All(folder.Files().Except(secrets), file => Assert.All(passwords, p => Assert.DoesNotContain(p, folder.Read(file), StringComparison.Ordinal)));
        foreach (var secret in secrets)
        {
            if (!OperatingSystem.IsWindows())
            {
                Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Path.Combine(folder.Path, secret)));
            }
        }
    }

    private Dictionary<string, string> Variables(string service) =>
        Pod(folder.Object($"base/{service}/deployment.yaml"))["containers"]![0]!["env"]!.AsArray()
            .ToDictionary(v => v!["name"]!.GetValue<string>(), v => v!["value"]?.GetValue<string>() ?? "");

    private async Task<IReadOnlyList<JsonNode>> RenderAsync(string overlay)
    {
        var start = new ProcessStartInfo("kubectl", ["kustomize", Path.Combine(folder.Path, "overlays", overlay)]) { RedirectStandardOutput = true, RedirectStandardError = true };
        Process process;
        try
        {
            process = Process.Start(start)!;
        }
        catch (Win32Exception)
        {
            Assert.Skip("There is no kubectl on PATH.");
            throw;
        }

        using (process)
        {
            var output = process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
            var errors = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
            await process.WaitForExitAsync(TestContext.Current.CancellationToken);
            Assert.Equal((0, ""), (process.ExitCode, await errors));
            return YamlDocuments.Parse(await output);
        }
    }

    private static string Words(JsonNode? list) => string.Join(' ', (list as JsonArray ?? []).Select(w => w!.GetValue<string>()));

    private static string Name(JsonNode o) => $"{o["kind"]} {o["metadata"]!["name"]}";

    private static JsonNode Pod(JsonNode workload) => workload["spec"]!["template"]!["spec"]!;

    /// <summary>ConfigMaps, Secrets, service accounts and services that pods name, and pods that services, budgets and policies select.</summary>
    private static IEnumerable<string> DanglingReferences(IReadOnlyList<JsonNode> objects)
    {
        var names = objects.Select(Name).ToHashSet();
        var pods = objects.Where(o => Workloads.Contains(o["kind"]!.GetValue<string>())).ToList();
        foreach (var workload in pods)
        {
            var pod = Pod(workload);
            var wanted = new List<string>();
            wanted.AddRange((pod["volumes"] as JsonArray ?? []).Where(v => v!["configMap"] is not null).Select(v => $"ConfigMap {v!["configMap"]!["name"]}"));
            wanted.AddRange(pod["containers"]![0]!["env"]!.AsArray().Where(v => v!["valueFrom"]?["secretKeyRef"] is not null).Select(v => $"Secret {v!["valueFrom"]!["secretKeyRef"]!["name"]}"));
            wanted.AddRange(pod["serviceAccountName"] is { } account ? [$"ServiceAccount {account}"] : []);
            wanted.AddRange(workload["spec"]!["serviceName"] is { } service ? [$"Service {service}"] : []);
            foreach (var missing in wanted.Where(w => !names.Contains(w)))
            {
                yield return $"{Name(workload)} wants {missing}";
            }
        }

        foreach (var o in objects)
        {
            var selector = o["kind"]!.GetValue<string>() switch
            {
                "Service" => o["spec"]!["selector"],
                "PodDisruptionBudget" => o["spec"]!["selector"]!["matchLabels"],
                "NetworkPolicy" => o["spec"]!["podSelector"]!["matchLabels"],
                _ => null,
            };
            if (selector is JsonObject labels && !pods.Any(p => labels.All(l => JsonNode.DeepEquals(p["spec"]!["template"]!["metadata"]!["labels"]![l.Key], l.Value))))
            {
                yield return $"{Name(o)} selects no pod";
            }
        }
    }

    [GeneratedRegex(@"\$\(([A-Za-z0-9_]+)\)")]
    private static partial Regex Reference();
}
