using System.Globalization;
using Aspire.Hosting.ApplicationModel;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace AppHost;

/// <summary>What there is to say about a resource at one moment.</summary>
/// <param name="Text">State and address, for people.</param>
/// <param name="IsUp">Whether it is as it should be: running and healthy, or through with its work.</param>
/// <param name="IsFailed">Whether its log is worth a look.</param>
internal sealed record ResourceLine(string Text, bool IsUp, bool IsFailed)
{
    /// <summary>The line, or null while there is nothing to tell yet.</summary>
    public static ResourceLine? Of(CustomResourceSnapshot snapshot, bool hasHealthChecks)
    {
        var state = snapshot.State?.Text;
        if (state == KnownResourceStates.Running)
        {
            return snapshot.HealthStatus switch
            {
                _ when !hasHealthChecks => new("running", IsUp: true, IsFailed: false),
                HealthStatus.Healthy => new("healthy", IsUp: true, IsFailed: false),
                _ => null,
            };
        }

        if (state == KnownResourceStates.FailedToStart)
        {
            return new("failed to start", IsUp: false, IsFailed: true);
        }

        if (state == KnownResourceStates.Finished || state == KnownResourceStates.Exited)
        {
            return snapshot.ExitCode is null or 0
                ? new("done", IsUp: true, IsFailed: false)
                : new(string.Create(CultureInfo.InvariantCulture, $"ended with exit code {snapshot.ExitCode}"), IsUp: false, IsFailed: true);
        }

        return null;
    }

    /// <summary>Why a running resource is not healthy; null where it is, or nobody knows.</summary>
    public static string? Ailment(CustomResourceSnapshot snapshot) =>
        snapshot.HealthReports.FirstOrDefault(report => report.Status is HealthStatus.Unhealthy or HealthStatus.Degraded) is { } report
            ? (report.Description ?? report.ExceptionText?.Split('\n')[0] ?? "its health check fails")
            : null;
}
