using System.CommandLine;
using Spectre.Console;

namespace NetBox.Tools.Output;

/// <summary>Where text goes: with colours on a terminal, plain and never wrapped when piped or when NO_COLOR is set.</summary>
internal static class Screen
{
    private const int PipeWidth = 4096;

    public static IAnsiConsole For(InvocationConfiguration configuration)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        var terminal = IsTerminal(configuration);
        var colours = terminal && string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NO_COLOR"));
        return For(configuration.Output, terminal, colours);
    }

    public static bool IsTerminal(InvocationConfiguration configuration) =>
        ReferenceEquals(configuration.Output, Console.Out) && !Console.IsOutputRedirected;

    public static IAnsiConsole For(TextWriter writer, bool terminal, bool colours)
    {
        var console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Ansi = colours ? AnsiSupport.Detect : AnsiSupport.No,
            ColorSystem = colours ? ColorSystemSupport.Detect : ColorSystemSupport.NoColors,
            Interactive = InteractionSupport.No,
            Out = new AnsiConsoleOutput(writer),
        });
        if (!terminal)
        {
            console.Profile.Width = PipeWidth;
        }

        return console;
    }

    public static Table Columns(params string[] headers)
    {
        var table = new Table().Border(TableBorder.None).Collapse();
        foreach (var header in headers)
        {
            table.AddColumn(new TableColumn($"[bold]{Markup.Escape(header)}[/]").NoWrap().PadLeft(0).PadRight(2));
        }

        return table;
    }

    public static string Safe(string? text) => Markup.Escape(Printable(text ?? string.Empty));

    /// <summary>What a server says is shown, not obeyed: control characters could drive the terminal.</summary>
    public static string Printable(string text) => text.Any(IsControl)
        ? string.Concat(text.Select(c => IsControl(c) ? '\uFFFD' : c))
        : text;

    private static bool IsControl(char c) => char.IsControl(c) && c is not ('\n' or '\t' or '\r');
}
