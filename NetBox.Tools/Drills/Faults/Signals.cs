using System.Runtime.InteropServices;

namespace NetBox.Tools.Drills.Faults;

/// <summary>Signals to processes of this machine (Linux).</summary>
internal static class Signals
{
    public const int Kill = 9;
    public const int Continue = 18;
    public const int Stop = 19;

    private const int NotPermitted = 1;

    /// <exception cref="NetBoxException">It is another user's process (usage), or gone (faults).</exception>
    public static void Send(int processId, int signal, string whom)
    {
        if (kill(processId, signal) != 0)
        {
            throw Marshal.GetLastPInvokeError() == NotPermitted
                ? NetBoxException.Usage($"{whom} is a process of another user (pid {processId}): run netbox as that one")
                : new NetBoxException(ExitCode.Faults, $"{whom} has no process {processId} any more");
        }
    }

    [DllImport("libc", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int kill(int pid, int signal);
}
