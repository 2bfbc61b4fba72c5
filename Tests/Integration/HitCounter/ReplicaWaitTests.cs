using System.Diagnostics.Metrics;
using System.Globalization;
using System.Text.RegularExpressions;
using HitCounter.Api.Counting;
using HitCounter.Api.Store;
using Integration.Support;
using StackExchange.Redis;

namespace Integration.HitCounter;

/// <summary>WAIT on a real master, without the rest of the service.</summary>
public sealed partial class ReplicaWaitTests : IMeterFactory
{
    private static readonly TimeSpan Wait = TimeSpan.FromSeconds(5);

    private readonly List<double> _measured = [];

    [Fact]
    public async Task Writes_that_come_together_share_a_wait_and_it_is_measured()
    {
        await using var servers = await StartAsync(replica: true);
        using var listener = Listen();
        using var meters = new HitMeters(this);
        await using var store = await ConnectAsync(servers);
        var replicas = new ReplicaWait(store.GetServers()[0], meters, TimeProvider.System);
        // The first one learns the connection's id and asks twice.
        Assert.Equal(1, await replicas.ConfirmAsync(Wait));
        var before = await WaitsAsync(servers[0]);

        var confirmed = await Task.WhenAll(Enumerable.Range(0, 100).Select(i =>
        {
            _ = store.GetDatabase().StringIncrementAsync($"key:{i}", flags: CommandFlags.FireAndForget);
            return replicas.ConfirmAsync(Wait);
        }));

        Assert.All(confirmed, count => Assert.Equal(1, count));
        Assert.InRange(await WaitsAsync(servers[0]) - before, 1, 99);
        lock (_measured)
        {
            Assert.NotEmpty(_measured);
            Assert.All(_measured, seconds => Assert.InRange(seconds, 0, Wait.TotalSeconds));
        }
    }

    [Fact]
    public async Task Without_a_replica_nobody_confirms_and_nothing_is_measured()
    {
        await using var servers = await StartAsync(replica: false);
        using var listener = Listen();
        using var meters = new HitMeters(this);
        await using var store = await ConnectAsync(servers);
        var replicas = new ReplicaWait(store.GetServers()[0], meters, TimeProvider.System);

        var confirmed = await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => replicas.ConfirmAsync(TimeSpan.FromMilliseconds(20))));

        Assert.All(confirmed, count => Assert.Equal(0, count));
        Assert.Empty(_measured);
    }

    Meter IMeterFactory.Create(MeterOptions options)
    {
        options.Scope = this;
        return new Meter(options);
    }

    void IDisposable.Dispose()
    {
    }

    private MeterListener Listen()
    {
        var listener = new MeterListener
        {
            InstrumentPublished = (instrument, listener) =>
            {
                if (instrument.Meter.Scope == this && instrument.Name == "hitcounter.replica.wait")
                {
                    listener.EnableMeasurementEvents(instrument);
                }
            },
        };
        listener.SetMeasurementEventCallback<double>((_, value, _, _) =>
        {
            lock (_measured)
            {
                _measured.Add(value);
            }
        });
        listener.Start();
        return listener;
    }

    private static async Task<RedisServers> StartAsync(bool replica)
    {
        var servers = await RedisServers.StartAsync(replica ? 2 : 1, new RedisServersOptions { ClusterMode = false });
        if (replica)
        {
            await servers[1].CallAsync("REPLICAOF", "127.0.0.1", servers[0].Port);
            await Eventually.TrueAsync(
                async () => (await servers[1].CallAsync("INFO", "replication")).AsText().Contains("master_link_status:up", StringComparison.Ordinal),
                TimeSpan.FromSeconds(20),
                "the replica follows");
        }

        return servers;
    }

    private static async Task<ConnectionMultiplexer> ConnectAsync(RedisServers servers)
        => await ConnectionMultiplexer.ConnectAsync(HitCounterProcess.ConnectionString([servers[0].Endpoint]));

    private static async Task<long> WaitsAsync(RedisServer server)
        => long.Parse(Waits().Match((await server.CallAsync("INFO", "commandstats")).AsText()).Groups[1].Value, CultureInfo.InvariantCulture);

    [GeneratedRegex("cmdstat_wait:calls=([0-9]+)")]
    private static partial Regex Waits();
}
