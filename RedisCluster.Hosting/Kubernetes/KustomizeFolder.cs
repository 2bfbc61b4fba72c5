using Aspire.Hosting;

namespace RedisCluster.Hosting.Kubernetes;

/// <summary>
/// The files of the folder: path and text. <c>base/</c> has a folder for each part; the overlays add what differs between a laptop and
/// production, and the secrets.
/// </summary>
internal static class KustomizeFolder
{
    public const string SecretFolder = "secrets";

    public static string[] Overlays { get; } = ["dev", "production"];

    public static SortedDictionary<string, string> Of(KubernetesApplication application)
    {
        var files = new SortedDictionary<string, string>(StringComparer.Ordinal);
        var resources = new List<string>();
        if (application.Namespace != "default")
        {
            AddObject("", "namespace.yaml", Namespace(application.Namespace));
        }

        foreach (var cluster in application.Clusters)
        {
            AddObjects(cluster.Name, ClusterObjects.Of(cluster));
            files[$"base/{cluster.Name}/{NodeConfiguration.FileName}"] = NodeConfiguration.Of(cluster);
            foreach (var (name, script) in NodeScripts.All)
            {
                files[$"base/{cluster.Name}/{name}"] = script;
            }
        }

        foreach (var service in application.Services)
        {
            ClusterPart[] formed = [.. application.Clusters.Where(cluster => cluster.Initializer == service)];
            AddObjects(service.Name, ServiceObjects.Of(formed is [var only] ? ToldOf(service, only) : service, formed.Length > 0, formed.Length > 0 || service.Options.MayDeletePods ? service.Name : null));
            if (formed.Length > 0)
            {
                AddObjects(service.Name, InitializerObjects.Of(service, formed, application.Namespace));
            }
            else if (service.Options.MayDeletePods)
            {
                AddObjects(service.Name, InitializerObjects.OfDrills(service, application.Namespace));
            }
        }

        files["base/kustomization.yaml"] = KubernetesYaml.Write(Kustomizations.Base(application, resources));
        files["overlays/dev/kustomization.yaml"] = KubernetesYaml.Write(Kustomizations.Dev(application));
        files["overlays/production/kustomization.yaml"] = KubernetesYaml.Write(Kustomizations.Production(application));
        files[".gitignore"] = $"# Secrets are made on each machine and committed nowhere.\n{SecretFolder}/\n";
        return files;

        void AddObjects(string folder, IEnumerable<(string File, Map Object)> objects)
        {
            foreach (var (file, @object) in objects)
            {
                AddObject($"{folder}/", file, @object);
            }
        }

        void AddObject(string folder, string file, Map @object)
        {
            resources.Add(folder + file);
            files[$"base/{folder}{file}"] = KubernetesYaml.Write(@object);
        }
    }

    /// <summary>The files that are made once and then belong to the user, one for each secret and overlay.</summary>
    public static IEnumerable<(string File, SecretPart Secret)> SecretsOf(KubernetesApplication application) =>
        from overlay in Overlays
        from secret in application.Secrets
        select ($"overlays/{overlay}/{SecretFile(secret)}", secret);

    public static string SecretFile(SecretPart secret) => $"{SecretFolder}/{secret.Name}.env";

    /// <summary>The text of such a file. kustomize takes the rest of the line as it is.</summary>
    public static string SecretText(string value) => $"{SecretPart.Key}={value}\n";

    // So that the initialiser is told of the nodes' pods only, however many others there are.
    private static ServicePart ToldOf(ServicePart initializer, ClusterPart cluster) => initializer with
    {
        Variables = [.. initializer.Variables, new("Kubernetes__PodSelector", $"{PodParts.NameLabel}={cluster.Name}")],
    };

    private static Map Namespace(string name) => new()
    {
        ["apiVersion"] = "v1",
        ["kind"] = "Namespace",
        ["metadata"] = PodParts.Metadata(name, new()
        {
            // Not "restricted": of the pods, those with diagnostic tools need more.
            ["pod-security.kubernetes.io/enforce"] = "baseline",
        }),
    };
}
