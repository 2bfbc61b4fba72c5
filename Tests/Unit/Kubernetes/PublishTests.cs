using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Microsoft.Extensions.DependencyInjection;
using RedisCluster.Hosting.Kubernetes;

namespace Unit.Kubernetes;

/// <summary>Models of all kinds through the step, in this process.</summary>
public sealed class PublishTests : IDisposable
{
    private readonly DirectoryInfo _root = Directory.CreateTempSubdirectory("publish-");

    public void Dispose() => _root.Delete(recursive: true);

    [Fact]
    public async Task Options_end_where_they_belong()
    {
        var builder = Builder();
        builder.AddRedisCluster("cache", replicasPerShard: 0)
            .WithRedisConfig("proc-title-template", "{title} \"x\"")
            .WithNodeImage("valkey/valkey", "9.0")
            .PublishAsKubernetes(k =>
            {
                k.Namespace = "shop";
                k.StorageSize = "20Gi";
                k.StorageClassName = "fast";
                k.NodeSelector["type"] = "redis";
                k.Resources.MemoryLimit = "2Gi";
                k.ImageRegistry = "ghcr.io/me/";
                k.ImageTag = "7";
            });
        builder.AddResource(new ProjectResource("api")).PublishAsKubernetesDeployment(k => k.NodeSelector["type"] = "other");

        var outcome = await PublishAsync(builder);

        Assert.Null(outcome.Fault);
        var set = Read("base/cache/statefulset.yaml");
        Assert.Contains("storageClassName: fast", set, StringComparison.Ordinal);
        Assert.Contains("storage: 20Gi", set, StringComparison.Ordinal);
        Assert.Contains("image: docker.io/valkey/valkey:9.0", set, StringComparison.Ordinal);
        Assert.Contains("        type: redis", set, StringComparison.Ordinal);
        var conf = Read("base/cache/redis.conf").Split('\n');
        Assert.Contains("maxmemory 1610612736", conf);
        Assert.Contains("proc-title-template \"{title}\" \"\\\"x\\\"\"", conf);
        Assert.Contains("image: ghcr.io/me/api:7", Read("base/api/deployment.yaml"), StringComparison.Ordinal);
        Assert.Contains("type: other", Read("base/api/deployment.yaml"), StringComparison.Ordinal);
        Assert.Contains("pod-security.kubernetes.io/enforce: baseline", Read("base/namespace.yaml"), StringComparison.Ordinal);
        Assert.Contains("namespace: shop", Read("overlays/dev/kustomization.yaml"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Only_who_was_allowed_to_deletes_pods_and_production_is_marked()
    {
        var builder = Builder("--Parameters:plain=x");
        builder.AddRedisCluster("cache").PublishAsKubernetes();
        var plain = builder.AddParameter("plain");
        builder.AddResource(new ProjectResource("api")).WithEnvironment("PLAIN", plain);
        builder.AddResource(new ProjectResource("tools")).WithEnvironment("PLAIN", plain).PublishAsKubernetesDeployment(k => k.MayDeletePods = true);

        Assert.Null((await PublishAsync(builder)).Fault);

        Assert.Contains("serviceAccountName: tools", Read("base/tools/deployment.yaml"), StringComparison.Ordinal);
        Assert.Contains("- list\n", Read("base/tools/role.yaml"), StringComparison.Ordinal);
        Assert.Contains("- delete\n", Read("base/tools/role.yaml"), StringComparison.Ordinal);
        Assert.Contains("kind: RoleBinding", Read("base/tools/rolebinding.yaml"), StringComparison.Ordinal);
        Assert.DoesNotContain("serviceAccountName", Read("base/api/deployment.yaml"), StringComparison.Ordinal);
        Assert.Contains("DOTNET_ENVIRONMENT", Read("overlays/production/kustomization.yaml"), StringComparison.Ordinal);
        Assert.DoesNotContain("DOTNET_ENVIRONMENT", Read("overlays/dev/kustomization.yaml"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Of_two_initialisers_the_first_makes_room_and_neither_hears_of_other_pods()
    {
        var builder = Builder();
        builder.AddRedisCluster("cache").WithInitializer(builder.AddResource(new ProjectResource("init"))).PublishAsKubernetes();
        builder.AddResource(new ProjectResource("api"));
        Assert.Null((await PublishAsync(builder)).Fault);

        Assert.Contains("type: Recreate", Read("base/init/deployment.yaml"), StringComparison.Ordinal);
        Assert.Contains("type: RollingUpdate", Read("base/api/deployment.yaml"), StringComparison.Ordinal);
        Assert.Contains("name: Kubernetes__PodSelector\n              value: app.kubernetes.io/name=cache\n", Read("base/init/deployment.yaml"), StringComparison.Ordinal);
        Assert.DoesNotContain("PodSelector", Read("base/api/deployment.yaml"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Names_that_only_Aspire_takes_are_told()
    {
        var builder = Builder();
        builder.AddRedisCluster("Cache").PublishAsKubernetes();
        Assert.StartsWith("Cache is no name for Kubernetes", (await PublishAsync(builder)).Fault, StringComparison.Ordinal);

        builder = Builder();
        builder.AddRedisCluster("cache").PublishAsKubernetes();
        builder.AddResource(new ProjectResource("Api"));
        Assert.StartsWith("Api is no name for Kubernetes", (await PublishAsync(builder)).Fault, StringComparison.Ordinal);

        builder = Builder();
        builder.AddRedisCluster("cache", password: builder.AddParameter("Secret", secret: true)).PublishAsKubernetes();
        Assert.StartsWith("Secret is no name for Kubernetes", (await PublishAsync(builder)).Fault, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_pod_without_time_to_stop_does_not_wait()
    {
        var builder = Builder();
        builder.AddRedisCluster("cache").PublishAsKubernetes();
        builder.AddResource(new ProjectResource("fast")).WithHttpEndpoint(targetPort: 80).PublishAsKubernetesDeployment(k => k.TerminationGracePeriod = TimeSpan.Zero);
        builder.AddResource(new ProjectResource("slow")).WithHttpEndpoint(targetPort: 80);
        Assert.Null((await PublishAsync(builder)).Fault);

        Assert.DoesNotContain("preStop", Read("base/fast/deployment.yaml"), StringComparison.Ordinal);
        Assert.Contains("preStop", Read("base/slow/deployment.yaml"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_limit_of_the_users_for_memory_is_left_alone()
    {
        var builder = Builder();
        builder.AddRedisCluster("cache").WithRedisConfig("maxmemory", "100mb").PublishAsKubernetes();
        await PublishAsync(builder);
        Assert.Equal(["maxmemory 100mb"], Read("base/cache/redis.conf").Split('\n').Where(line => line.StartsWith("maxmemory ", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Secrets_stand_in_variables_and_dollars_are_kept_from_Kubernetes()
    {
        var builder = Builder("--Parameters:key=k3y", "--Parameters:plain=x");
        var key = builder.AddParameter("api-key", secret: true);
        var plain = builder.AddParameter("plain");
        builder.AddRedisCluster("cache").WithInitializer(builder.AddResource(new ProjectResource("init"))).PublishAsKubernetes();
        builder.AddResource(new ProjectResource("api"))
            .WithEnvironment("ONLY", key)
            .WithEnvironment("PLAIN", plain)
            .WithEnvironment("PART", ReferenceExpression.Create($"key={key};"))
            .WithEnvironment("COST", "$(HOME)");

        var outcome = await PublishAsync(builder);

        var lines = Read("base/api/deployment.yaml").Split('\n').Select(line => line.Trim()).ToList();
        Assert.Contains("value: key=$(API_KEY);", lines);
        Assert.Contains("value: $$(HOME)", lines);
        Assert.Contains("value: x", lines);
        Assert.Equal(2, lines.Count(line => line == "name: api-key"));
        // Nobody said what it is.
        Assert.Equal(
            ["dev", "production"],
            outcome.Warnings.Select(w => w.Split('/')[1]));
        Assert.All(outcome.Warnings, w => Assert.Contains("/secrets/api-key.env is missing", w, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Something_random_is_shared_by_all_pods_and_stays_what_it_was()
    {
        await PublishTokenAsync();
        var token = Read("overlays/dev/secrets/api-token.env");
        await PublishTokenAsync();

        Assert.Matches("^value=[0-9a-f]{40}\n$", token);
        Assert.Equal(token, Read("overlays/dev/secrets/api-token.env"));
        Assert.NotEqual(token, Read("overlays/production/secrets/api-token.env"));
        Assert.Contains("name: API_TOKEN\n              valueFrom:\n                secretKeyRef:\n                  name: api-token\n", Read("base/api/deployment.yaml"), StringComparison.Ordinal);
        Assert.Contains("name: api-token\n", Read("overlays/dev/kustomization.yaml"), StringComparison.Ordinal);

        async Task PublishTokenAsync()
        {
            var builder = Builder();
            builder.AddRedisCluster("cache").PublishAsKubernetes();
            builder.AddResource(new ProjectResource("api")).PublishAsKubernetesDeployment(k => k.RandomSecrets["API_TOKEN"] = "api-token");
            Assert.Null((await PublishAsync(builder)).Fault);
        }
    }

    [Fact]
    public async Task What_is_not_published_is_told_and_what_refers_to_it_is_refused()
    {
        var builder = Builder();
        builder.AddRedisCluster("cache").WithInitializer(builder.AddResource(new ProjectResource("init"))).PublishAsKubernetes();
        var other = builder.AddContainer("other", "nginx").WithHttpEndpoint(targetPort: 80);
        Assert.Equal(["other is not published: only projects and Redis clusters are."], (await PublishAsync(builder)).Warnings);

        builder = Builder();
        builder.AddRedisCluster("cache").PublishAsKubernetes();
        other = builder.AddContainer("other", "nginx").WithHttpEndpoint(targetPort: 80);
        builder.AddResource(new ProjectResource("api")).WithEnvironment("URL", other.GetEndpoint("http"));
        Assert.StartsWith("api refers to {other.bindings.http.url}, which is not published for Kubernetes", (await PublishAsync(builder)).Fault, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_cluster_that_nobody_will_form_is_told()
    {
        var builder = Builder();
        builder.AddRedisCluster("cache").PublishAsKubernetes();
        Assert.StartsWith("cache has no initializer", Assert.Single((await PublishAsync(builder)).Warnings), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Every_cluster_has_to_be_asked_for()
    {
        var builder = Builder();
        builder.AddRedisCluster("a").PublishAsKubernetes();
        builder.AddRedisCluster("b");
        Assert.Equal("b lacks PublishAsKubernetes(), which another cluster of the application has.", (await PublishAsync(builder)).Fault);
    }

    [Fact]
    public async Task Two_clusters_make_one_folder()
    {
        var builder = Builder();
        builder.AddRedisCluster("a").PublishAsKubernetes().PublishAsKubernetes(k => k.StorageSize = "2Gi");
        builder.AddRedisCluster("b").PublishAsKubernetes();
        Assert.Null((await PublishAsync(builder)).Fault);
        Assert.Contains("storage: 2Gi", Read("base/a/statefulset.yaml"), StringComparison.Ordinal);
        Assert.Contains("storage: 5Gi", Read("base/b/statefulset.yaml"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("redis: Namespace is 'A b'")]
    [InlineData("redis: StorageSize is '5 GB'")]
    [InlineData("redis: MemoryLimit is 'much'")]
    [InlineData("redis: TerminationGracePeriod is 00:00:05")]
    [InlineData("redis: ImageTag is ''")]
    [InlineData("redis: ImageRegistry is 'https://ghcr.io/me'; it has to be a host with a path as in ghcr.io/me, without https://.")]
    [InlineData("redis: StorageClassName is 'Fast SSD'")]
    [InlineData("redis: NodeSelector is 'x y=z'")]
    public void Options_that_make_no_sense_are_named(string message)
    {
        var fault = Assert.Throws<ArgumentException>(() => Builder().AddRedisCluster("redis").PublishAsKubernetes(k =>
        {
            switch (message.Split(' ')[1])
            {
                case "Namespace": k.Namespace = "A b"; break;
                case "StorageSize": k.StorageSize = "5 GB"; break;
                case "MemoryLimit": k.Resources.MemoryLimit = "much"; break;
                case "TerminationGracePeriod": k.TerminationGracePeriod = TimeSpan.FromSeconds(5); break;
                case "ImageRegistry": k.ImageRegistry = "https://ghcr.io/me"; break;
                case "StorageClassName": k.StorageClassName = "Fast SSD"; break;
                case "NodeSelector": k.NodeSelector["x y"] = "z"; break;
                default: k.ImageTag = ""; break;
            }
        }));
        Assert.StartsWith(message, fault.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', fault.Message);
    }

    [Fact]
    public void Options_that_are_null_are_named_as_well()
    {
        Assert.StartsWith("redis: Namespace is ''", Fault(k => k.Namespace = null!), StringComparison.Ordinal);
        Assert.StartsWith("redis: StorageSize is ''", Fault(k => k.StorageSize = null!), StringComparison.Ordinal);
        Assert.StartsWith("redis: ImageTag is ''", Fault(k => k.ImageTag = null!), StringComparison.Ordinal);

        string Fault(Action<RedisClusterKubernetesOptions> configure) =>
            Assert.Throws<ArgumentException>(() => Builder().AddRedisCluster("redis").PublishAsKubernetes(configure)).Message;
    }

    [Theory]
    [InlineData(0, 1)]
    [InlineData(80, 0)]
    public void Ports_and_replicas_are_numbers_above_zero(int port, int replicas) =>
        Assert.Throws<ArgumentException>(() => Builder().AddResource(new ProjectResource("api")).PublishAsKubernetesDeployment(k => (k.ServicePort, k.Replicas) = (port, replicas)));

    [Fact]
    public void Methods_want_their_arguments()
    {
        Assert.Throws<ArgumentNullException>("builder", () => ((IResourceBuilder<RedisClusterResource>)null!).PublishAsKubernetes());
        Assert.Throws<ArgumentNullException>("builder", () => ((IResourceBuilder<ProjectResource>)null!).PublishAsKubernetesDeployment(_ => { }));
        Assert.Throws<ArgumentNullException>("configure", () => Builder().AddResource(new ProjectResource("api")).PublishAsKubernetesDeployment(null!));
    }

    [Theory]
    [InlineData("512Mi", 536870912)]
    [InlineData("1.5Gi", 1610612736)]
    [InlineData("2G", 2000000000)]
    [InlineData("1000", 1000)]
    [InlineData("250m", 0)]
    public void Quantities_are_read_as_Kubernetes_does(string text, long value) => Assert.Equal(value, KubernetesOptionRules.ValueOf(text));

    [Fact]
    public void Text_that_looks_like_something_else_stands_in_quotes() => Assert.Equal(
        "a: \"true\"\nb: \"8.2\"\nc: \"no\"\nd: 1\ne: false\nf: |\n  x\n  y\n",
        KubernetesYaml.Write(new Map { ["a"] = "true", ["b"] = "8.2", ["c"] = "no", ["d"] = 1, ["e"] = false, ["f"] = "x\ny\n" }));

    private IDistributedApplicationBuilder Builder(params string[] arguments) => DistributedApplication.CreateBuilder(
        ["--operation", "publish", "--step", "publish-kubernetes", "--output-path", _root.FullName, .. arguments]);

    private static async Task<KubernetesPublishOutcome> PublishAsync(IDistributedApplicationBuilder builder)
    {
        await using var app = builder.Build();
        await app.RunAsync(TestContext.Current.CancellationToken);
        return app.Services.GetRequiredService<KubernetesPublishOutcome>();
    }

    private string Read(string file) => File.ReadAllText(Path.Combine(_root.FullName, file));
}
