using System.Globalization;

namespace Aspire.Hosting.Orchestration.Processes;

internal static class ProcessStartTime
{
    private const int FieldsUpToState = 2;
    private const int StartTimeField = 21;

    /// <summary>Clock ticks since boot at which the process started, which tells it from a later one of the same number; 0 if unknown.</summary>
    public static long Of(int processId)
    {
        try
        {
            return Parse(File.ReadAllText($"/proc/{processId}/stat"));
        }
        catch (Exception ex) when (ex is IOException or UnauthorizedAccessException)
        {
            return 0;
        }
    }

    /// <summary>Reads it off a line of /proc/PID/stat; the program's name in it may hold blanks and parentheses.</summary>
    public static long Parse(string stat)
    {
        var fields = stat[(stat.LastIndexOf(')') + 1)..].Split(' ', StringSplitOptions.RemoveEmptyEntries);
        var index = StartTimeField - FieldsUpToState;
        return fields.Length > index && long.TryParse(fields[index], CultureInfo.InvariantCulture, out var ticks) ? ticks : 0;
    }
}
