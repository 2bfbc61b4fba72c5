using System.Collections;

namespace NetBox.Tools.Probes;

/// <summary>
/// The names an AppHost hands to a referencing project (<c>services__hit-counter__http__0=http://localhost:5080</c>):
/// <c>http://hit-counter/</c> then means that address, as it would in production.
/// </summary>
internal sealed class ServiceNames
{
    private readonly Dictionary<string, Uri> _addresses = new(StringComparer.OrdinalIgnoreCase);

    public ServiceNames(IEnumerable<KeyValuePair<string, string>> environment)
    {
        foreach (var (name, value) in environment)
        {
            var parts = name.Split("__");
            if (parts.Length == 4 && parts[0].Equals("services", StringComparison.OrdinalIgnoreCase) && parts[3] == "0"
                && Uri.TryCreate(value, UriKind.Absolute, out var address))
            {
                _addresses[$"{parts[2]}://{parts[1]}"] = address;
            }
        }
    }

    public static ServiceNames FromEnvironment() => new(Environment.GetEnvironmentVariables()
        .Cast<DictionaryEntry>()
        .Select(e => KeyValuePair.Create((string)e.Key, e.Value as string ?? string.Empty)));

    public IReadOnlyCollection<string> Known => [.. _addresses.Keys.Order(StringComparer.Ordinal)];

    public Uri Resolve(Uri url) => url.IsDefaultPort && _addresses.TryGetValue($"{url.Scheme}://{url.Host}", out var address)
        ? new Uri(address, url.PathAndQuery)
        : url;
}
