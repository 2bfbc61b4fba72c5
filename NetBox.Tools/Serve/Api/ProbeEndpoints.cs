using System.ComponentModel;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using NetBox.Tools.Probes;
using NetBox.Tools.Reports;

namespace NetBox.Tools.Serve.Api;

/// <summary>The network probes, made from where netbox stands.</summary>
internal static class ProbeEndpoints
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(5);

    public static void MapProbes(this IEndpointRouteBuilder api, ServiceNames services)
    {
        api.MapGet("/services", () => TypedResults.Ok(new ServicesReport([.. services.Known])))
            .WithSummary("Names that an AppHost has handed over, such as http://hit-counter");

        api.MapGet("/dns", async ([Description("The host name")] string name, CancellationToken cancellationToken) =>
                TypedResults.Ok(await new DnsProbe(TimeProvider.System).RunAsync(Given(name), Timeout, cancellationToken).ConfigureAwait(false)))
            .Answers<DnsReport>("Look a name up");

        api.MapGet("/tcp", async ([Description("HOST:PORT")] string target, CancellationToken cancellationToken) =>
                TypedResults.Ok(await TcpProbe.RequireAsync(ProbeTarget.Parse(target), Timeout, cancellationToken).ConfigureAwait(false)))
            .Answers<TcpReport>("Open three connections and time them");

        api.MapGet("/http", async ([Description("What to GET; http:// may be left out")] string url, CancellationToken cancellationToken) =>
                TypedResults.Ok(await HttpProbe.RequireAsync(Given(url), services, Timeout, cancellationToken).ConfigureAwait(false)))
            .Answers<HttpReport>("GET a URL, timed by phase");

        api.MapGet("/tls", async ([Description("HOST:PORT")] string target, [Description("The name the certificate has to be for, else HOST")] string? serverName, CancellationToken cancellationToken) =>
                TypedResults.Ok(await new TlsProbe(TimeProvider.System).RunAsync(ProbeTarget.Parse(target), new TlsDemands(serverName, Roots: null, LeastDays: 0), Timeout, cancellationToken).ConfigureAwait(false)))
            .Answers<TlsReport>("One TLS handshake with its certificates");
    }

    private static string Given(string value) => value.Length > 0 ? value : throw NetBoxException.Usage("the query is empty");
}
