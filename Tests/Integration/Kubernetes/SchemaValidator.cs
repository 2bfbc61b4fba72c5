using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Integration.Kubernetes;

/// <summary>
/// Checks JSON against the part of JSON Schema that the schema of Aspire's manifest and the OpenAPI document of Kubernetes use. No
/// validator for .NET on the usual feeds takes both: boolean schemas and <c>const</c> here, objects that are closed without saying so there.
/// </summary>
/// <param name="root">The document the references point into.</param>
/// <param name="areObjectsClosed">Whether a property that a schema does not list is a fault even where the schema does not forbid it.</param>
internal sealed partial class SchemaValidator(JsonNode root, bool areObjectsClosed)
{
    private const string Definitions = "#/definitions/";

    /// <summary>What is wrong, a line each: the place and the fault.</summary>
    public IReadOnlyList<string> Validate(JsonNode? value, JsonNode schema) => [.. Faults(value, schema, "$")];

    private IEnumerable<string> Faults(JsonNode? value, JsonNode? schemaNode, string path)
    {
        if (schemaNode is JsonValue verdict)
        {
            return verdict.GetValue<bool>() ? [] : [$"{path}: not allowed"];
        }

        var schema = schemaNode!.AsObject();
        if (schema["$ref"] is { } reference)
        {
            return Faults(value, Resolve(reference.GetValue<string>()), path);
        }

        return [.. OfType(value, schema, path), .. OfChoice(value, schema, path), .. OfObject(value, schema, path), .. OfArray(value, schema, path)];
    }

    private JsonNode Resolve(string reference) =>
        root["definitions"]![reference[Definitions.Length..]] ?? throw new InvalidOperationException($"The schema has no {reference}.");

    private static IEnumerable<string> OfType(JsonNode? value, JsonObject schema, string path)
    {
        if (schema["type"] is not { } type)
        {
            return [];
        }

        string[] allowed = type is JsonArray several ? [.. several.Select(t => t!.GetValue<string>())] : [type.GetValue<string>()];
        if (schema["format"]?.GetValue<string>() == "int-or-string")
        {
            allowed = ["string", "integer"];
        }

        return allowed.Any(t => Is(value, t)) ? [] : [$"{path}: {value?.ToJsonString() ?? "null"} is not of type {string.Join(" or ", allowed)}"];
    }

    private static bool Is(JsonNode? value, string type) => (type, value?.GetValueKind() ?? JsonValueKind.Null) switch
    {
        ("object", JsonValueKind.Object) or ("array", JsonValueKind.Array) or ("string", JsonValueKind.String) or ("number", JsonValueKind.Number) => true,
        ("boolean", JsonValueKind.True or JsonValueKind.False) or ("null", JsonValueKind.Null) => true,
        ("integer", JsonValueKind.Number) => Whole().IsMatch(value!.ToJsonString()),
        _ => false,
    };

    private IEnumerable<string> OfChoice(JsonNode? value, JsonObject schema, string path)
    {
        if (schema["const"] is { } only && !JsonNode.DeepEquals(only, value))
        {
            yield return $"{path}: {value?.ToJsonString()} is not {only.ToJsonString()}";
        }

        if (schema["enum"] is JsonArray values && !values.Any(v => JsonNode.DeepEquals(v, value)))
        {
            yield return $"{path}: {value?.ToJsonString()} is none of {values.ToJsonString()}";
        }

        if (schema["not"] is { } not && !Faults(value, not, path).Any())
        {
            yield return $"{path}: matches what it must not";
        }

        if (schema["oneOf"] is JsonArray alternatives)
        {
            var outcomes = alternatives.Select(a => Faults(value, a, path).ToList()).ToList();
            if (outcomes.Count(o => o.Count == 0) != 1)
            {
                yield return $"{path}: matches {outcomes.Count(o => o.Count == 0)} of {outcomes.Count} alternatives; closest: {string.Join("; ", outcomes.MinBy(o => o.Count)!)}";
            }
        }
    }

    private IEnumerable<string> OfObject(JsonNode? value, JsonObject schema, string path)
    {
        if (value is not JsonObject members)
        {
            yield break;
        }

        foreach (var name in (schema["required"] as JsonArray)?.Select(r => r!.GetValue<string>()) ?? [])
        {
            if (!members.ContainsKey(name))
            {
                yield return $"{path}: lacks {name}";
            }
        }

        var properties = schema["properties"] as JsonObject;
        var others = schema["additionalProperties"];
        foreach (var (name, member) in members)
        {
            if (properties?[name] is { } known)
            {
                foreach (var fault in Faults(member, known, $"{path}.{name}"))
                {
                    yield return fault;
                }
            }
            else if (others is not null)
            {
                foreach (var fault in Faults(member, others, $"{path}.{name}"))
                {
                    yield return fault;
                }
            }
            else if (areObjectsClosed && properties is not null)
            {
                yield return $"{path}: unknown field {name}";
            }
        }
    }

    private IEnumerable<string> OfArray(JsonNode? value, JsonObject schema, string path) =>
        value is JsonArray items && schema["items"] is { } each
            ? items.SelectMany((item, i) => Faults(item, each, $"{path}[{i}]"))
            : [];

    [GeneratedRegex("^-?[0-9]+$")]
    private static partial Regex Whole();
}
