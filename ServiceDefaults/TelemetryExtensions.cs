using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using OpenTelemetry;
using OpenTelemetry.Exporter;
using OpenTelemetry.Logs;
using OpenTelemetry.Metrics;
using OpenTelemetry.Trace;

namespace Microsoft.Extensions.Hosting;

/// <summary>OpenTelemetry for a service: logs, metrics and traces, sent where <c>OTEL_EXPORTER_OTLP_ENDPOINT</c> says.</summary>
public static class TelemetryExtensions
{
    private const string EndpointKey = "OTEL_EXPORTER_OTLP_ENDPOINT";
    private const string TimeoutKey = "OTEL_EXPORTER_OTLP_TIMEOUT";

    // A collector that does not answer must not hold up the end of the process; the exporter's own default is 10 s a signal.
    private const int ExportTimeoutMilliseconds = 1000;

    /// <summary>True where a collector is configured. Without one nothing is collected, which costs nothing.</summary>
    public static bool HasTelemetryEndpoint(this IHostApplicationBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        return !string.IsNullOrWhiteSpace(builder.Configuration[EndpointKey]);
    }

    /// <summary>
    /// Adds the three signals, or nothing where no collector is configured. Sources and meters of the service itself are
    /// those named after the application.
    /// </summary>
    public static TBuilder AddTelemetry<TBuilder>(this TBuilder builder)
        where TBuilder : IHostApplicationBuilder
    {
        if (!builder.HasTelemetryEndpoint())
        {
            return builder;
        }

        builder.Logging.AddOpenTelemetry(logging =>
        {
            logging.IncludeFormattedMessage = true;
            logging.IncludeScopes = true;
        });
        builder.Services.AddOpenTelemetry()
            .WithLogging(logging => logging.AddOtlpExporter(Bounded))
            .WithMetrics(metrics => metrics
                .AddAspNetCoreInstrumentation()
                .AddHttpClientInstrumentation()
                .AddRuntimeInstrumentation()
                .AddMeter(builder.Environment.ApplicationName)
                .AddOtlpExporter(Bounded))
            .WithTracing(tracing => tracing
                .AddSource(builder.Environment.ApplicationName)
                .AddAspNetCoreInstrumentation(options => options.Filter = static context => !IsProbe(context.Request.Path))
                .AddHttpClientInstrumentation()
                .AddOtlpExporter(Bounded));
        return builder;

        void Bounded(OtlpExporterOptions options)
        {
            if (string.IsNullOrEmpty(builder.Configuration[TimeoutKey]))
            {
                options.TimeoutMilliseconds = ExportTimeoutMilliseconds;
            }
        }
    }

    private static bool IsProbe(PathString path) => path == HealthEndpoints.ReadyPath || path == HealthEndpoints.LivePath;
}
