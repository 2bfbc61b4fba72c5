using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using NetBox.Tools.Drills;
using NetBox.Tools.Probes;
using NetBox.Tools.Reports;
using NetBox.Tools.Serve.Access;
using NetBox.Tools.Serve.Api;
using NetBox.Tools.Serve.Drills;
using NetBox.Tools.Serve.Events;
using NetBox.Tools.Serve.Live;

namespace NetBox.Tools.Serve;

/// <summary>Everything that is served, put together.</summary>
internal static class ServeApp
{
    public static WebApplication Build(IReadOnlyList<string> urls, AccessGate gate, ServeSources sources)
    {
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { ApplicationName = typeof(ServeApp).Assembly.GetName().Name });
        builder.AddServiceDefaults();
        builder.Logging.AddFilter("Microsoft", LogLevel.Warning).AddFilter("System", LogLevel.Warning);
        // HTTP_PORTS has been read already; that the server's own reading of it is overridden is no news.
        builder.Logging.AddFilter("Microsoft.AspNetCore.Hosting.Diagnostics", LogLevel.Error);
        // A start that fails is told in one line by the caller.
        builder.Logging.AddFilter("Microsoft.Extensions.Hosting", LogLevel.None);
        // Keys that end with the process are what is wanted; a token of an earlier run is the page's affair.
        builder.Logging.AddFilter("Microsoft.AspNetCore.DataProtection", LogLevel.Error);
        builder.Logging.AddFilter("Microsoft.AspNetCore.Antiforgery", LogLevel.None);
        builder.WebHost.UseKestrelHttpsConfiguration().UseUrls([.. urls]);
        AddServices(builder.Services, gate, sources);

        var app = builder.Build();
        app.MapDefaultEndpoints();
        app.UseStatusCodePages();
        app.Use(Problems.CatchAsync);
        app.UseAccess();
        app.MapPage();
        app.MapOpenApi();
        MapApi(app);
        return app;
    }

    private static void AddServices(IServiceCollection services, AccessGate gate, ServeSources sources)
    {
        services.AddAccess(gate);
        services.AddSingleton(TimeProvider.System);
        services.AddSingleton(sources);
        services.AddSingleton<EventHub>();
        services.AddSingleton<LiveCluster>();
        services.AddHostedService<LiveFeed>();
        services.AddSingleton<DrillBook>();
        services.AddHostedService(provider => provider.GetRequiredService<DrillBook>());
        services.AddProblemDetails();
        services.AddOpenApi(ApiDocument.Complete);
        services.Configure<RouteHandlerOptions>(options => options.ThrowOnBadRequest = true);
        services.ConfigureHttpJsonOptions(options =>
        {
            options.SerializerOptions.WriteIndented = true;
            options.SerializerOptions.Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping;
            options.SerializerOptions.TypeInfoResolverChain.Insert(0, NetBoxJson.Default);
            options.SerializerOptions.TypeInfoResolverChain.Insert(1, DrillJson.Default);
        });
    }

    private static void MapApi(IEndpointRouteBuilder routes)
    {
        routes.MapSession();
        var api = routes.MapGroup("/api").AddEndpointFilter(Problems.ExplainAsync);
        api.MapCluster();
        api.MapLive();
        api.MapEvents();
        api.MapDrills();
        api.MapProbes(ServiceNames.FromEnvironment());
    }
}
