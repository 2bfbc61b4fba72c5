using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Aspire.Hosting.ApplicationModel;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using RedisCluster.Hosting.Local;

namespace RedisCluster.Hosting.Faults;

/// <summary>
/// Lets a tool beside the AppHost run the commands of the clusters' nodes: on loopback, at a port of its own, for whoever shows the token.
/// </summary>
/// <remarks>
/// Aspire's own ways in are the resource service of its dashboard and the backchannel of its command line. Both are private protocols between
/// parts of one version of Aspire, and neither is there without the dashboard or the tool. <see cref="ResourceCommandService"/> is public, but
/// in this process only; this carries a few of its commands, of these nodes only, a step further.
/// </remarks>
internal sealed class FaultControl(ResourceCommandService commands, NodeFaults faults, LocalRun run) : IAsyncDisposable
{
    private static readonly string[] Commands =
        [FaultControlContract.Kill, FaultControlContract.Freeze, FaultControlContract.Thaw, FaultControlContract.Start, "stop", "restart"];

    private readonly ConcurrentDictionary<string, RedisClusterResource> _clusters = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, CancellationTokenSource> _thaws = new(StringComparer.Ordinal);
    private readonly Lock _gate = new();
    private readonly string _token = RandomNumberGenerator.GetHexString(64, lowercase: true);
    private Task<ControlAddress>? _address;
    private WebApplication? _server;

    /// <summary>Opens the control for a cluster's nodes, the endpoint itself once.</summary>
    public Task<ControlAddress> OpenAsync(RedisClusterResource cluster)
    {
        _clusters[cluster.Name] = cluster;
        lock (_gate)
        {
            return _address ??= Task.Run(StartAsync);
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var thaw in _thaws.Values)
        {
            await thaw.CancelAsync().ConfigureAwait(false);
            thaw.Dispose();
        }

        if (_server is { } server)
        {
            await server.DisposeAsync().ConfigureAwait(false);
        }
    }

    private async Task<ControlAddress> StartAsync()
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(options => options.Listen(IPAddress.Loopback, 0, listen => listen.Protocols = HttpProtocols.Http1));
        _server = builder.Build();
        _server.Run(AnswerAsync);
        await _server.StartAsync().ConfigureAwait(false);
        var address = new ControlAddress(_server.Urls.First(), _token);
        var file = Path.Combine(run.Directory, FaultControlContract.FileName);
        await File.WriteAllTextAsync(file, JsonSerializer.Serialize(address, FaultControlJson.Default.ControlAddress)).ConfigureAwait(false);
        return address;
    }

    private async Task AnswerAsync(HttpContext context)
    {
        if (!IsAllowed(context.Request))
        {
            context.Response.StatusCode = StatusCodes.Status401Unauthorized;
            return;
        }

        var words = context.Request.Path.Value?.Split('/', StringSplitOptions.RemoveEmptyEntries) ?? [];
        if (words is [FaultControlContract.Nodes] && HttpMethods.IsGet(context.Request.Method))
        {
            await context.Response.WriteAsJsonAsync(new(await NodesAsync(context.RequestAborted).ConfigureAwait(false)), FaultControlJson.Default.ControlNodes).ConfigureAwait(false);
        }
        else if (words is [FaultControlContract.Nodes, var name, var command] && HttpMethods.IsPost(context.Request.Method)
            && Commands.Contains(command) && Find(name) is { } node)
        {
            var answer = await RunAsync(node, command, LimitOf(context.Request), context.RequestAborted).ConfigureAwait(false);
            context.Response.StatusCode = answer.Success ? StatusCodes.Status200OK : StatusCodes.Status409Conflict;
            await context.Response.WriteAsJsonAsync(answer, FaultControlJson.Default.ControlAnswer).ConfigureAwait(false);
        }
        else
        {
            context.Response.StatusCode = StatusCodes.Status404NotFound;
        }
    }

    private async Task<ControlAnswer> RunAsync(IRedisClusterNodeResource node, string command, TimeSpan? limit, CancellationToken cancellationToken)
    {
        if (command is FaultControlContract.Freeze or FaultControlContract.Thaw && _thaws.TryRemove(node.Name, out var former))
        {
            // What an earlier freeze was to end with is not for this one.
            await former.CancelAsync().ConfigureAwait(false);
        }

        if (command == FaultControlContract.Freeze && limit is { } time)
        {
            // Before the freeze: whoever asked for it may be gone when it is to end.
            ThawLater(node, time);
        }

        var result = await commands.ExecuteCommandAsync(node, command, cancellationToken).ConfigureAwait(false);
        return new(result.Success, result.Message);
    }

    private void ThawLater(IRedisClusterNodeResource node, TimeSpan time)
    {
        var source = new CancellationTokenSource();
        _thaws[node.Name] = source;
        _ = Task.Delay(time, source.Token).ContinueWith(
            _ => faults.ThawAsync(node, CancellationToken.None), CancellationToken.None, TaskContinuationOptions.OnlyOnRanToCompletion, TaskScheduler.Default);
    }

    private async Task<IReadOnlyList<ControlNode>> NodesAsync(CancellationToken cancellationToken)
    {
        var nodes = new List<ControlNode>();
        foreach (var cluster in _clusters.Values)
        {
            var endpoints = await RedisClusterHealthCheck.EndpointsAsync(cluster, cancellationToken).ConfigureAwait(false);
            nodes.AddRange(cluster.Nodes.Select(node => new ControlNode(node.Name, endpoints[node.Index].Host, endpoints[node.Index].Port)));
        }

        return nodes;
    }

    private IRedisClusterNodeResource? Find(string name) =>
        _clusters.Values.SelectMany(cluster => cluster.Nodes).FirstOrDefault(node => string.Equals(node.Name, name, StringComparison.OrdinalIgnoreCase));

    private bool IsAllowed(HttpRequest request) => CryptographicOperations.FixedTimeEquals(
        Encoding.UTF8.GetBytes(request.Headers.Authorization.ToString()), Encoding.UTF8.GetBytes($"Bearer {_token}"));

    private static TimeSpan? LimitOf(HttpRequest request) =>
        double.TryParse(request.Query[FaultControlContract.Limit], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var seconds) && seconds is > 0 and < 86_400
            ? TimeSpan.FromSeconds(seconds)
            : null;
}
