using System.Net.Sockets;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace ClusterInit.Worker;

/// <summary>Mode Watch: the reconciler in a host, with health, metrics and traces.</summary>
internal static class Watcher
{
    private const int Fine = 0;
    private const int Faults = 1;

    /// <summary>Runs until it is told to stop, which is its good end.</summary>
    public static async Task<int> RunAsync(InitializerSettings settings, TextWriter output, TextWriter error)
    {
        var app = Build(settings, output, error);
        await using (app.ConfigureAwait(false))
        {
            var stopping = app.Lifetime.ApplicationStopping;
            try
            {
                await app.StartAsync().ConfigureAwait(false);
                await output.WriteLineAsync($"watching {settings.Name}; health at {string.Join(", ", app.Urls.Select(url => url + HealthEndpoints.ReadyPath))}").ConfigureAwait(false);
                await app.WaitForShutdownAsync().ConfigureAwait(false);
                await FailureAsync(app).ConfigureAwait(false);
                return Fine;
            }
            catch (OperationCanceledException) when (stopping.IsCancellationRequested)
            {
                // Told to stop while it was still starting.
                return Fine;
            }
            catch (Exception exception) when (exception is IOException { InnerException: AddressInUseException } or SocketException)
            {
                await error.WriteLineAsync($"error: cannot listen: {exception.Message}").ConfigureAwait(false);
                return Faults;
            }
        }
    }

    // A service that cannot even begin ends the host; why is told as any other failure is.
    private static Task FailureAsync(WebApplication app) =>
        app.Services.GetServices<IHostedService>().OfType<WatchService>().Single().ExecuteTask is { IsFaulted: true } failed ? failed : Task.CompletedTask;

    private static WebApplication Build(InitializerSettings settings, TextWriter output, TextWriter error)
    {
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { ApplicationName = WatchMeters.MeterName });
        builder.Logging.ClearProviders().AddProvider(new LineLoggerProvider(output, error));
        builder.Logging.AddFilter("Microsoft", LogLevel.Warning).AddFilter("System", LogLevel.Warning);
        // That the addresses of the environment are used is said once, by the line that names them; a start that fails is told in one line.
        builder.Logging.AddFilter("Microsoft.AspNetCore.Hosting.Diagnostics", LogLevel.Error).AddFilter("Microsoft.Extensions.Hosting", LogLevel.None);
        // Every probe would repeat what the log has said once.
        builder.Logging.AddFilter("Microsoft.Extensions.Diagnostics.HealthChecks", LogLevel.None);
        builder.AddServiceDefaults();
        builder.Services.AddSingleton(settings);
        builder.Services.AddSingleton(TimeProvider.System);
        builder.Services.AddSingleton<WatchLog>();
        builder.Services.AddSingleton<WatchMeters>();
        builder.Services.AddSingleton<WatchTraces>();
        builder.Services.AddSingleton<WatchState>();
        builder.Services.AddHostedService<WatchService>();
        builder.Services.AddHealthChecks().AddCheck<WatchHealthCheck>("cluster");
        var app = builder.Build();
        app.MapDefaultEndpoints();
        app.MapGet("/", (WatchState state) => Results.Json(WatchReport.Of(settings.Name, state.Last, state.Problem), WatchJsonContext.Default.WatchReport));
        return app;
    }
}
