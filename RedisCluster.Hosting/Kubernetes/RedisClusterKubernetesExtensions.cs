#pragma warning disable ASPIREPIPELINES001 // The pipeline is how Aspire 13.5 publishes; there is no other way in.

using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Pipelines;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using RedisCluster.Hosting.Kubernetes;

namespace Aspire.Hosting;

/// <summary>Publishes an application with a Redis cluster as a folder that <c>kubectl apply -k</c> takes.</summary>
public static class RedisClusterKubernetesExtensions
{
    internal const string StepName = "publish-kubernetes";

    /// <summary>
    /// Lets the pipeline step <c>publish-kubernetes</c>, also a part of the step <c>publish</c>, write the whole application for Kubernetes:
    /// a kustomize folder with a base and the overlays <c>dev</c> and <c>production</c>. The cluster becomes one StatefulSet whose pods are
    /// the nodes, each project a Deployment with a Service, secret parameters Secrets that kustomize makes of files outside of version control.
    /// Files that somebody has changed since they were written are not overwritten: the step fails and names them.
    /// </summary>
    /// <param name="builder">The cluster.</param>
    /// <param name="configure">Changes the options.</param>
    /// <returns>The cluster.</returns>
    /// <exception cref="ArgumentException">An option makes no sense; the message names it.</exception>
    public static IResourceBuilder<RedisClusterResource> PublishAsKubernetes(
        this IResourceBuilder<RedisClusterResource> builder, Action<RedisClusterKubernetesOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        var options = builder.Resource.Annotations.OfType<KubernetesClusterAnnotation>().LastOrDefault()?.Options ?? new();
        configure?.Invoke(options);
        KubernetesOptionRules.Check(builder.Resource.Name, options);

        var application = builder.ApplicationBuilder;
        if (application.ExecutionContext.IsPublishMode && !application.Resources.Any(r => r.Annotations.OfType<KubernetesClusterAnnotation>().Any()))
        {
            application.Services.TryAddSingleton<KubernetesPublishOutcome>();
            application.Pipeline.AddStep(StepName, KubernetesPublishStep.RunAsync, requiredBy: WellKnownPipelineSteps.Publish);
        }

        return builder.WithAnnotation(new KubernetesClusterAnnotation(options), ResourceAnnotationMutationBehavior.Replace);
    }

    /// <summary>Changes what <see cref="PublishAsKubernetes"/> writes for a project. Every project is published; this is for what the defaults do not say.</summary>
    /// <param name="builder">The project.</param>
    /// <param name="configure">Changes the options.</param>
    /// <returns>The project.</returns>
    /// <exception cref="ArgumentException">An option makes no sense; the message names it.</exception>
    public static IResourceBuilder<T> PublishAsKubernetesDeployment<T>(this IResourceBuilder<T> builder, Action<KubernetesDeploymentOptions> configure)
        where T : ProjectResource
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(configure);
        var options = builder.Resource.Annotations.OfType<KubernetesDeploymentAnnotation>().LastOrDefault()?.Options ?? new();
        configure(options);
        KubernetesOptionRules.Check(builder.Resource.Name, options);
        return builder.WithAnnotation(new KubernetesDeploymentAnnotation(options), ResourceAnnotationMutationBehavior.Replace);
    }
}
