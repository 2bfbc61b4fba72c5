using System.Globalization;
using System.Runtime.InteropServices;

namespace Aspire.Hosting.Orchestration.Processes;

/// <summary>Signals to a process and everything it started, as far as it stayed in its group.</summary>
internal static class ProcessGroup
{
    public const int Terminate = 15;
    public const int Kill = 9;
    private const int NoSuchProcess = 3;

    /// <returns>False where neither the group nor the process exists any more.</returns>
    public static bool Signal(int leader, int signal)
    {
        // Until the child has called setsid there is no group of its number yet.
        return Send(-leader, signal) || Send(leader, signal);
    }

    /// <summary>Whether a process of the group still runs; one that ended and was not yet collected does not.</summary>
    public static bool IsAlive(int leader) => Send(-leader, 0) && (!OperatingSystem.IsLinux() || HasLiveMember(leader));

    private static bool HasLiveMember(int leader)
    {
        foreach (var folder in Directory.EnumerateDirectories("/proc"))
        {
            if (!char.IsAsciiDigit(Path.GetFileName(folder)[0]))
            {
                continue;
            }

            try
            {
                var stat = File.ReadAllText(folder + "/stat");
                var fields = stat[(stat.LastIndexOf(')') + 1)..].Split(' ', 5, StringSplitOptions.RemoveEmptyEntries);
                if (fields is [not "Z" and not "X", _, var group, ..] && int.Parse(group, CultureInfo.InvariantCulture) == leader)
                {
                    return true;
                }
            }
            catch (Exception ex) when (ex is IOException or UnauthorizedAccessException)
            {
                // It ended while we looked.
            }
        }

        return false;
    }

    private static bool Send(int target, int signal) =>
        kill(target, signal) == 0 || Marshal.GetLastPInvokeError() != NoSuchProcess;

    [DllImport("libc", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int kill(int pid, int signal);
}
