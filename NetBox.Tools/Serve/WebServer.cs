using System.Net.Sockets;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using NetBox.Tools.Probes;
using RedisCluster.Topology;

namespace NetBox.Tools.Serve;

/// <summary>The web server: the page, the endpoints, health.</summary>
internal sealed class WebServer(
    Func<CancellationToken, Task<ClusterObservation>> observe, ListenAddresses addresses, string? probeToken, TextWriter output)
{
    /// <summary>How many ports above the default one are tried when nobody asked for a certain one.</summary>
    private const int Alternatives = 20;

    /// <summary>Serves until it is told to stop.</summary>
    /// <exception cref="NetBoxException">It cannot listen there (usage).</exception>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        using var observations = new ObservationCache(observe, TimeProvider.System);
        var gate = new ProbeGate(probeToken);
        await using var app = await StartAsync(gate, observations, cancellationToken).ConfigureAwait(false);
        gate.Listening = [.. app.Urls];
        foreach (var url in app.Urls)
        {
            await output.WriteLineAsync($"netbox: {url}").ConfigureAwait(false);
        }

        await app.WaitForShutdownAsync(cancellationToken).ConfigureAwait(false);
    }

    private async Task<WebApplication> StartAsync(ProbeGate gate, ObservationCache observations, CancellationToken cancellationToken)
    {
        for (var attempt = 0; ; attempt++)
        {
            var urls = addresses.Asked ? addresses.Urls : [ListenAddresses.Loopback(ListenAddresses.DefaultPort + attempt)];
            var app = Build(urls, gate, observations);
            try
            {
                await app.StartAsync(cancellationToken).ConfigureAwait(false);
                return app;
            }
            catch (IOException exception) when (exception.InnerException is AddressInUseException && !addresses.Asked && attempt < Alternatives)
            {
                await app.DisposeAsync().ConfigureAwait(false);
            }
            catch (Exception exception) when (exception is IOException or SocketException or InvalidOperationException or FormatException)
            {
                await app.DisposeAsync().ConfigureAwait(false);
                throw NetBoxException.Usage($"cannot listen on {string.Join(", ", urls)}: {Reason(exception, urls)}");
            }
        }
    }

    private static WebApplication Build(IReadOnlyList<string> urls, ProbeGate gate, ObservationCache observations)
    {
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { ApplicationName = typeof(WebServer).Assembly.GetName().Name });
        builder.AddServiceDefaults();
        builder.Logging.AddFilter("Microsoft", LogLevel.Warning).AddFilter("System", LogLevel.Warning);
        // HTTP_PORTS has been read already; that the server's own reading of it is overridden is no news.
        builder.Logging.AddFilter("Microsoft.AspNetCore.Hosting.Diagnostics", LogLevel.Error);
        // A start that fails is told in one line by the caller.
        builder.Logging.AddFilter("Microsoft.Extensions.Hosting", LogLevel.None);
        builder.WebHost.UseKestrelHttpsConfiguration().UseUrls([.. urls]);
        var app = builder.Build();
        app.MapDefaultEndpoints();
        app.MapApi(gate, observations, ServiceNames.FromEnvironment());
        var page = PageContent.Load();
        app.MapGet("/", (HttpContext context) =>
        {
            context.Response.Headers.ContentSecurityPolicy = page.Policy;
            context.Response.Headers.XContentTypeOptions = "nosniff";
            context.Response.Headers["Referrer-Policy"] = "no-referrer";
            context.Response.Headers.CacheControl = "no-cache";
            return Results.Content(page.Html, "text/html; charset=utf-8");
        });
        return app;
    }

    private static string Reason(Exception exception, IReadOnlyList<string> urls) => exception switch
    {
        _ when exception is AddressInUseException || exception.InnerException is AddressInUseException =>
            $"the port is in use{(PortOwner.Describe(urls) is { } owner ? $" by {owner}" : string.Empty)}; choose another one with --urls",
        { InnerException: SocketException socket } => Failures.Of(socket),
        SocketException socket => Failures.Of(socket),
        _ => exception.Message,
    };
}
