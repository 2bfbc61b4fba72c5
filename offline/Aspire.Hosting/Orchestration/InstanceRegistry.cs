using System.Collections.Immutable;
using Aspire.Hosting.ApplicationModel;

namespace Aspire.Hosting.Orchestration;

/// <summary>The instances of all resources that run something.</summary>
internal sealed class InstanceRegistry
{
    private const string SuffixLetters = "abcdefghjkmnpqrstuvwxyz";
    private const int SuffixLength = 8;

    private readonly Dictionary<IResource, ImmutableArray<ResourceInstance>> _byResource = [];
    private readonly Dictionary<string, ResourceInstance> _byId = new(StringComparer.OrdinalIgnoreCase);

    public IEnumerable<ResourceInstance> All => _byId.Values;

    public IEnumerable<IResource> Resources => _byResource.Keys;

    public ImmutableArray<ResourceInstance> Of(IResource resource) => _byResource.GetValueOrDefault(resource, []);

    public ResourceInstance Get(string id) =>
        _byId.GetValueOrDefault(id) ?? throw new InvalidOperationException($"There is no process or container '{id}'.");

    /// <summary>Decides how many instances the resource has and what they are called.</summary>
    public void Add(IResource resource)
    {
        if (_byResource.ContainsKey(resource))
        {
            return;
        }

        var count = resource.Annotations.OfType<ReplicaAnnotation>().LastOrDefault()?.Replicas ?? 1;
        ImmutableArray<ResourceInstance> instances = [.. Enumerable.Range(0, count).Select(i => new ResourceInstance(resource, NewSuffix(), i))];
        _byResource.Add(resource, instances);
        foreach (var instance in instances)
        {
            _byId.Add(instance.Id, instance);
        }

        resource.Annotations.Add(new ResourceInstancesAnnotation([.. instances.Select(i => i.Id)]));
    }

    private static string NewSuffix() => string.Create(SuffixLength, 0, static (span, _) => Random.Shared.GetItems(SuffixLetters, span));
}
