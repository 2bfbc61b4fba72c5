using System.Security.Cryptography;
using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Microsoft.Extensions.Configuration;

namespace RedisCluster.Hosting.Kubernetes;

/// <summary>Reads the application model: which parts there are and what each is given.</summary>
internal sealed class KubernetesApplicationReader(
    IReadOnlyCollection<IResource> resources, DistributedApplicationExecutionContext context, IConfiguration configuration, CancellationToken cancellationToken)
{
    private const int TokenBytes = 20;

    private readonly KubernetesValueResolver _values = new(resources);
    private readonly SortedDictionary<string, ParameterResource> _secrets = new(StringComparer.Ordinal);
    private readonly List<string> _warnings = [];

    /// <exception cref="DistributedApplicationException">The model holds what cannot be published; the message is one line for the user.</exception>
    public async Task<KubernetesApplication> ReadAsync()
    {
        var options = ClustersOptions();
        foreach (var named in resources.Where(resource => resource is ProjectResource or RedisClusterResource))
        {
            CheckName(named);
        }

        var services = new List<ServicePart>();
        foreach (var project in resources.OfType<ProjectResource>())
        {
            services.Add(await ServiceAsync(project, options[0].Options).ConfigureAwait(false));
        }

        foreach (var other in resources.Where(IsLeftOut))
        {
            _warnings.Add($"{other.Name} is not published: only projects and Redis clusters are.");
        }

        foreach (var (cluster, _) in options.Where(o => o.Cluster.Initializer is null))
        {
            _warnings.Add($"{cluster.Name} has no initializer: its nodes are published, and nobody makes a cluster of them. Call WithInitializer.");
        }

        List<ClusterPart> clusters = [.. options.Select(o => Cluster(o.Cluster, o.Options, services))];
        foreach (var cluster in clusters)
        {
            _secrets[cluster.Resource.PasswordParameter.Name] = cluster.Resource.PasswordParameter;
        }

        foreach (var secret in _secrets.Values)
        {
            CheckName(secret);
        }

        var random = services.SelectMany(service => service.Options.RandomSecrets.Values).Distinct(StringComparer.Ordinal).Where(name => !_secrets.ContainsKey(name));
        return new(
            options[0].Options.Namespace,
            clusters,
            services,
            [.. _secrets.Values.Select(Secret).Concat(random.Select(name => new SecretPart(name, Token))).OrderBy(secret => secret.Name, StringComparer.Ordinal)],
            _warnings);
    }

    // Aspire's names may have capital letters.
    private static void CheckName(IResource resource)
    {
        if (!KubernetesOptionRules.IsName(resource.Name))
        {
            throw new DistributedApplicationException(
                $"{resource.Name} is no name for Kubernetes, which takes lower-case letters, digits and hyphens only: give the resource another one.");
        }
    }

    private List<(RedisClusterResource Cluster, RedisClusterKubernetesOptions Options)> ClustersOptions()
    {
        var clusters = resources.OfType<RedisClusterResource>()
            .Select(c => (Cluster: c, c.Annotations.OfType<KubernetesClusterAnnotation>().LastOrDefault()?.Options))
            .ToList();
        if (clusters.Find(c => c.Options is null).Cluster is { } unasked)
        {
            throw new DistributedApplicationException($"{unasked.Name} lacks PublishAsKubernetes(), which another cluster of the application has.");
        }

        return clusters.Select(c => c.Options!.Namespace).Distinct().Count() > 1
            ? throw new DistributedApplicationException("The clusters of one application have to be published to one namespace.")
            : [.. clusters.Select(c => (c.Cluster, c.Options!))];
    }

    private static ClusterPart Cluster(RedisClusterResource cluster, RedisClusterKubernetesOptions options, List<ServicePart> services) =>
        cluster.Nodes[0].TryGetContainerImageName(out var image)
            ? new(cluster, options, image, services.Find(service => service.Resource == cluster.Initializer))
            : throw new DistributedApplicationException($"{cluster.Name}: its nodes have no image.");

    private async Task<ServicePart> ServiceAsync(ProjectResource project, RedisClusterKubernetesOptions application)
    {
        var options = KubernetesValueResolver.OptionsOf(project);
        var endpoints = project.Annotations.OfType<EndpointAnnotation>().Where(e => e.UriScheme == "http").ToList();
        if (endpoints.Select(KubernetesValueResolver.TargetPortOf).Distinct().Count() > 1)
        {
            throw new DistributedApplicationException($"{project.Name} listens on several ports; one can be published for Kubernetes.");
        }

        var clientOf = new SortedSet<string>(StringComparer.Ordinal);
        var needed = new List<Variable>();
        var environment = await EnvironmentAsync(project, needed, clientOf).ConfigureAwait(false);
        var arguments = await ArgumentsAsync(project, needed, clientOf).ConfigureAwait(false);
        return new(
            project,
            options,
            options.Image ?? Image(project.Name, application),
            options.Replicas ?? project.Annotations.OfType<ReplicaAnnotation>().LastOrDefault()?.Replicas ?? 1,
            endpoints is [var endpoint, ..] ? KubernetesValueResolver.TargetPortOf(endpoint) : null,
            [.. needed, .. environment, .. options.RandomSecrets.Select(variable => new Variable(variable.Key, Secret: variable.Value))],
            arguments,
            [.. clientOf]);
    }

    private async Task<List<Variable>> EnvironmentAsync(ProjectResource project, List<Variable> needed, SortedSet<string> clientOf)
    {
        var callbacks = new EnvironmentCallbackContext(context, project, [], cancellationToken);
        foreach (var annotation in project.Annotations.OfType<EnvironmentCallbackAnnotation>())
        {
            await annotation.Callback(callbacks).ConfigureAwait(false);
        }

        var variables = new List<Variable>();
        foreach (var (name, value) in callbacks.EnvironmentVariables.Where(variable => variable.Value is not null))
        {
            var resolved = await _values.ResolveAsync(project, value, cancellationToken).ConfigureAwait(false);
            clientOf.UnionWith(resolved.Clusters);
            if (resolved.OnlySecret is { } secret)
            {
                _secrets[secret.Name] = secret;
                variables.Add(new(name, Secret: secret.Name));
                continue;
            }

            Need(resolved, needed);
            variables.Add(new(name, resolved.Text));
        }

        return variables;
    }

    private async Task<List<string>> ArgumentsAsync(ProjectResource project, List<Variable> needed, SortedSet<string> clientOf)
    {
        var callbacks = new CommandLineArgsCallbackContext([], project, cancellationToken) { ExecutionContext = context };
        foreach (var annotation in project.Annotations.OfType<CommandLineArgsCallbackAnnotation>())
        {
            await annotation.Callback(callbacks).ConfigureAwait(false);
        }

        var arguments = new List<string>();
        foreach (var argument in callbacks.Args)
        {
            var resolved = await _values.ResolveAsync(project, argument, cancellationToken).ConfigureAwait(false);
            clientOf.UnionWith(resolved.Clusters);
            Need(resolved, needed);
            arguments.Add(resolved.Text);
        }

        return arguments;
    }

    private void Need(KubernetesValueResolver.Resolved resolved, List<Variable> needed)
    {
        if (resolved.NeedsNamespace && !needed.Contains(Variable.PodNamespace))
        {
            needed.Insert(0, Variable.PodNamespace);
        }

        foreach (var secret in resolved.Secrets)
        {
            _secrets[secret.Name] = secret;
            var variable = new Variable(KubernetesValueResolver.SecretVariable(secret), Secret: secret.Name);
            if (!needed.Contains(variable))
            {
                needed.Add(variable);
            }
        }
    }

    private static string Image(string name, RedisClusterKubernetesOptions application) =>
        $"{(application.ImageRegistry is { Length: > 0 } registry ? $"{registry.TrimEnd('/')}/" : "")}{name}:{application.ImageTag}";

    private SecretPart Secret(ParameterResource parameter) => new(
        parameter.Name,
        () => parameter.Default?.GetDefaultValue()
            ?? (parameter.IsConnectionString ? configuration.GetConnectionString(parameter.Name) : configuration[$"Parameters:{parameter.Name}"]));

    private static string Token() => Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(TokenBytes));

    private static bool IsLeftOut(IResource resource) =>
        resource is (ContainerResource or ExecutableResource) and not IRedisClusterNodeResource
        && !resource.Annotations.OfType<ManifestPublishingCallbackAnnotation>().Any(a => a.Callback is null);
}
