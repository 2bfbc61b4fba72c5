using System.Diagnostics;
using System.Globalization;

namespace NetBox.Tools.Drills.Faults;

/// <summary>A shell that undoes a fault after a time, even when netbox has been killed by then, or its terminal is gone.</summary>
internal static class Guards
{
    public static Process After(TimeSpan limit, string commands) => Process.Start(
        new ProcessStartInfo("/bin/sh", ["-c", string.Create(CultureInfo.InvariantCulture, $"trap '' HUP INT QUIT TERM; sleep {Math.Ceiling(limit.TotalSeconds)}; {commands}")])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;

    /// <summary>It is not needed any more.</summary>
    public static void Release(ref Process? guard)
    {
        guard?.Kill(entireProcessTree: true);
        guard?.Dispose();
        guard = null;
    }
}
