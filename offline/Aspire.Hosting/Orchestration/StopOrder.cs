using Aspire.Hosting.ApplicationModel;

namespace Aspire.Hosting.Orchestration;

/// <summary>Who is to be gone before whom: what waits for a resource to run uses it, directly or through others.</summary>
internal static class StopOrder
{
    /// <summary>For each resource those of <paramref name="resources"/> that depend on it.</summary>
    public static IReadOnlyDictionary<IResource, IReadOnlySet<IResource>> DependantsOf(IEnumerable<IResource> resources)
    {
        IResource[] all = [.. resources];
        var dependants = all.ToDictionary(r => r, _ => (IReadOnlySet<IResource>)new HashSet<IResource>());
        foreach (var resource in all)
        {
            foreach (var dependency in DependenciesOf(resource))
            {
                if (dependency != resource && dependants.TryGetValue(dependency, out var known))
                {
                    ((HashSet<IResource>)known).Add(resource);
                }
            }
        }

        return dependants;
    }

    private static HashSet<IResource> DependenciesOf(IResource resource)
    {
        var found = new HashSet<IResource>();
        var open = new Stack<IResource>([resource]);
        while (open.TryPop(out var next))
        {
            foreach (var wait in next.Annotations.OfType<WaitAnnotation>())
            {
                if (found.Add(wait.Resource))
                {
                    open.Push(wait.Resource);
                }
            }
        }

        return found;
    }
}
