using System.Buffers;
using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Integration.Kubernetes;

/// <summary>
/// What aspirate 9.1 makes of a manifest with its stock templates, by its published rules. The rules are data at the top; the rest
/// applies them. It stands in for the tool in tests: the tool wants a registry and builds images.
/// </summary>
internal sealed partial class Aspirate(JsonNode manifest, IReadOnlyDictionary<string, string> parameters)
{
    /// <summary>Type of resource, whether it has a volume -> the workload; null for what is only referred to. Other types abort the run.</summary>
    private static readonly Dictionary<(string Type, bool HasVolume), string?> Workloads = new()
    {
        [("container.v0", true)] = "StatefulSet",
        [("container.v0", false)] = "Deployment",
        [("project.v0", false)] = "Deployment",
        [("parameter.v0", false)] = null,
        [("value.v0", false)] = null,
    };

    /// <summary>Variables whose names begin so go into a Secret, all others into a ConfigMap.</summary>
    private static readonly string[] SecretPrefixes = ["ConnectionString", "POSTGRES_PASSWORD", "MSSQL_SA_PASSWORD"];

    /// <summary>The target port of a binding that has none, by the binding's name.</summary>
    private static readonly Dictionary<string, int> DefaultTargetPorts = new() { ["http"] = 8080, ["https"] = 8443 };

    /// <summary>Added to the ConfigMap of every project.</summary>
    private static readonly KeyValuePair<string, string> ProjectVariable = new("ASPNETCORE_URLS", "http://+:8080;");

    /// <summary>The templates write the first four as HTML does.</summary>
    private static readonly SearchValues<char> MangledInVariables = SearchValues.Create("&<>\"\n");

    /// <summary>Arguments stand in single quotes besides.</summary>
    private static readonly SearchValues<char> MangledInArguments = SearchValues.Create("&<>\"\n'");

    private const string ClaimSize = "1Gi";

    /// <summary>The object of every workload with its service and its configuration, as <c>kubectl kustomize</c> would show them.</summary>
    public IReadOnlyList<JsonObject> Objects() => [.. Resources.SelectMany(resource => ObjectsOf(resource.Key, resource.Value!))];

    /// <summary>The variables of a resource with every expression resolved, apart by where they go.</summary>
    public (IReadOnlyDictionary<string, string> Config, IReadOnlyDictionary<string, string> Secrets) Variables(string name)
    {
        var variables = (Resources[name]!["env"] as JsonObject ?? [])
            .Select(v => KeyValuePair.Create(v.Key, Resolve(v.Value!.GetValue<string>())))
            .Where(v => v.Value is not "")
            .ToList();
        return (
            variables.Where(v => !IsSecret(v.Key)).Concat(Type(name) == "project.v0" ? [ProjectVariable] : []).ToDictionary(),
            variables.Where(v => IsSecret(v.Key)).ToDictionary());
    }

    /// <summary>What of this manifest the templates would turn into YAML that is broken or says something else.</summary>
    public IEnumerable<string> Mangled()
    {
        foreach (var (name, resource) in Resources.Where(r => Workload(r.Key) is not null))
        {
            var (config, secrets) = Variables(name);
            if (secrets.Count > 0 && config.Count == 0)
            {
                yield return $"{name}: secrets without any other variable make broken YAML";
            }

            if ((resource!["bindings"] as JsonObject ?? []).Count == 0)
            {
                yield return $"{name}: no binding makes an empty service.yaml";
            }

            foreach (var argument in Arguments(resource).Where(a => a.AsSpan().ContainsAny(MangledInArguments)))
            {
                yield return $"{name}: argument {argument}";
            }

            // A plain word of YAML: neither a comment nor a mapping may begin in it.
            foreach (var (key, value) in config.Where(v => v.Value.AsSpan().ContainsAny(MangledInVariables) || v.Value.Contains(" #", StringComparison.Ordinal) || v.Value.Contains(": ", StringComparison.Ordinal)))
            {
                yield return $"{name}: {key}={value}";
            }
        }
    }

    private JsonObject Resources => manifest["resources"]!.AsObject();

    private string Type(string name) => Resources[name]!["type"]!.GetValue<string>();

    private string? Workload(string name) =>
        Workloads.TryGetValue((Type(name), Resources[name]!["volumes"] is JsonArray { Count: > 0 }), out var kind)
            ? kind
            : throw new InvalidOperationException($"aspirate does not know {Type(name)} ({name}).");

    private static bool IsSecret(string variable) => SecretPrefixes.Any(prefix => variable.StartsWith(prefix, StringComparison.Ordinal));

    private static IEnumerable<string> Arguments(JsonNode resource) => (resource["args"] as JsonArray ?? []).Select(a => a!.GetValue<string>());

    private IEnumerable<JsonObject> ObjectsOf(string name, JsonNode resource)
    {
        if (Workload(name) is not { } kind)
        {
            yield break;
        }

        var (config, secrets) = Variables(name);
        yield return Data("ConfigMap", $"{name}-env", "data", config);
        if (secrets.Count > 0)
        {
            yield return Data("Secret", $"{name}-secrets", "stringData", secrets);
        }

        yield return new JsonObject
        {
            ["apiVersion"] = "v1",
            ["kind"] = "Service",
            ["metadata"] = new JsonObject { ["name"] = name },
            ["spec"] = new JsonObject
            {
                ["type"] = "ClusterIP",
                ["selector"] = new JsonObject { ["app"] = name },
                ["ports"] = new JsonArray([.. Ports(resource).Select(p => new JsonObject { ["name"] = p.Name, ["port"] = p.Port, ["targetPort"] = p.Target })]),
            },
        };
        yield return WorkloadObject(kind, name, resource, secrets.Count > 0);
    }

