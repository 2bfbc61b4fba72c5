using System.Diagnostics;
using RedisCluster.Hosting;
using RedisCluster.Hosting.Local;

namespace Integration.AppHosting;

/// <summary>Whether nodes can run in containers here: an engine answers and has the image. A test pulls nothing.</summary>
internal static class LocalContainers
{
    /// <summary>What would be needed; null where all is there.</summary>
    public static string? WhatIsMissing()
    {
        if (ContainerRuntime.FindRunning(Environment.GetEnvironmentVariable("ASPIRE_CONTAINER_RUNTIME"), Environment.GetEnvironmentVariable("PATH")) is not { } runtime)
        {
            return "no container runtime answers";
        }

        var image = $"{RedisClusterContainerImageTags.Image}:{RedisClusterContainerImageTags.Tag}";
        using var inspect = Process.Start(new ProcessStartInfo(runtime, ["image", "inspect", image]) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        _ = inspect.StandardOutput.ReadToEndAsync();
        _ = inspect.StandardError.ReadToEndAsync();
        inspect.WaitForExit();
        return inspect.ExitCode == 0 ? null : $"{runtime} lacks the image {image}";
    }
}
