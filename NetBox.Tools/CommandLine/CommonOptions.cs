using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;

namespace NetBox.Tools.CommandLine;

/// <summary>Options that mean the same wherever they occur.</summary>
internal static class CommonOptions
{
    public static Option<bool> Json() => new("--json") { Description = "Print one JSON document instead of text" };

    public static Option<TimeSpan> Timeout(double seconds, string name = "--timeout") =>
        Duration(name, "How long to wait for each answer", TimeSpan.FromSeconds(seconds), TimeSpan.FromMilliseconds(1));

    /// <summary>Operations may take as long as they get on.</summary>
    public static Option<TimeSpan> StallLimit() =>
        Duration("--stall-limit", "Give up after this long without any progress", TimeSpan.FromMinutes(1), TimeSpan.FromMilliseconds(1));

    public static Option<TimeSpan> Interval(double seconds) => Interval(seconds, TimeSpan.Zero, "Pause between two tries");

    public static Option<TimeSpan> Interval(double seconds, TimeSpan minimum, string description) =>
        Duration("--interval", description, TimeSpan.FromSeconds(seconds), minimum);

    /// <summary>Null where it is not given.</summary>
    public static Option<TimeSpan?> Interval(string name, string description, TimeSpan minimum) => new(name)
    {
        Description = description,
        HelpName = "TIME",
        CustomParser = result => Durations.Parse(result, minimum),
    };

    public static Option<int> Count(string name, string description, int value) => new(name)
    {
        Description = description,
        HelpName = "N",
        DefaultValueFactory = _ => value,
        CustomParser = result => Number(name, result) ?? 0,
    };

    /// <summary>Null where it is not given.</summary>
    public static Option<int?> Count(string name, string description) => new(name)
    {
        Description = description,
        HelpName = "N",
        CustomParser = result => Number(name, result),
    };

    /// <summary>Null where it is not given.</summary>
    public static Option<int?> Number(string name, string description, string helpName, int least, int most) => new(name)
    {
        Description = description,
        HelpName = helpName,
        CustomParser = result => Number(name, result, least, most),
    };

    private static int? Number(string name, ArgumentResult result, int least = 1, int most = 100_000)
    {
        var text = result.Tokens[0].Value;
        if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= least && number <= most)
        {
            return number;
        }

        result.AddError($"'{text}' is not a number between {least} and {most} ({name})");
        return null;
    }

    /// <summary>A duration that nobody has to give.</summary>
    public static Option<TimeSpan?> OptionalDuration(string name, string description) => new(name)
    {
        Description = description,
        HelpName = "TIME",
        CustomParser = result => Durations.Parse(result, TimeSpan.FromMilliseconds(1)),
    };

    private static Option<TimeSpan> Duration(string name, string description, TimeSpan value, TimeSpan minimum) => new(name)
    {
        Description = description,
        HelpName = "TIME",
        DefaultValueFactory = _ => value,
        CustomParser = result => Durations.Parse(result, minimum),
    };
}
