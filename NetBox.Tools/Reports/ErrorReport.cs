namespace NetBox.Tools.Reports;

/// <summary>What <c>--json</c> and the endpoints answer instead of a report.</summary>
internal sealed record ErrorReport(ErrorDetail Error)
{
    public static ErrorReport Of(ExitCode code, string message) => new(new ErrorDetail(NameOf(code), (int)code, message));

    private static string NameOf(ExitCode code) => code switch
    {
        ExitCode.Faults => "faults",
        ExitCode.Usage => "usage",
        ExitCode.Unreachable => "unreachable",
        ExitCode.Refused => "refused",
        _ => "none",
    };
}

internal sealed record ErrorDetail(string Code, int ExitCode, string Message);

/// <summary>What the page may offer.</summary>
/// <param name="Services">Names an AppHost has handed over, such as <c>http://hit-counter</c>.</param>
/// <param name="ProbesOff">Why the HTTP and TCP probes are off for this caller; null when they are on.</param>
internal sealed record ServicesReport(IReadOnlyList<string> Services, string? ProbesOff);
