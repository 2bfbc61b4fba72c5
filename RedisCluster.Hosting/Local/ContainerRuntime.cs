using System.ComponentModel;
using System.Diagnostics;

namespace RedisCluster.Hosting.Local;

/// <summary>Finds out whether containers can be run here.</summary>
internal static class ContainerRuntime
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    /// <summary>The first of docker and podman whose engine answers; null where none does.</summary>
    /// <param name="configured">The only one to ask, as ASPIRE_CONTAINER_RUNTIME names it; null for both.</param>
    /// <param name="path">PATH.</param>
    public static string? FindRunning(string? configured, string? path)
    {
        string[] candidates = string.IsNullOrWhiteSpace(configured) ? ["docker", "podman"] : [configured];
        return candidates.FirstOrDefault(name => RedisServerExecutable.OnPath(name, path) is { } program && Answers(program));
    }

    // A client without its engine is no container runtime, so the engine has to say something.
    private static bool Answers(string program)
    {
        var start = new ProcessStartInfo(program, ["container", "ls", "--last", "1", "--quiet"])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        try
        {
            using var process = Process.Start(start)!;
            process.OutputDataReceived += static (_, _) => { };
            process.ErrorDataReceived += static (_, _) => { };
            process.BeginOutputReadLine();
            process.BeginErrorReadLine();
            process.StandardInput.Close();
            if (process.WaitForExit(Patience))
            {
                return process.ExitCode == 0;
            }

            process.Kill(entireProcessTree: true);
            return false;
        }
        catch (Win32Exception)
        {
            return false;
        }
    }
}
