using System.Globalization;
using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Testing;
using Integration.HitCounter;
using Microsoft.Extensions.DependencyInjection;
using RedisCluster.Hosting.Local;
using RedisCluster.Operations;
using RedisCluster.Planning;
using RedisCluster.Protocol;
using RedisCluster.Topology;

namespace Integration.AppHosting;

/// <summary>The whole AppHost in this process, its nodes as real processes unless told otherwise.</summary>
internal sealed class RunningAppHost : IAsyncDisposable
{
    public const string Cluster = "redis-cluster";
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private readonly IDistributedApplicationTestingBuilder _builder;

    private RunningAppHost(IDistributedApplicationTestingBuilder builder, DistributedApplication app)
    {
        _builder = builder;
        App = app;
    }

    public DistributedApplication App { get; }

    public IReadOnlyList<IRedisClusterNodeResource> Nodes => Resource.Nodes;

    private RedisClusterResource Resource =>
        App.Services.GetRequiredService<DistributedApplicationModel>().Resources.OfType<RedisClusterResource>().Single();

    /// <summary>Starts it and waits until it is usable.</summary>
    public static Task<RunningAppHost> StartAsync(params string[] args) => StartAsync(_ => { }, args);

    /// <summary>Starts it with what the test changes in its model.</summary>
    public static async Task<RunningAppHost> StartAsync(Action<IDistributedApplicationTestingBuilder> change, params string[] args)
    {
        using var patience = new CancellationTokenSource(Patience);
        var builder = await DistributedApplicationTestingBuilder.CreateAsync<Projects.AppHost>(["--RedisCluster:Nodes=Processes", .. args], patience.Token);
        change(builder);
        var host = new RunningAppHost(builder, await builder.BuildAsync(patience.Token));
        try
        {
            await host.App.StartAsync(patience.Token);
            foreach (var name in (string[])[Cluster, "hit-counter", "netbox"])
            {
                await host.HealthyAsync(name, patience.Token);
            }

            return host;
        }
        catch
        {
            await host.DisposeAsync();
            throw;
        }
    }

    public async Task HealthyAsync(string name, CancellationToken cancellationToken) =>
        await App.ResourceNotifications.WaitForResourceHealthyAsync(name, WaitBehavior.StopOnResourceUnavailable, cancellationToken);

    public async Task<string> HitAsync()
    {
        using var client = App.CreateHttpClient("hit-counter", "http");
        client.Timeout = TimeSpan.FromSeconds(30);
        return await client.GetStringAsync(new Uri("/", UriKind.Relative));
    }

    public async Task<NodeEndpoint> EndpointAsync(int index) =>
        (await RedisCluster.Hosting.RedisClusterHealthCheck.EndpointsAsync(Resource, TestContext.Current.CancellationToken))[index];

    public async Task<int> IndexAsync(NodeEndpoint endpoint)
    {
        var endpoints = await RedisCluster.Hosting.RedisClusterHealthCheck.EndpointsAsync(Resource, TestContext.Current.CancellationToken);
        return Enumerable.Range(0, endpoints.Count).Single(i => endpoints[i].IsSameClientAddress(endpoint));
    }

    /// <summary>The master that owns the counter.</summary>
    public async Task<int> OwnerAsync() => await FindOwnerAsync() ?? throw new InvalidOperationException("No node that answers owns the counter.");

    public async Task<int?> FindOwnerAsync()
    {
        var slot = HashSlot.Of(CounterShard.Total);
        var owner = (await ObserveAsync()).Nodes.FirstOrDefault(node => node.View is { Myself: { IsMaster: true } myself } && myself.Slots.Contains(slot));
        return owner is null ? null : await IndexAsync(owner.Endpoint);
    }

    /// <summary>Ends the node's server at once, as a lost machine would.</summary>
    public async Task KillAsync(int index)
    {
        using var process = System.Diagnostics.Process.GetProcessById(await ProcessIdAsync(index));
        process.Kill();
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
    }

    /// <summary>The process that is the node's server, which may be a child of what the resource started.</summary>
    public async Task<int> ProcessIdAsync(int index)
    {
        await using var connection = await ConnectAsync(index);
        var info = (await connection.SendAsync(RespCommand.Of("INFO", "server"), TestContext.Current.CancellationToken)).AsText();
        const string Field = "process_id:";
        var line = info.Split('\n').Single(text => text.StartsWith(Field, StringComparison.Ordinal));
        return int.Parse(line[Field.Length..].Trim(), CultureInfo.InvariantCulture);
    }

    public async Task<RespConnection> ConnectAsync(int index)
    {
        var endpoint = await EndpointAsync(index);
        var options = new RespConnectionOptions { Password = await PasswordAsync() };
        return await RespConnection.ConnectAsync(endpoint.Host, endpoint.Port, options, TestContext.Current.CancellationToken);
    }

    /// <summary>Ends the node as its resource's command does.</summary>
    public async Task StopAsync(int index)
    {
        var result = await App.ResourceCommands.ExecuteCommandAsync(Nodes[index], KnownResourceCommands.StopCommand, TestContext.Current.CancellationToken);
        Assert.True(result.Success, result.Message);
    }

    /// <summary>What every node says now, those that are gone included.</summary>
    public async Task<ClusterObservation> ObserveAsync() =>
        await ClusterObserver.ObserveAsync(
            await RedisCluster.Hosting.RedisClusterHealthCheck.EndpointsAsync(Resource, TestContext.Current.CancellationToken),
            discover: false,
            new ClusterConnectionSettings { Password = await PasswordAsync() },
            TestContext.Current.CancellationToken);

    public async Task<CheckReport> CheckAsync() =>
        await ClusterCheck.RunAsync(
            await RedisCluster.Hosting.RedisClusterHealthCheck.EndpointsAsync(Resource, TestContext.Current.CancellationToken),
            new ClusterConnectionSettings { Password = await PasswordAsync() },
            TestContext.Current.CancellationToken);

    /// <summary>Every port something of it listens on.</summary>
    public async Task<IReadOnlyList<int>> PortsAsync()
    {
        List<int> ports = [];
        for (var i = 0; i < Nodes.Count; i++)
        {
            var endpoint = await EndpointAsync(i);
            ports.Add(endpoint.Port);
            ports.Add(endpoint.BusPort!.Value);
        }

        ports.Add(App.GetEndpoint("hit-counter", "http").Port);
        ports.Add(App.GetEndpoint("netbox", "http").Port);
        return ports;
    }

    public static IEnumerable<int> StillTaken(IEnumerable<int> ports) => ports.Where(port => !LocalPorts.IsFree(port));

    public async ValueTask DisposeAsync()
    {
        await App.DisposeAsync();
        await _builder.DisposeAsync();
    }

    private async Task<string?> PasswordAsync() => await Resource.PasswordParameter.GetValueAsync(TestContext.Current.CancellationToken);
}
