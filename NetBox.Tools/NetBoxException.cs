namespace NetBox.Tools;

/// <summary>The exit codes every command keeps to.</summary>
internal enum ExitCode
{
    Fine = 0,
    Faults = 1,
    Usage = 2,
    Unreachable = 3,
    Refused = 4,
}

/// <summary>A failure that is told in one line: what, where, what to do.</summary>
internal sealed class NetBoxException(ExitCode code, string message, Exception? inner = null) : Exception(message, inner)
{
    public ExitCode Code { get; } = code;

    public static NetBoxException Usage(string message) => new(ExitCode.Usage, message);

    public static NetBoxException Unreachable(string message, Exception? inner = null) => new(ExitCode.Unreachable, message, inner);
}
