using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Integration.Kubernetes.Worker;

/// <summary>The API server parses the times of a Lease with a layout of exactly six digits after the point.</summary>
internal static partial class ApiTimes
{
    /// <summary>Why the server would not read the object; null when it would.</summary>
    public static string? ProblemOf(JsonObject item)
    {
        foreach (var key in (string[])["acquireTime", "renewTime"])
        {
            if (item["spec"]?[key]?.GetValue<string>() is { } text && !Micro().IsMatch(text))
            {
                return $"parsing time \"{text}\" as \"2006-01-02T15:04:05.000000Z07:00\": cannot parse it";
            }
        }

        return null;
    }

    [GeneratedRegex(@"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}(Z|[+-]\d\d:\d\d)$")]
    private static partial Regex Micro();
}
