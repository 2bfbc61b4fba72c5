using System.Globalization;
using System.Text.Json.Nodes;
using NetBox.Tools.Reports;
using Spectre.Console;
using static NetBox.Tools.Output.Screen;

namespace NetBox.Tools.Output;

/// <summary>What nodes answered, as text: one line per node where that is enough, else a block.</summary>
internal static class CallText
{
    public static void Write(IAnsiConsole console, ClusterCallReport report)
    {
        foreach (var node in report.Nodes)
        {
            if (node.Error is { } error)
            {
                console.MarkupLine($"{Safe(node.Node)}: [red]{(node.Answered ? "(error)" : "no answer:")}[/] {Safe(error)}");
                continue;
            }

            var lines = Lines(node.Answer).ToList();
            if (lines.Count == 1)
            {
                console.MarkupLine($"{Safe(node.Node)}: {Safe(lines[0])}");
                continue;
            }

            console.MarkupLine($"{Safe(node.Node)}:");
            foreach (var line in lines)
            {
                console.MarkupLine($"  {Safe(line)}");
            }
        }
    }

    private static IEnumerable<string> Lines(JsonNode? value) => value switch
    {
        null => ["(nil)"],
        JsonArray { Count: 0 } or JsonObject { Count: 0 } => ["(empty)"],
        JsonArray list => list.SelectMany((item, i) => Indented(string.Create(CultureInfo.InvariantCulture, $"{i + 1}) "), Lines(item))),
        JsonObject map => map.SelectMany(entry => Indented($"{entry.Key}: ", Lines(entry.Value))),
        _ => value.ToString().TrimEnd('\r', '\n').Split('\n').Select(line => line.TrimEnd('\r')),
    };

    private static IEnumerable<string> Indented(string prefix, IEnumerable<string> lines) =>
        lines.Select((line, i) => (i == 0 ? prefix : new string(' ', prefix.Length)) + line);
}
