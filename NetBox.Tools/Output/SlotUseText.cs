using System.Globalization;
using System.Text;
using NetBox.Tools.Reports;
using NetBox.Tools.Slots;
using RedisCluster.Topology;
using Spectre.Console;
using static NetBox.Tools.Output.Screen;

namespace NetBox.Tools.Output;

/// <summary>The slot map as a picture, and what is in the slots.</summary>
internal static class SlotUseText
{
    private const int FullestShown = 10;

    // On a terminal the letters have the shards' colours beneath them; without colours they do alone.
    private static readonly string[] Colours = ["aqua", "yellow", "lime", "fuchsia", "orange1", "dodgerblue1", "hotpink", "springgreen2", "gold1", "mediumpurple1", "turquoise2", "salmon1"];

    public static void Write(IAnsiConsole console, SlotUseReport report)
    {
        WriteGrid(console, SlotGrid.Owners(report.Map), Coloured);
        console.MarkupLine($"[dim]a cell is {SlotGrid.SlotsPerCell} slots and shows who has most of them; {SlotGrid.Open} on its way, {SlotGrid.PartlyUnowned} some without an owner, {SlotGrid.Unowned} all[/]");
        SlotText.Write(console, report.Map, shard => Coloured(SlotGrid.LetterOf(shard)));
        Write(console, report.Hot);
        if (report.Keys is { } keys)
        {
            Write(console, keys);
        }

        if (report.Big is { } big)
        {
            Write(console, big);
        }
    }

    private static void Write(IAnsiConsole console, HotSlotsReport report)
    {
        if (report.Slots.Count > 0)
        {
            var cpu = report.By == SlotStatistics.ByCpu;
            var over = report.OverMs is { } ms ? $"over {Text.Milliseconds(ms)}" : "since the servers began to count";
            console.MarkupLine($"[bold]{(cpu ? "hottest slots" : "slots with most keys")}[/]{(cpu ? $", {over}" : string.Empty)}");
            var table = Columns("SLOT", "NODE", "KEYS", "CPU", "IN", "OUT");
            foreach (var slot in report.Slots)
            {
                table.AddRow(
                    Number(slot.Slot),
                    Safe(slot.Node),
                    Number(slot.Keys),
                    slot.CpuMicroseconds is { } time ? Text.Milliseconds(time / 1000.0) : "?",
                    slot.BytesIn is { } input ? Text.Bytes(input) : "?",
                    slot.BytesOut is { } output ? Text.Bytes(output) : "?");
            }

            console.Write(table);
        }
        else if (report.Notes.Count == 0)
        {
            console.MarkupLine("no slot was used");
        }

        foreach (var note in report.Notes)
        {
            console.MarkupLine($"[dim]{Safe(note)}[/]");
        }
    }

    private static void Write(IAnsiConsole console, SlotKeysReport report)
    {
        console.MarkupLine($"[bold]keys per slot[/]: {Number(report.Keys)} in {Number(report.SlotsInUse)} of {Number(HashSlot.Count)} slots");
        if (report.Counts.Count == 0)
        {
            return;
        }

        WriteGrid(console, SlotGrid.Fullness(report), cell => cell.ToString());
        var table = Columns("SLOT", "KEYS");
        foreach (var count in report.Counts.OrderByDescending(count => count.Keys).ThenBy(count => count.Slot).Take(FullestShown))
        {
            table.AddRow(Number(count.Slot), Number(count.Keys));
        }

        console.Write(table);
    }

    private static void Write(IAnsiConsole console, BigKeysReport report)
    {
        console.MarkupLine("[bold]biggest keys[/]");
        var table = Columns("BYTES", "TYPE", "SLOT", "NODE", "KEY");
        foreach (var key in report.Keys)
        {
            table.AddRow(Text.Bytes(key.Bytes), Safe(key.Type), Number(key.Slot), Safe(key.Node), Safe(key.Key));
        }

        console.Write(table);
        foreach (var scan in report.Scans)
        {
            console.MarkupLine($"{scan.Role} {Safe(scan.Node)}: {(scan.Complete ? "all" : "only")} {Number(scan.Looked)}{(scan.Complete || scan.Keys is null ? string.Empty : $" of {Number(scan.Keys.Value)}")} keys looked at"
                + (scan.Problem is { } problem ? $": [red]{Safe(problem)}[/]" : scan.Complete ? string.Empty : " (--limit)"));
        }
    }

    private static void WriteGrid(IAnsiConsole console, string[] lines, Func<char, string> cell)
    {
        for (var i = 0; i < lines.Length; i++)
        {
            var line = new StringBuilder();
            foreach (var character in lines[i])
            {
                line.Append(cell(character));
            }

            console.MarkupLine(string.Create(CultureInfo.InvariantCulture, $"[dim]{i * SlotGrid.SlotsPerLine,5}[/] {line}"));
        }
    }

    private static string Coloured(char cell) => cell switch
    {
        SlotGrid.Open => "[black on yellow]*[/]",
        SlotGrid.Unowned or SlotGrid.PartlyUnowned => $"[white on red]{cell}[/]",
        >= 'A' and <= 'Z' => $"[black on {Colours[(cell - 'A') % Colours.Length]}]{cell}[/]",
        >= 'a' and <= 'z' => $"[black on {Colours[(cell - 'a' + 26) % Colours.Length]}]{cell}[/]",
        _ => cell.ToString(),
    };

    private static string Number(long number) => number.ToString(CultureInfo.InvariantCulture);
}
