using System.Net;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using NetBox.Tools.Reports;
using NetBox.Tools.Serve;
using NetBox.Tools.Serve.Access;
using NetBox.Tools.Serve.Live;
using NetBox.Tools.Topology;

namespace Unit.NetBox.Serve;

/// <summary>All that is served, in this process, of a cluster that is only told of.</summary>
internal sealed class RunningServe : IAsyncDisposable
{
    private readonly WebApplication _app;

    private RunningServe(WebApplication app, AccessGate gate)
    {
        _app = app;
        Gate = gate;
        Client = new HttpClient(new SocketsHttpHandler { CookieContainer = Cookies }) { BaseAddress = new Uri(app.Urls.Single()) };
    }

    public WebApplication App => _app;

    public AccessGate Gate { get; }

    public HttpClient Client { get; }

    public CookieContainer Cookies { get; } = new();

    /// <param name="token">A token that was chosen.</param>
    /// <param name="adjust">Changes where things come from.</param>
    public static async Task<RunningServe> StartAsync(string? token = null, Func<ServeSources, ServeSources>? adjust = null)
    {
        var sources = new ServeSources
        {
            Observe = _ => Task.FromResult(SampleCluster.Healthy()),
            TakePicture = _ => Task.FromResult(PictureMaker.Of(SampleCluster.Healthy())),
            Examine = _ => Task.FromResult(new DoctorReport(SampleCluster.Time, true, 0, 0, 6, 6, null, [])),
        };
        var gate = new AccessGate(AccessToken.From(token));
        var app = ServeApp.Build(["http://127.0.0.1:0"], gate, adjust?.Invoke(sources) ?? sources);
        await app.StartAsync(TestContext.Current.CancellationToken);
        gate.Listening = [.. app.Urls];
        return new RunningServe(app, gate);
    }

    public async Task<(HttpStatusCode Status, JsonElement Body)> AskAsync(HttpMethod method, string path, object? body = null, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(method, path) { Content = body is null ? null : System.Net.Http.Json.JsonContent.Create(body) };
        foreach (var (name, value) in headers)
        {
            request.Headers.Add(name, value);
        }

        using var response = await Client.SendAsync(request, TestContext.Current.CancellationToken);
        var text = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        return (response.StatusCode, text.Length == 0 ? default : JsonDocument.Parse(text).RootElement);
    }

    public Task<(HttpStatusCode Status, JsonElement Body)> GetAsync(string path) => AskAsync(HttpMethod.Get, path);

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await _app.DisposeAsync();
    }
}
