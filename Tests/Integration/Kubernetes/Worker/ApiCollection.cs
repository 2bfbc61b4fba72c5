using System.Globalization;
using System.Text.Json.Nodes;
using System.Threading.Channels;

namespace Integration.Kubernetes.Worker;

/// <summary>The objects of one kind, with everything that happened to them since the last compaction. Not for several threads at once.</summary>
internal sealed class ApiCollection
{
    private readonly SortedDictionary<string, JsonObject> _items = new(StringComparer.Ordinal);
    private readonly List<(int Version, string Name, string Line)> _events = [];
    private readonly List<(Channel<string?> Lines, string? Name)> _watches = [];
    private int _oldest;
    private bool _goneAsEvent;

    public JsonObject? Get(string name) => _items.TryGetValue(name, out var item) ? item.DeepClone().AsObject() : null;

    public IEnumerable<JsonNode> List(string? fieldSelector, string? labelSelector) => _items
        .Where(item => NameOf(fieldSelector) is not { } name || item.Key == name)
        .Where(item => string.IsNullOrEmpty(labelSelector)
            || (labelSelector.Split('=', 2) is [var label, var value] && item.Value["metadata"]!["labels"]?[label]?.GetValue<string>() == value))
        .Select(item => item.Value.DeepClone());

    public void Put(JsonObject item, int version)
    {
        item = item.DeepClone().AsObject();
        item["metadata"]!["resourceVersion"] = version.ToString(CultureInfo.InvariantCulture);
        var name = item["metadata"]!["name"]!.GetValue<string>();
        Tell(version, name, _items.ContainsKey(name) ? "MODIFIED" : "ADDED", item);
        _items[name] = item;
    }

    public void Delete(string name, int version)
    {
        if (_items.Remove(name, out var item))
        {
            item["metadata"]!["resourceVersion"] = version.ToString(CultureInfo.InvariantCulture);
            Tell(version, name, "DELETED", item);
        }
    }

    public void Compact(int version, bool asEvent)
    {
        (_oldest, _goneAsEvent) = (version, asEvent);
        _events.Clear();
    }

    public void Break(bool inOrder)
    {
        foreach (var (lines, _) in _watches)
        {
            if (!inOrder)
            {
                lines.Writer.TryWrite(null);
            }

            lines.Writer.Complete();
        }

        _watches.Clear();
    }

    /// <summary>Everything after a version, and from now on. Null: that version is forgotten.</summary>
    public ChannelReader<string?>? Watch(int from, string? fieldSelector, out bool goneAsEvent)
    {
        goneAsEvent = _goneAsEvent;
        if (from < _oldest)
        {
            return null;
        }

        var name = NameOf(fieldSelector);
        var lines = Channel.CreateUnbounded<string?>();
        foreach (var known in _events.Where(e => e.Version > from && (name is null || e.Name == name)))
        {
            lines.Writer.TryWrite(known.Line);
        }

        lines.Writer.TryWrite(Line("BOOKMARK", new JsonObject
        {
            ["metadata"] = new JsonObject { ["resourceVersion"] = from.ToString(CultureInfo.InvariantCulture) },
        }));
        _watches.Add((lines, name));
        return lines.Reader;
    }

    private void Tell(int version, string name, string type, JsonObject item)
    {
        var line = Line(type, item.DeepClone().AsObject());
        _events.Add((version, name, line));
        foreach (var (lines, only) in _watches)
        {
            if (only is null || only == name)
            {
                lines.Writer.TryWrite(line);
            }
        }
    }

    private static string Line(string type, JsonObject item) => new JsonObject { ["type"] = type, ["object"] = item }.ToJsonString();

    private static string? NameOf(string? fieldSelector) =>
        fieldSelector?.Split("metadata.name=", 2) is [_, var name] ? name : null;
}
