using System.Diagnostics;
using System.Globalization;

namespace Integration.Support;

internal static class Signal
{
    /// <summary>Whether what is started from here ignores a signal, as after nohup.</summary>
    public static bool IsIgnored(int signal)
    {
        const string Ignored = "SigIgn:";
        var mask = File.ReadLines("/proc/self/status").First(line => line.StartsWith(Ignored, StringComparison.Ordinal))[Ignored.Length..];
        return (ulong.Parse(mask.Trim(), NumberStyles.HexNumber, CultureInfo.InvariantCulture) >> (signal - 1) & 1) == 1;
    }

    public static async Task SendAsync(string signal, int processId)
    {
        using var kill = Process.Start("kill", [$"-{signal}", processId.ToString(CultureInfo.InvariantCulture)]);
        await kill.WaitForExitAsync();
        Assert.Equal(0, kill.ExitCode);
    }
}
