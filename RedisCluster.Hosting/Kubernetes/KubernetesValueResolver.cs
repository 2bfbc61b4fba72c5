using System.Globalization;
using System.Text;
using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;

namespace RedisCluster.Hosting.Kubernetes;

/// <summary>
/// Turns values of the application model into what a container of Kubernetes is given: endpoints into names of services and pods, secrets
/// into variables that Kubernetes itself fills in.
/// </summary>
internal sealed class KubernetesValueResolver(IReadOnlyCollection<IResource> resources)
{
    private const int HttpPort = 80;

    /// <summary>A resolved value. The variables it needs have to stand before it.</summary>
    public sealed record Resolved(string Text, IReadOnlySet<ParameterResource> Secrets, bool NeedsNamespace, IReadOnlySet<string> Clusters)
    {
        /// <summary>The secret that is all of the value.</summary>
        public ParameterResource? OnlySecret => Secrets.Count == 1 && Text == $"$({SecretVariable(Secrets.Single())})" ? Secrets.Single() : null;
    }

    public static string SecretVariable(ParameterResource parameter) => parameter.Name.ToUpperInvariant().Replace('-', '_');

    /// <exception cref="DistributedApplicationException">The value refers to what is not published, or has no value yet.</exception>
    public async ValueTask<Resolved> ResolveAsync(IResource owner, object value, CancellationToken cancellationToken)
    {
        var run = new Run(this, owner, cancellationToken);
        await run.AddAsync(value).ConfigureAwait(false);
        return new(run.Text.ToString(), run.Secrets, run.NeedsNamespace, run.Clusters);
    }

    public static KubernetesDeploymentOptions OptionsOf(IResource project) =>
        project.Annotations.OfType<KubernetesDeploymentAnnotation>().LastOrDefault()?.Options ?? new();

    /// <summary>Where a project listens: what the model says, or 8080 as the images of .NET do.</summary>
    public static int TargetPortOf(EndpointAnnotation endpoint) => endpoint.TargetPort ?? 8080;

    private sealed class Run(KubernetesValueResolver resolver, IResource owner, CancellationToken cancellationToken)
    {
        private readonly HashSet<ParameterResource> _secrets = [];
        private readonly HashSet<string> _clusters = [];

        public StringBuilder Text { get; } = new();

        public IReadOnlySet<ParameterResource> Secrets => _secrets;

        public IReadOnlySet<string> Clusters => _clusters;

        public bool NeedsNamespace { get; private set; }

        public async ValueTask AddAsync(object value)
        {
            switch (value)
            {
                case IResourceBuilder<IResource> builder:
                    await AddAsync(builder.Resource).ConfigureAwait(false);
                    break;
                case ParameterResource parameter:
                    await AddParameterAsync(parameter).ConfigureAwait(false);
                    break;
                case ReferenceExpression expression:
                    foreach (var piece in ManifestExpression.Parse(expression.Format))
                    {
                        if (piece.IsReference)
                        {
                            await AddAsync(expression.ValueProviders[Index(piece.Text)]).ConfigureAwait(false);
                        }
                        else
                        {
                            AddLiteral(piece.Text);
                        }
                    }

                    break;
                case IManifestExpressionProvider provider:
                    await AddReferenceAsync(provider.ValueExpression.Trim('{', '}')).ConfigureAwait(false);
                    break;
                default:
                    AddLiteral(Convert.ToString(value, CultureInfo.InvariantCulture) ?? "");
                    break;
            }
        }

        // Kubernetes puts variables in for $(NAME), and takes $$ for a dollar sign in front of a parenthesis.
        private void AddLiteral(string text) => Text.Append(text.Replace("$(", "$$(", StringComparison.Ordinal));

        private int Index(string hole) =>
            int.TryParse(hole, NumberStyles.None, CultureInfo.InvariantCulture, out var index)
                ? index
                : throw new DistributedApplicationException($"{owner.Name}: the format in '{{{hole}}}' cannot be published for Kubernetes.");

        private async ValueTask AddReferenceAsync(string reference)
        {
            var parts = reference.Split('.');
            var resource = resolver.Find(parts[0]);
            switch (resource, parts)
            {
                case (ParameterResource parameter, [_, "value"]):
                    await AddParameterAsync(parameter).ConfigureAwait(false);
                    break;
                case (IResourceWithConnectionString source, [_, "connectionString"]):
                    await AddAsync(source.ConnectionStringExpression).ConfigureAwait(false);
                    break;
                case (IRedisClusterNodeResource node, [_, "bindings", var endpoint, var property]):
                    _clusters.Add(node.Cluster.Name);
                    AddNode(node, endpoint, property);
                    break;
                case (ProjectResource project, [_, "bindings", var endpoint, var property]):
                    AddProject(project, endpoint, property);
                    break;
                default:
                    throw new DistributedApplicationException($"{owner.Name} refers to {{{reference}}}, which is not published for Kubernetes: only projects, Redis clusters and parameters are.");
            }
        }

        private async ValueTask AddParameterAsync(ParameterResource parameter)
        {
            if (parameter.Secret)
            {
                _secrets.Add(parameter);
                Text.Append(CultureInfo.InvariantCulture, $"$({SecretVariable(parameter)})");
                return;
            }

            AddLiteral(await parameter.GetValueAsync(cancellationToken).ConfigureAwait(false) ?? "");
        }

        private void AddNode(IRedisClusterNodeResource node, string endpoint, string property)
        {
            var port = endpoint == RedisClusterResource.BusEndpointName ? ClusterPart.BusPort : ClusterPart.Port;
            Add(property, "redis", ClusterPart.HostOf(node), port, port);
            NeedsNamespace |= property is "host" or "url";
        }

        private void AddProject(ProjectResource project, string endpoint, string property)
        {
            var options = OptionsOf(project);
            var target = project.Annotations.OfType<EndpointAnnotation>().Single(e => e.Name == endpoint);
            Add(property, target.UriScheme, ServicePart.ServiceNameOf(project.Name, options), options.ServicePort, TargetPortOf(target));
        }

        private void Add(string property, string scheme, string host, int port, int targetPort) => Text.Append(property switch
        {
            "host" => host,
            "port" => port.ToString(CultureInfo.InvariantCulture),
            "targetPort" => targetPort.ToString(CultureInfo.InvariantCulture),
            "scheme" => scheme,
            "url" => scheme == "http" && port == HttpPort ? $"http://{host}" : string.Create(CultureInfo.InvariantCulture, $"{scheme}://{host}:{port}"),
            _ => throw new DistributedApplicationException($"{owner.Name} asks for the {property} of an endpoint, which has no meaning in Kubernetes."),
        });
    }

    private IResource? Find(string name) => resources.FirstOrDefault(resource => resource.Name == name);
}