    private static JsonObject WorkloadObject(string kind, string name, JsonNode resource, bool hasSecrets)
    {
        var volumes = (resource["volumes"] as JsonArray ?? []).Select(v => (Name: v!["name"]!.GetValue<string>(), Target: v["target"]!.GetValue<string>())).ToList();
        var container = new JsonObject
        {
            ["name"] = name,
            ["image"] = resource["image"]?.GetValue<string>() ?? $"{name}:latest",
            ["ports"] = new JsonArray([.. Ports(resource).Select(p => new JsonObject { ["containerPort"] = p.Target })]),
            ["envFrom"] = new JsonArray([
                new JsonObject { ["configMapRef"] = new JsonObject { ["name"] = $"{name}-env" } },
                .. hasSecrets ? [new JsonObject { ["secretRef"] = new JsonObject { ["name"] = $"{name}-secrets" } }] : Array.Empty<JsonNode>(),
            ]),
        };
        if (resource["entrypoint"]?.GetValue<string>() is { } entrypoint)
        {
            container["command"] = new JsonArray(entrypoint);
        }

        if (resource["args"] is JsonArray)
        {
            container["args"] = new JsonArray([.. Arguments(resource).Select(a => JsonValue.Create(a))]);
        }

        var spec = new JsonObject
        {
            ["replicas"] = 1,
            ["selector"] = new JsonObject { ["matchLabels"] = new JsonObject { ["app"] = name } },
            ["template"] = new JsonObject
            {
                ["metadata"] = new JsonObject { ["labels"] = new JsonObject { ["app"] = name } },
                ["spec"] = new JsonObject { ["containers"] = new JsonArray(container) },
            },
        };
        if (kind == "StatefulSet")
        {
            spec["serviceName"] = name;
            container["volumeMounts"] = new JsonArray([.. volumes.Select(v => new JsonObject { ["name"] = v.Name, ["mountPath"] = v.Target })]);
            spec["volumeClaimTemplates"] = new JsonArray([.. volumes.Select(v => new JsonObject
            {
                ["metadata"] = new JsonObject { ["name"] = v.Name },
                ["spec"] = new JsonObject
                {
                    ["accessModes"] = new JsonArray("ReadWriteOnce"),
                    ["resources"] = new JsonObject { ["requests"] = new JsonObject { ["storage"] = ClaimSize } },
                },
            })]);
        }

        return new JsonObject { ["apiVersion"] = "apps/v1", ["kind"] = kind, ["metadata"] = new JsonObject { ["name"] = name }, ["spec"] = spec };
    }

    private static JsonObject Data(string kind, string name, string field, IReadOnlyDictionary<string, string> values) => new()
    {
        ["apiVersion"] = "v1",
        ["kind"] = kind,
        ["metadata"] = new JsonObject { ["name"] = name },
        [field] = new JsonObject([.. values.Select(v => KeyValuePair.Create(v.Key, (JsonNode?)JsonValue.Create(v.Value)))]),
    };

    private static IEnumerable<(string Name, int Port, int Target)> Ports(JsonNode resource) =>
        (resource["bindings"] as JsonObject ?? []).Select(b => (b.Key, Port(b.Value!) ?? Target(b.Key, b.Value!), Target(b.Key, b.Value!)));

    private static int? Port(JsonNode binding) => binding["port"]?.GetValue<int>();

    private static int Target(string name, JsonNode binding) =>
        binding["targetPort"]?.GetValue<int>() ?? (DefaultTargetPorts.TryGetValue(name, out var port) ? port : 0);

    private string Resolve(string text)
    {
        var resolved = Expression().Replace(text, match => Lookup(match.Groups[1].Value) ?? match.Value);
        return resolved == text ? text : Resolve(resolved);
    }

    private string? Lookup(string expression)
    {
        var parts = expression.Split('.');
        if (parts is [var owner, "bindings", var name, var property])
        {
            var binding = Resources[owner]!["bindings"]![name]!;
            return property switch
            {
                "host" => owner,
                "port" => (Port(binding) ?? Target(name, binding)).ToString(CultureInfo.InvariantCulture),
                "targetPort" => Target(name, binding).ToString(CultureInfo.InvariantCulture),
                "url" => name == "https" ? "" : string.Create(CultureInfo.InvariantCulture, $"{(name == "http" ? "http://" : "")}{owner}:{Target(name, binding)}"),
                "scheme" => binding["scheme"]!.GetValue<string>(),
                _ => throw new InvalidOperationException($"aspirate does not know {expression}."),
            };
        }

        return parts switch
        {
            [var parameter, "value"] when parameters.TryGetValue(parameter, out var value) => value,
            [var resource, "connectionString"] => Resources[resource]!["connectionString"]?.GetValue<string>(),
            _ => null,
        };
    }

    [GeneratedRegex(@"\{([A-Za-z0-9.-]+)\}")]
    private static partial Regex Expression();
}
