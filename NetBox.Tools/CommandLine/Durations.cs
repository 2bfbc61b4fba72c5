using System.CommandLine.Parsing;
using System.Globalization;

namespace NetBox.Tools.CommandLine;

/// <summary>Durations as people type them: <c>5</c> and <c>5s</c> are seconds, <c>250ms</c>, <c>2m</c>.</summary>
internal static class Durations
{
    public static TimeSpan? TryParse(string text)
    {
        var (digits, unit) = text switch
        {
            _ when text.EndsWith("ms", StringComparison.Ordinal) => (text[..^2], 1.0),
            _ when text.EndsWith('s') => (text[..^1], 1000.0),
            _ when text.EndsWith('m') => (text[..^1], 60_000.0),
            _ => (text, 1000.0),
        };
        return double.TryParse(digits, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number) && number * unit <= 86_400_000
            ? TimeSpan.FromMilliseconds(number * unit)
            : null;
    }

    /// <summary>A duration as it could be typed.</summary>
    public static string Format(TimeSpan duration) => duration.TotalMilliseconds % 1000 == 0
        ? string.Create(CultureInfo.InvariantCulture, $"{duration.TotalSeconds}s")
        : string.Create(CultureInfo.InvariantCulture, $"{duration.TotalMilliseconds}ms");

    public static TimeSpan Parse(ArgumentResult result, TimeSpan minimum)
    {
        var text = result.Tokens[0].Value;
        if (TryParse(text) is { } duration && duration >= minimum)
        {
            return duration;
        }

        result.AddError($"'{text}' is not a duration of at least {Text.Milliseconds(minimum.TotalMilliseconds)}; write it like 5, 250ms or 2m");
        return default;
    }
}
