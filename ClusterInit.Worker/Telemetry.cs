using System.Runtime.CompilerServices;
using Microsoft.Extensions.Logging;
using OpenTelemetry.Exporter;
using OpenTelemetry.Logs;

namespace ClusterInit.Worker;

/// <summary>The log, also sent to a collector where one is configured. Without one OpenTelemetry is not even loaded.</summary>
internal static class Telemetry
{
    private const string EndpointVariable = "OTEL_EXPORTER_OTLP_ENDPOINT";

    public static ILoggerFactory CreateLoggers(ILoggerProvider lines, Func<string, string?> environment) =>
        string.IsNullOrWhiteSpace(environment(EndpointVariable))
            ? new LoggerFactory([lines])
            : CreateExportingLoggers(lines);

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static ILoggerFactory CreateExportingLoggers(ILoggerProvider lines) => LoggerFactory.Create(logging => logging
        .AddProvider(lines)
        .AddOpenTelemetry(options =>
        {
            options.IncludeFormattedMessage = true;

            // A collector that does not answer must not hold up those who wait for this process.
            options.AddOtlpExporter((OtlpExporterOptions exporter) => exporter.TimeoutMilliseconds = 1000);
        }));
}
