using System.Net.Sockets;
using Aspire.StackExchange.Redis;
using HitCounter.Api;
using HitCounter.Api.Counting;
using HitCounter.Api.Store;
using HitCounter.Api.Web;
using Microsoft.AspNetCore.Connections;

var builder = WebApplication.CreateSlimBuilder(args);
builder.Configuration.Sources.Insert(0, LogLevels.Defaults);
builder.AddServiceDefaults();

if (StartupCheck.Read(builder.Configuration, out var options) is { } problem)
{
    return Complain(problem, ExitCodes.BadUsage);
}

builder.AddRedisClient(StoreConnections.ConnectionName, Configure, client => StoreClientOptions.Apply(client, options));
builder.AddKeyedRedisClient(StoreConnections.ConnectionName, Configure, client => StoreClientOptions.Apply(client, options));
builder.AddKeyedRedisClient(StoreConnections.PagesName, ConfigurePages, client => StoreClientOptions.Apply(client, options));

builder.Services.AddSingleton(options);
builder.Services.AddSingleton(TimeProvider.System);
builder.Services.AddSingleton<HitMeters>();
builder.Services.AddSingleton<TopologyRefresh>();
builder.Services.AddSingleton<ReplicaWatch>();
builder.Services.AddSingleton<StoreConnections>();
builder.Services.AddSingleton<IHitStore, RedisHitStore>();
builder.Services.AddSingleton<HitCounting>();
builder.Services.AddSingleton<HitReader>();
builder.Services.AddHostedService(services => services.GetRequiredService<StoreConnections>());
builder.Services.AddHostedService(services => services.GetRequiredService<HitCounting>());
builder.Services.AddHealthChecks().AddCheck<StoreHealthCheck>("store");
builder.Services.AddSingleton<StoreHealthCheck>();
builder.Services.AddProblemDetails();

var app = builder.Build();
app.UseExceptionHandler();
app.UseStatusCodePages();
app.MapDefaultEndpoints();
app.MapHits(app.Services.GetRequiredService<HitCounting>(), app.Services.GetRequiredService<HitReader>());

// Taken now: after the run the host is disposed of.
var stopping = app.Lifetime.ApplicationStopping;
try
{
    await app.RunAsync();
    return ExitCodes.Fine;
}
catch (OperationCanceledException) when (stopping.IsCancellationRequested)
{
    // Told to stop while it was still starting.
    return ExitCodes.Fine;
}
catch (IOException exception) when (exception.InnerException is AddressInUseException)
{
    return Complain(exception.Message, ExitCodes.Fault);
}
catch (SocketException exception)
{
    return Complain($"cannot listen: {exception.Message}", ExitCodes.Fault);
}

void Configure(StackExchangeRedisSettings settings)
    => (settings.DisableHealthChecks, settings.DisableTracing) = (true, !builder.HasTelemetryEndpoint());

// Another connection to the same nodes, opened when the first page is hit.
void ConfigurePages(StackExchangeRedisSettings settings)
{
    Configure(settings);
    settings.ConnectionString = builder.Configuration.GetConnectionString(StoreConnections.ConnectionName) ?? settings.ConnectionString;
    settings.DisableAutoActivation = true;
}

static int Complain(string problem, int exitCode)
{
    Console.Error.WriteLine($"hit-counter: {problem}");
    return exitCode;
}
