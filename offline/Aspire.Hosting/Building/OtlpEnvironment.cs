using System.Net.Sockets;
using Aspire.Hosting.ApplicationModel;
using Microsoft.Extensions.Hosting;

namespace Aspire.Hosting;

/// <summary>Where a project sends its telemetry, when there is somebody to receive it: no endpoint is made up.</summary>
internal static class OtlpEnvironment
{
    // The dashboard attaches here: whoever starts one sets these for the AppHost.
    private static readonly (string Key, string Protocol)[] Receivers =
    [
        ("ASPIRE_DASHBOARD_OTLP_ENDPOINT_URL", "grpc"),
        ("DOTNET_DASHBOARD_OTLP_ENDPOINT_URL", "grpc"),
        ("ASPIRE_DASHBOARD_OTLP_HTTP_ENDPOINT_URL", "http/protobuf"),
        ("DOTNET_DASHBOARD_OTLP_HTTP_ENDPOINT_URL", "http/protobuf"),
    ];

    public static void Add<T>(IResourceBuilder<T> builder)
        where T : IResourceWithEnvironment
    {
        if (builder.ApplicationBuilder.ExecutionContext.IsPublishMode)
        {
            return;
        }

        var configuration = builder.ApplicationBuilder.Configuration;
        var isDevelopment = builder.ApplicationBuilder.Environment.IsDevelopment();
        builder.WithEnvironment(context =>
        {
            var variables = context.EnvironmentVariables;
            variables["OTEL_SERVICE_NAME"] = builder.Resource.Name;
            var receiver = Receivers.FirstOrDefault(r => configuration[r.Key] is { Length: > 0 } url && IsThere(url));
            if (receiver.Key is null)
            {
                return;
            }

            variables["OTEL_EXPORTER_OTLP_ENDPOINT"] = configuration[receiver.Key]!;
            variables["OTEL_EXPORTER_OTLP_PROTOCOL"] = receiver.Protocol;
            if (configuration["AppHost:OtlpApiKey"] is { } apiKey)
            {
                variables["OTEL_EXPORTER_OTLP_HEADERS"] = $"x-otlp-api-key={apiKey}";
            }

            if (isDevelopment)
            {
                variables["OTEL_BLRP_SCHEDULE_DELAY"] = "1000";
                variables["OTEL_BSP_SCHEDULE_DELAY"] = "1000";
                variables["OTEL_METRIC_EXPORT_INTERVAL"] = "1000";
                variables["OTEL_TRACES_SAMPLER"] = "always_on";
                variables["OTEL_METRICS_EXEMPLAR_FILTER"] = "trace_based";
            }
        });
    }

    // A launch profile names the dashboard's address whether or not one was attached. Services that export into the void
    // stop late and log about it.
    private static bool IsThere(string url)
    {
        if (!Uri.TryCreate(url, UriKind.Absolute, out var receiver) || !receiver.IsLoopback)
        {
            return true;
        }

        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        try
        {
            socket.Connect(receiver.Host, receiver.Port);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
