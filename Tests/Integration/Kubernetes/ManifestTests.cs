using System.Globalization;
using System.Text.Json.Nodes;

namespace Integration.Kubernetes;

/// <summary>The way through aspirate: the manifest of the AppHost, and what becomes of it.</summary>
public sealed class ManifestTests(AppHostManifest manifest) : IClassFixture<AppHostManifest>
{
    private const string Password = "p4ssword";

    private const string ExpectedTranslation = """
        Deployment cluster-init: http 8080->8080
          OTEL_DOTNET_EXPERIMENTAL_OTLP_RETRY=in_memory
          ASPNETCORE_FORWARDEDHEADERS_ENABLED=true
          HTTP_PORTS=8080
          Cluster__Name=redis-cluster
          Cluster__Nodes=redis-cluster-0:6379@16379,redis-cluster-1:6379@16379,redis-cluster-2:6379@16379,redis-cluster-3:6379@16379,redis-cluster-4:6379@16379,redis-cluster-5:6379@16379
          Cluster__ReplicasPerShard=1
          Cluster__Mode=Watch
          Cluster__NodeTimeout=00:00:15
          ASPNETCORE_URLS=http://+:8080;
          (secret) ConnectionStrings__redis-cluster
        StatefulSet redis-cluster-0: tcp 6379->6379, bus 16379->16379, redis-cluster-0-data at /data
          REDIS_NODE_NAME=redis-cluster-0
          (secret) ConnectionStrings__password
        StatefulSet redis-cluster-1: tcp 6379->6379, bus 16379->16379, redis-cluster-1-data at /data
          REDIS_NODE_NAME=redis-cluster-1
          (secret) ConnectionStrings__password
        StatefulSet redis-cluster-2: tcp 6379->6379, bus 16379->16379, redis-cluster-2-data at /data
          REDIS_NODE_NAME=redis-cluster-2
          (secret) ConnectionStrings__password
        StatefulSet redis-cluster-3: tcp 6379->6379, bus 16379->16379, redis-cluster-3-data at /data
          REDIS_NODE_NAME=redis-cluster-3
          (secret) ConnectionStrings__password
        StatefulSet redis-cluster-4: tcp 6379->6379, bus 16379->16379, redis-cluster-4-data at /data
          REDIS_NODE_NAME=redis-cluster-4
          (secret) ConnectionStrings__password
        StatefulSet redis-cluster-5: tcp 6379->6379, bus 16379->16379, redis-cluster-5-data at /data
          REDIS_NODE_NAME=redis-cluster-5
          (secret) ConnectionStrings__password
        Deployment hit-counter: http 8080->8080
          OTEL_DOTNET_EXPERIMENTAL_OTLP_RETRY=in_memory
          ASPNETCORE_FORWARDEDHEADERS_ENABLED=true
          HTTP_PORTS=8080
          HitCounter__NodeTimeout=00:00:15
          HitCounter__FailoverWait=00:00:30
          ASPNETCORE_URLS=http://+:8080;
          (secret) ConnectionStrings__redis-cluster
        Deployment netbox: http 8080->8080
          OTEL_DOTNET_EXPERIMENTAL_OTLP_RETRY=in_memory
          ASPNETCORE_FORWARDEDHEADERS_ENABLED=true
          HTTP_PORTS=8080
          HIT_COUNTER_HTTP=http://hit-counter:8080
          services__hit-counter__http__0=http://hit-counter:8080
          ASPNETCORE_URLS=http://+:8080;
          (secret) ConnectionStrings__redis-cluster
        """;

    [Fact]
    public void It_is_what_is_checked_in()
    {
        using var stream = typeof(ManifestTests).Assembly.GetManifestResourceStream("Kubernetes.manifest.json")!;
        using var reader = new StreamReader(stream);
        Assert.Equal(reader.ReadToEnd().TrimEnd(), manifest.Text.TrimEnd(), ignoreLineEndingDifferences: true);
    }

    [Fact]
    public void It_conforms_to_the_schema_of_manifests() =>
        Assert.Empty(SharedDocuments.AspireManifest().Validate(JsonNode.Parse(manifest.Text)));

    [Fact]
    public void The_schema_finds_what_does_not_belong_there()
    {
        var broken = JsonNode.Parse(manifest.Text.Replace("\"targetPort\"", "\"targetProt\"", StringComparison.Ordinal));
        Assert.NotEmpty(SharedDocuments.AspireManifest().Validate(broken));
    }

    [Fact]
    public void Aspirate_makes_six_stateful_sets_three_deployments_and_their_variables_of_it() =>
        Assert.Equal(ExpectedTranslation, Describe(Translation()), ignoreLineEndingDifferences: true);

    [Fact]
    public void What_aspirate_makes_of_it_are_valid_objects()
    {
        var kubernetes = SharedDocuments.Kubernetes();
        var objects = Translation().Objects();
        Assert.Equal(9 * 4, objects.Count);
        Assert.Empty(objects.SelectMany(o => kubernetes.Validate(o).Select(fault => $"{o["kind"]} {o["metadata"]!["name"]} {fault}")));
    }

    [Fact]
    public void The_templates_of_aspirate_mangle_nothing() => Assert.Empty(Translation().Mangled());

    [Fact]
    public void No_expression_is_left_and_the_password_stands_in_secrets_only()
    {
        foreach (var each in Translation().Objects())
        {
            var text = each.ToJsonString();
            if (each["kind"]!.GetValue<string>() is not "Secret")
            {
                Assert.DoesNotContain(Password, text, StringComparison.Ordinal);
            }

            Assert.DoesNotMatch(@"\{[A-Za-z0-9-]+\.[A-Za-z0-9.-]+\}", text);
        }
    }

    [Fact]
    public void Every_consumer_gets_the_whole_connection_string()
    {
        var nodes = string.Join(',', Enumerable.Range(0, 6).Select(i => $"redis-cluster-{i}:6379"));
        Assert.All(["cluster-init", "hit-counter", "netbox"], name =>
            Assert.Equal($"{nodes},password={Password}", Translation().Variables(name).Secrets["ConnectionStrings__redis-cluster"]));
    }

    private Aspirate Translation() => new(JsonNode.Parse(manifest.Text)!, new Dictionary<string, string> { ["redis-cluster-password"] = Password });

    private static string Describe(Aspirate translation)
    {
        var objects = translation.Objects();
        var lines = new List<string>();
        foreach (var workload in objects.Where(o => o["kind"]!.GetValue<string>() is "StatefulSet" or "Deployment"))
        {
            var name = workload["metadata"]!["name"]!.GetValue<string>();
            var service = objects.Single(o => o["kind"]!.GetValue<string>() == "Service" && o["metadata"]!["name"]!.GetValue<string>() == name);
            var ports = service["spec"]!["ports"]!.AsArray().Select(p => $"{p!["name"]} {p["port"]}->{p["targetPort"]}");
            var container = workload["spec"]!["template"]!["spec"]!["containers"]![0]!;
            var mounts = (container["volumeMounts"] as JsonArray ?? []).Select(m => $"{m!["name"]} at {m["mountPath"]}");
            lines.Add(string.Create(CultureInfo.InvariantCulture, $"{workload["kind"]} {name}: {string.Join(", ", ports.Concat(mounts))}"));
            var (config, secrets) = translation.Variables(name);
            lines.AddRange(config.Select(v => $"  {v.Key}={v.Value}"));
            lines.AddRange(secrets.Select(v => $"  (secret) {v.Key}"));
        }

        return string.Join('\n', lines);
    }
}
