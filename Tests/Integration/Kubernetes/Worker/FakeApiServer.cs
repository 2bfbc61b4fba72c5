using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Json.Nodes;
using System.Threading.Channels;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Integration.Kubernetes.Worker;

/// <summary>
/// Answers over HTTP as a Kubernetes API server does, as far as the worker asks: versions, watches that go on from one, bookmarks, 410 for a version
/// that was forgotten, 409 for a write that is based on an old one, times written exactly as the real one insists on. What goes wrong is told by tests.
/// </summary>
internal sealed class FakeApiServer : IAsyncDisposable
{
    public const string Namespace = "shop";

    private readonly WebApplication _app;
    private readonly Lock _gate = new();
    private readonly Dictionary<string, ApiCollection> _collections = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, Func<HttpContext, Task<bool>>> _faults = new(StringComparer.Ordinal);
    private readonly ConcurrentQueue<string> _requests = new();
    private int _version = 100;

    private FakeApiServer(WebApplication app) => _app = app;

    public string Url => _app.Urls.First();

    /// <summary>Method and path of each request, in order; watches as WATCH.</summary>
    public IReadOnlyCollection<string> Requests => _requests;

    public static async Task<FakeApiServer> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        var server = new FakeApiServer(app);
        app.Run(server.AnswerAsync);
        await app.StartAsync(TestContext.Current.CancellationToken);
        return server;
    }

    /// <summary>Whatever path contains the text is refused with a status, until <see cref="Heal"/>.</summary>
    public void Refuse(string path, int status, string message) =>
        _faults[path] = async context =>
        {
            await StatusAsync(context, status, message);
            return true;
        };

    /// <summary>Whatever path contains the text is never answered, until <see cref="Heal"/> or until whoever asks goes away.</summary>
    public void Silence(string path) => _faults[path] = async context =>
    {
        try
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, context.RequestAborted);
        }
        catch (OperationCanceledException)
        {
            // Gave up.
        }

        return true;
    };

    /// <summary>Runs something in the middle of a request, once, before it is answered.</summary>
    public void Once(string path, Action action) => _faults[path] = _ =>
    {
        _faults.TryRemove(path, out var _);
        action();
        return Task.FromResult(false);
    };

    public void Heal() => _faults.Clear();

    /// <summary>Creates or changes an object; everybody that watches is told.</summary>
    public void Put(string collection, JsonObject item)
    {
        lock (_gate)
        {
            Collection(collection).Put(item, ++_version);
        }
    }

    public void Delete(string collection, string name)
    {
        lock (_gate)
        {
            Collection(collection).Delete(name, ++_version);
        }
    }

    public JsonObject? Get(string collection, string name)
    {
        lock (_gate)
        {
            return Collection(collection).Get(name);
        }
    }

    /// <summary>Breaks every watch of a collection: ends it in order, or tears the line.</summary>
    public void BreakWatches(string collection, bool inOrder)
    {
        lock (_gate)
        {
            Collection(collection).Break(inOrder);
        }
    }

    /// <summary>Forgets all earlier versions: a watch that goes on from one of them gets 410, as an answer or as an event.</summary>
    public void Compact(string collection, bool asEvent)
    {
        lock (_gate)
        {
            Collection(collection).Compact(++_version, asEvent);
        }
    }

    public async ValueTask DisposeAsync()
    {
        lock (_gate)
        {
            foreach (var collection in _collections.Values)
            {
                collection.Break(inOrder: true);
            }
        }

        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(5));
        await _app.StopAsync(limit.Token);
        await _app.DisposeAsync();
    }

    private ApiCollection Collection(string path) =>
        _collections.TryGetValue(path, out var collection) ? collection : _collections[path] = new ApiCollection();

    private async Task AnswerAsync(HttpContext context)
    {
        var path = context.Request.Path.Value!;
        var watch = context.Request.Query["watch"] == "true";
        var request = $"{(watch ? "WATCH" : context.Request.Method)} {path}";
        _requests.Enqueue(request);
        foreach (var (part, fault) in _faults)
        {
            if (request.Contains(part, StringComparison.Ordinal) && await fault(context))
            {
                return;
            }
        }

        // /api/v1/namespaces/NS/pods[/NAME], /apis/GROUP/VERSION/namespaces/NS/leases[/NAME], /api/v1/nodes/NAME
        var parts = path.Split('/', StringSplitOptions.RemoveEmptyEntries);
        var at = Array.IndexOf(parts, "namespaces") is >= 0 and var spaces ? spaces + 2 : 2;
        var (kind, name) = (parts[at], parts.Length > at + 1 ? parts[at + 1] : null);
        if (at > 2 && parts[at - 1] != Namespace)
        {
            await StatusAsync(context, 403, $"{kind} is forbidden: no rights in the namespace \"{parts[at - 1]}\"");
        }
        else if (watch)
        {
            await WatchAsync(context, kind);
        }
        else if (context.Request.Method is "PUT" or "POST")
        {
            await WriteAsync(context, kind, name);
        }
        else
        {
            await ReadAsync(context, kind, name);
            if (context.Request.Method == "DELETE" && context.Request.Query["dryRun"] != "All" && name is not null)
            {
                Delete(kind, name);
            }
        }
    }

    private async Task ReadAsync(HttpContext context, string kind, string? name)
    {
        JsonNode? answer;
        lock (_gate)
        {
            answer = name is not null
                ? Collection(kind).Get(name)
                : new JsonObject
                {
                    ["kind"] = "List",
                    ["apiVersion"] = "v1",
                    ["metadata"] = new JsonObject { ["resourceVersion"] = _version.ToString(CultureInfo.InvariantCulture) },
                    ["items"] = new JsonArray([.. Collection(kind).List(context.Request.Query["fieldSelector"], context.Request.Query["labelSelector"])]),
                };
        }

        if (answer is null)
        {
            await StatusAsync(context, 404, $"{kind} \"{name}\" not found");
            return;
        }

        context.Response.ContentType = "application/json";
        await context.Response.WriteAsync(answer.ToJsonString(), context.RequestAborted);
    }

    private async Task WriteAsync(HttpContext context, string kind, string? name)
    {
        var item = (await JsonNode.ParseAsync(context.Request.Body, cancellationToken: context.RequestAborted))!.AsObject();
        if (ApiTimes.ProblemOf(item) is { } problem)
        {
            await StatusAsync(context, 400, problem);
            return;
        }

        var own = item["metadata"]!["name"]!.GetValue<string>();
        var based = item["metadata"]!["resourceVersion"]?.GetValue<string>();
        string? conflict = null;
        lock (_gate)
        {
            var now = Collection(kind).Get(own);
            conflict = (name, now) switch
            {
                (null, not null) => $"{kind} \"{own}\" already exists",
                (not null, not null) when based is not null && based != now["metadata"]!["resourceVersion"]!.GetValue<string>() =>
                    $"Operation cannot be fulfilled on {kind} \"{own}\": the object has been modified; please apply your changes to the latest version and try again",
                _ => null,
            };
            if (conflict is null)
            {
                Collection(kind).Put(item, ++_version);
                item = Collection(kind).Get(own)!;
            }
        }

        if (conflict is not null)
        {
            await StatusAsync(context, 409, conflict);
            return;
        }

        context.Response.StatusCode = name is null ? 201 : 200;
        context.Response.ContentType = "application/json";
        await context.Response.WriteAsync(item.ToJsonString(), context.RequestAborted);
    }

    private async Task WatchAsync(HttpContext context, string kind)
    {
        var from = int.Parse(context.Request.Query["resourceVersion"].ToString(), CultureInfo.InvariantCulture);
        ChannelReader<string?>? events;
        bool goneAsEvent;
        lock (_gate)
        {
            events = Collection(kind).Watch(from, context.Request.Query["fieldSelector"], out goneAsEvent);
        }

        var gone = $"too old resource version: {from}";
        if (events is null && !goneAsEvent)
        {
            await StatusAsync(context, 410, gone);
            return;
        }

        context.Response.ContentType = "application/json";
        await context.Response.Body.FlushAsync(context.RequestAborted);
        if (events is null)
        {
            await LineAsync(context, new JsonObject { ["type"] = "ERROR", ["object"] = Status(410, gone) }.ToJsonString());
            return;
        }

        using var limit = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted);
        limit.CancelAfter(TimeSpan.FromSeconds(int.Parse(context.Request.Query["timeoutSeconds"].ToString(), CultureInfo.InvariantCulture)));
        try
        {
            await foreach (var line in events.ReadAllAsync(limit.Token))
            {
                if (line is null)
                {
                    context.Abort();
                    return;
                }

                await LineAsync(context, line);
            }
        }
        catch (OperationCanceledException)
        {
            // The time is over, or whoever watched has gone.
        }
    }

    private static async Task LineAsync(HttpContext context, string line)
    {
        await context.Response.WriteAsync(line + "\n", context.RequestAborted);
        await context.Response.Body.FlushAsync(context.RequestAborted);
    }

    private static JsonObject Status(int code, string message) => new()
    {
        ["kind"] = "Status",
        ["apiVersion"] = "v1",
        ["metadata"] = new JsonObject(),
        ["status"] = "Failure",
        ["message"] = message,
        ["reason"] = code switch { 403 => "Forbidden", 404 => "NotFound", 409 => "Conflict", 410 => "Expired", _ => "BadRequest" },
        ["code"] = code,
    };

    private static Task StatusAsync(HttpContext context, int code, string message)
    {
        context.Response.StatusCode = code;
        context.Response.ContentType = "application/json";
        return context.Response.WriteAsync(Status(code, message).ToJsonString(), context.RequestAborted);
    }
}
