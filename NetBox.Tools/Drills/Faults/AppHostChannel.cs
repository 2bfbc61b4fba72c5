using System.Globalization;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using RedisCluster.Hosting.Faults;

namespace NetBox.Tools.Drills.Faults;

/// <summary>Nodes that an AppHost of this machine runs: the commands of their resources, processes and containers alike.</summary>
internal sealed class AppHostChannel(Func<string, string?> environment) : IFaultChannel
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan LookPatience = TimeSpan.FromSeconds(2);

    private HttpClient? _client;
    private IReadOnlyList<ControlNode> _nodes = [];

    public string Name => "the AppHost";

    public string? NameOf(DrillNode node) => Find(node)?.Name;

    public bool Heals(Fault fault) => true;

    public async Task<string?> ObstacleAsync(Fault fault, DrillNode node, CancellationToken cancellationToken)
    {
        if (fault == Fault.CutOff)
        {
            return "it cannot cut a node off from the others";
        }

        if (_client is null)
        {
            await SearchAsync(node, cancellationToken).ConfigureAwait(false);
        }

        return Find(node) is not null ? null : $"none that runs here has {node.Name} among its nodes";
    }

    public Task InflictAsync(Fault fault, IReadOnlyList<DrillNode> nodes, TimeSpan limit, CancellationToken cancellationToken) => RunAsync(
        nodes,
        fault == Fault.Frozen
            ? string.Create(CultureInfo.InvariantCulture, $"{FaultControlContract.Freeze}?{FaultControlContract.Limit}={limit.TotalSeconds:0.###}")
            : FaultControlContract.Kill,
        cancellationToken);

    public Task HealAsync(Fault fault, IReadOnlyList<DrillNode> nodes, CancellationToken cancellationToken) =>
        RunAsync(nodes, fault == Fault.Frozen ? FaultControlContract.Thaw : FaultControlContract.Start, cancellationToken);

    public ValueTask DisposeAsync()
    {
        _client?.Dispose();
        return ValueTask.CompletedTask;
    }

    private Task RunAsync(IReadOnlyList<DrillNode> nodes, string command, CancellationToken cancellationToken) => Task.WhenAll(nodes.Select(async node =>
    {
        var name = Find(node)!.Name;
        try
        {
            using var response = await _client!.PostAsync(new Uri($"{FaultControlContract.Nodes}/{name}/{command}", UriKind.Relative), content: null, cancellationToken).ConfigureAwait(false);
            var answer = await response.Content.ReadFromJsonAsync(FaultControlJson.Default.ControlAnswer, cancellationToken).ConfigureAwait(false);
            if (answer is not { Success: true })
            {
                throw new NetBoxException(ExitCode.Faults, $"the AppHost did not {command.Split('?')[0]} {name}: {answer?.Message ?? "it does not say why"}");
            }
        }
        catch (Exception exception) when (IsFailure(exception, cancellationToken))
        {
            throw new NetBoxException(ExitCode.Faults, $"the AppHost did not {command.Split('?')[0]} {name}: {exception.Message.ReplaceLineEndings(" ")}", exception);
        }
    }));

    private ControlNode? Find(DrillNode node) => _nodes.FirstOrDefault(known => known.Port == node.Endpoint.Port && IsSameHost(known.Host, node.Endpoint.Host));

    private async Task SearchAsync(DrillNode node, CancellationToken cancellationToken)
    {
        foreach (var address in Addresses())
        {
            var client = new HttpClient { BaseAddress = new Uri(address.Url), Timeout = Patience };
            client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", address.Token);
            _nodes = await NodesAsync(client, cancellationToken).ConfigureAwait(false);
            if (Find(node) is not null)
            {
                _client = client;
                return;
            }

            client.Dispose();
        }

        _nodes = [];
    }

    /// <summary>What it was told by the AppHost that started it, else what AppHosts of this user have left for a shell.</summary>
    private IEnumerable<ControlAddress> Addresses()
    {
        if (environment(FaultControlContract.UrlVariable) is { Length: > 0 } url && Uri.IsWellFormedUriString(url, UriKind.Absolute))
        {
            yield return new(url, environment(FaultControlContract.TokenVariable) ?? string.Empty);
            yield break;
        }

        var runs = FaultControlContract.Runs(FaultControlContract.Root);
        foreach (var folder in Directory.Exists(runs) ? Directory.EnumerateDirectories(runs) : [])
        {
            if (Read(Path.Combine(folder, FaultControlContract.FileName)) is { } address)
            {
                yield return address;
            }
        }
    }

    private static ControlAddress? Read(string file)
    {
        try
        {
            return File.Exists(file) && JsonSerializer.Deserialize(File.ReadAllText(file), FaultControlJson.Default.ControlAddress) is { } address
                && Uri.TryCreate(address.Url, UriKind.Absolute, out var url) && url.IsLoopback ? address : null;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or JsonException)
        {
            return null;
        }
    }

    private static async Task<IReadOnlyList<ControlNode>> NodesAsync(HttpClient client, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(LookPatience);
        try
        {
            return (await client.GetFromJsonAsync(FaultControlContract.Nodes, FaultControlJson.Default.ControlNodes, limit.Token).ConfigureAwait(false))?.Nodes ?? [];
        }
        catch (Exception exception) when (IsFailure(exception, cancellationToken))
        {
            // One that has ended and left its file behind.
            return [];
        }
    }

    private static bool IsFailure(Exception exception, CancellationToken cancellationToken) =>
        exception is HttpRequestException or JsonException || (exception is OperationCanceledException && !cancellationToken.IsCancellationRequested);

    private static bool IsSameHost(string one, string other) => one.Equals(other, StringComparison.OrdinalIgnoreCase) || (IsLoopback(one) && IsLoopback(other));

    private static bool IsLoopback(string host) => host is "localhost" or "127.0.0.1" or "::1";
}
