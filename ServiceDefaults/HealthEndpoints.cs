using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Diagnostics.HealthChecks;

namespace Microsoft.Extensions.Hosting;

/// <summary>The two health endpoints every service answers, in every environment: probes need them in production most of all.</summary>
public static class HealthEndpoints
{
    /// <summary>Ready: every health check passes.</summary>
    public const string ReadyPath = "/health";

    /// <summary>Live: the process answers. Nothing that a restart would not mend belongs here.</summary>
    public const string LivePath = "/alive";

    /// <summary>The tag of the checks that <see cref="LivePath"/> runs.</summary>
    public const string LiveTag = "live";

    /// <summary>Maps <see cref="ReadyPath"/> and <see cref="LivePath"/>.</summary>
    public static WebApplication MapDefaultEndpoints(this WebApplication app)
    {
        app.MapHealthChecks(ReadyPath).DisableHttpMetrics();
        app.MapHealthChecks(LivePath, new HealthCheckOptions { Predicate = check => check.Tags.Contains(LiveTag) }).DisableHttpMetrics();
        return app;
    }
}
