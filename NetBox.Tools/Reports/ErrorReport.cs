namespace NetBox.Tools.Reports;

/// <summary>What <c>--json</c> answers instead of a report.</summary>
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
