using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using NetBox.Tools.Cluster;
using NetBox.Tools.Probes;
using NetBox.Tools.Reports;
using RedisCluster.Topology;

namespace NetBox.Tools.Serve;

/// <summary>The commands over HTTP: the same JSON as <c>--json</c>, failures included.</summary>
internal static class Endpoints
{
    private const string Json = "application/json; charset=utf-8";
    private static readonly TimeSpan ProbeTimeout = TimeSpan.FromSeconds(5);

    public static void MapApi(this WebApplication app, ProbeGate gate, ObservationCache observations, ServiceNames services)
    {
        Cluster("/api/cluster", NetBoxJson.Readable.ClusterReport, ClusterReporter.All);
        Cluster("/api/cluster/info", NetBoxJson.Readable.ClusterInfoReport, ClusterReporter.Info);
        Cluster("/api/cluster/nodes", NetBoxJson.Readable.ClusterNodesReport, ClusterReporter.Nodes);
        Cluster("/api/cluster/check", NetBoxJson.Readable.ClusterCheckReport, ClusterReporter.Check);

        Get("/api/services", gate.RefuseReading, NetBoxJson.Readable.ServicesReport, context => Task.FromResult(new ServicesReport([.. services.Known], gate.RefuseProbing(context.Request))));
        Get("/api/dns", gate.RefuseReading, NetBoxJson.Readable.DnsReport, context => new DnsProbe(TimeProvider.System).RunAsync(Query(context, "name"), ProbeTimeout, context.RequestAborted));
        Get("/api/tcp", gate.RefuseProbing, NetBoxJson.Readable.TcpReport, context => TcpProbe.RequireAsync(ProbeTarget.Parse(Query(context, "target")), ProbeTimeout, context.RequestAborted));
        Get("/api/http", gate.RefuseProbing, NetBoxJson.Readable.HttpReport, context => HttpProbe.RequireAsync(Query(context, "url"), services, ProbeTimeout, context.RequestAborted));

        void Cluster<TReport>(string path, JsonTypeInfo<TReport> type, Func<ClusterObservation, TReport> report) =>
            Get(path, gate.RefuseReading, type, async context => report(await observations.GetAsync(context.RequestAborted).ConfigureAwait(false)));

        void Get<TReport>(string path, Func<HttpRequest, string?> refuse, JsonTypeInfo<TReport> type, Func<HttpContext, Task<TReport>> work)
        {
            Task Answer(HttpContext context) => AnswerAsync(context, refuse, type, work);
            app.MapGet(path, Answer);
        }
    }

    private static string Query(HttpContext context, string name) => context.Request.Query[name] is [{ Length: > 0 } value]
        ? value
        : throw NetBoxException.Usage($"give ?{name}= once");

    private static async Task AnswerAsync<TReport>(
        HttpContext context, Func<HttpRequest, string?> refuse, JsonTypeInfo<TReport> type, Func<HttpContext, Task<TReport>> work)
    {
        context.Response.Headers.CacheControl = "no-store";
        context.Response.Headers.XContentTypeOptions = "nosniff";
        if (refuse(context.Request) is { } reason)
        {
            await WriteErrorAsync(context, StatusCodes.Status403Forbidden, ErrorReport.Of(ExitCode.Usage, reason)).ConfigureAwait(false);
            return;
        }

        try
        {
            var report = await work(context).ConfigureAwait(false);
            await context.Response.WriteAsJsonAsync(report, type, Json, context.RequestAborted).ConfigureAwait(false);
        }
        catch (Exception exception) when (Faults.TryExplain(exception, out var code, out var message))
        {
            var status = code == ExitCode.Usage ? StatusCodes.Status400BadRequest : StatusCodes.Status502BadGateway;
            await WriteErrorAsync(context, status, ErrorReport.Of(code, message)).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            // The caller has gone; there is nobody to answer.
        }
    }

    private static Task WriteErrorAsync(HttpContext context, int status, ErrorReport error)
    {
        context.Response.StatusCode = status;
        return context.Response.WriteAsJsonAsync(error, NetBoxJson.Readable.ErrorReport, Json, context.RequestAborted);
    }
}
