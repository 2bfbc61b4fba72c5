using System.Collections;
using System.Collections.ObjectModel;
using System.Diagnostics.CodeAnalysis;

namespace Aspire.Hosting.ApplicationModel;

public abstract class Resource : IResource
{
    protected Resource([ResourceName] string name)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        Name = name;
    }

    public virtual string Name { get; }

    public virtual ResourceAnnotationCollection Annotations { get; } = [];
}

/// <summary>Annotations in the order they were made. Reading while another thread adds sees the state at the start of the reading.</summary>
public sealed class ResourceAnnotationCollection : Collection<IResourceAnnotation>
{
    public ResourceAnnotationCollection()
        : base(new SnapshotList<IResourceAnnotation>())
    {
    }
}

public interface IResourceCollection : IList<IResource>
{
    bool TryGetByName(string name, [NotNullWhen(true)] out IResource? resource);
}

internal sealed class ResourceCollection(IEnumerable<IResource> resources) : Collection<IResource>(new SnapshotList<IResource>(resources)), IResourceCollection
{
    public ResourceCollection()
        : this([])
    {
    }

    public bool TryGetByName(string name, [NotNullWhen(true)] out IResource? resource)
    {
        resource = this.FirstOrDefault(r => string.Equals(r.Name, name, StringComparison.OrdinalIgnoreCase));
        return resource is not null;
    }
}

/// <summary>A list whose readers never see a change in the middle of a loop: every change makes a new array.</summary>
internal sealed class SnapshotList<T> : IList<T>
{
    private readonly Lock _gate = new();
    private T[] _items;

    public SnapshotList(IEnumerable<T>? items = null) => _items = items is null ? [] : [.. items];

    public int Count => Volatile.Read(ref _items).Length;

    public bool IsReadOnly => false;

    public T this[int index]
    {
        get => Volatile.Read(ref _items)[index];
        set => Change(items => items[index] = value);
    }

    public void Add(T item) => Insert(Count, item);

    public void Insert(int index, T item) => Change(items => items.Insert(Math.Min(index, items.Count), item));

    public void RemoveAt(int index) => Change(items => items.RemoveAt(index));

    public void Clear() => Change(items => items.Clear());

    public bool Remove(T item)
    {
        var removed = false;
        Change(items => removed = items.Remove(item));
        return removed;
    }

    public int IndexOf(T item) => Array.IndexOf(Volatile.Read(ref _items), item);

    public bool Contains(T item) => IndexOf(item) >= 0;

    public void CopyTo(T[] array, int arrayIndex) => Volatile.Read(ref _items).CopyTo(array, arrayIndex);

    public IEnumerator<T> GetEnumerator() => ((IEnumerable<T>)Volatile.Read(ref _items)).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    private void Change(Action<List<T>> change)
    {
        lock (_gate)
        {
            var items = new List<T>(_items);
            change(items);
            Volatile.Write(ref _items, [.. items]);
        }
    }
}

public class DistributedApplicationModel
{
    public DistributedApplicationModel(IEnumerable<IResource> resources)
        : this(new ResourceCollection(resources))
    {
    }

    public DistributedApplicationModel(IResourceCollection resources)
    {
        ArgumentNullException.ThrowIfNull(resources);
        Resources = resources;
    }

    public IResourceCollection Resources { get; }
}
