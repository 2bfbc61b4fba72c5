using System.Text.Json.Nodes;
using ClusterInit.Worker.Kubernetes;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using RedisCluster.Operations;
using RedisCluster.Topology;
using static Integration.Kubernetes.Worker.ApiObjects;

namespace Integration.Kubernetes.Worker;

/// <summary>One holder at a time through the Lease object, against a server that refuses what the real one refuses.</summary>
public sealed class LeaseTests
{
    private const string Name = "redis-cluster-reconciler";
    private static readonly ClusterObservation Nothing = new([], DateTimeOffset.UnixEpoch);

    private readonly FakeTimeProvider _time = new();

    [Fact]
    public async Task The_first_one_gets_it_and_the_second_one_when_it_is_given_up()
    {
        await using var api = await FakeApiServer.StartAsync();
        var (a, b) = (Lease(api, "a"), Lease(api, "b"));
        Assert.Equal(new LeaseStatus(LeaseHolding.Mine, "a", KubernetesLease.Duration), await HoldAsync(a));
        Assert.Equal(new LeaseStatus(LeaseHolding.Others, "a"), await HoldAsync(b));
        Assert.Equal(("a", 0, 15), Spec(api));

        await a.ReleaseAsync(TestContext.Current.CancellationToken);
        _time.Advance(TimeSpan.FromSeconds(1.1));
        Assert.Equal(LeaseHolding.Mine, (await HoldAsync(b)).Holding);
        Assert.Equal(("b", 1, 15), Spec(api));
    }

    [Fact]
    public async Task It_is_kept_as_long_as_it_is_renewed_and_taken_when_it_is_not()
    {
        await using var api = await FakeApiServer.StartAsync();
        var (a, b) = (Lease(api, "a"), Lease(api, "b"));
        for (var second = 0; second < 40; second += 3)
        {
            Assert.Equal(LeaseHolding.Mine, (await HoldAsync(a)).Holding);
            Assert.Equal(LeaseHolding.Others, (await HoldAsync(b)).Holding);
            _time.Advance(TimeSpan.FromSeconds(3));
        }

        for (var second = 0; second < 12; second += 3)
        {
            Assert.Equal(LeaseHolding.Others, (await HoldAsync(b)).Holding);
            _time.Advance(TimeSpan.FromSeconds(3));
        }

        _time.Advance(TimeSpan.FromSeconds(3));
        Assert.Equal(LeaseHolding.Mine, (await HoldAsync(b)).Holding);
        Assert.Equal(new LeaseStatus(LeaseHolding.Others, "b"), await HoldAsync(a));
    }

    [Fact]
    public async Task Clocks_of_two_machines_are_not_compared()
    {
        await using var api = await FakeApiServer.StartAsync();
        var ahead = new FakeTimeProvider(DateTimeOffset.UtcNow.AddYears(1));
        Assert.Equal(LeaseHolding.Mine, (await HoldAsync(Lease(api, "a"))).Holding);
        var b = new KubernetesLease(KubernetesWorker.Client(api), KubernetesWorker.Settings, "b", ahead);
        Assert.Equal(LeaseHolding.Others, (await HoldAsync(b)).Holding);
        ahead.Advance(TimeSpan.FromSeconds(14));
        Assert.Equal(LeaseHolding.Others, (await HoldAsync(b)).Holding);
        ahead.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal(LeaseHolding.Mine, (await HoldAsync(b)).Holding);
    }

    [Fact]
    public async Task Of_two_that_take_it_at_once_one_is_refused()
    {
        await using var api = await FakeApiServer.StartAsync();
        var (a, b) = (Lease(api, "a"), Lease(api, "b"));
        await HoldAsync(a);
        await a.ReleaseAsync(TestContext.Current.CancellationToken);

        // Between the reading and the writing of b, a takes it.
        var b2 = Lease(api, "b");
        api.Once($"PUT /apis/coordination.k8s.io/v1/namespaces/shop/leases/{Name}", () => HoldAsync(Lease(api, "a")).Wait(TestContext.Current.CancellationToken));
        Assert.Equal(LeaseHolding.Others, (await HoldAsync(b2)).Holding);
        Assert.Equal("a", Spec(api).Holder);
        Assert.Equal(LeaseHolding.Others, (await HoldAsync(b)).Holding);
    }

    [Fact]
    public async Task Of_two_that_create_it_at_once_one_is_refused()
    {
        await using var api = await FakeApiServer.StartAsync();
        api.Once("POST /apis/coordination.k8s.io", () => HoldAsync(Lease(api, "a")).Wait(TestContext.Current.CancellationToken));
        Assert.Equal(LeaseHolding.Others, (await HoldAsync(Lease(api, "b"))).Holding);
        Assert.Equal("a", Spec(api).Holder);
    }

    [Fact]
    public async Task Restarted_in_place_it_goes_on_at_once()
    {
        await using var api = await FakeApiServer.StartAsync();
        await HoldAsync(Lease(api, "a"));
        Assert.Equal(LeaseHolding.Mine, (await HoldAsync(Lease(api, "a"))).Holding);
        Assert.Equal(("a", 0, 15), Spec(api));
    }

    [Fact]
    public async Task A_silent_server_costs_the_lease_only_when_its_time_is_over()
    {
        await using var api = await FakeApiServer.StartAsync();
        var a = new KubernetesLease(
            KubernetesWorker.Client(api), KubernetesWorker.Settings with { RequestTimeout = TimeSpan.FromSeconds(0.3) }, "a", _time);
        await MineAsync(a);
        api.Silence("/leases");
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(new LeaseStatus(LeaseHolding.Mine, "a", TimeSpan.FromSeconds(14)), await HoldAsync(a));
        _time.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal(new LeaseStatus(LeaseHolding.Unavailable, "no answer in time"), await HoldAsync(a));
        api.Heal();
        _time.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal(new LeaseStatus(LeaseHolding.Mine, "a", KubernetesLease.Duration), await MineAsync(a));

        // A busy machine may take longer to answer than this one is willing to wait.
        async Task<LeaseStatus> MineAsync(KubernetesLease lease)
        {
            LeaseStatus status;
            for (var tries = 0; (status = await HoldAsync(lease)).Holding != LeaseHolding.Mine && tries < 50; tries++)
            {
                _time.Advance(TimeSpan.FromSeconds(1.1));
            }

            return status;
        }
    }

    [Fact]
    public async Task Where_the_object_may_not_be_used_a_key_of_the_cluster_takes_its_place()
    {
        await using var api = await FakeApiServer.StartAsync();
        var key = new KeyLease();
        var lease = new LeaseOrKey(Lease(api, "a"), key, KubernetesWorker.Settings, NullLogger.Instance);
        api.Refuse("/leases", 403, "leases.coordination.k8s.io is forbidden");
        Assert.Equal("the key", (await HoldAsync(lease)).Detail);
        api.Heal();
        _time.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal("a", (await HoldAsync(lease)).Detail);
        Assert.Equal((1, 1), (key.Asked, key.Released));

        // An answer that says nothing is no reason to take another lease.
        // Nor is a token that is not believed: another one with the same rights may hold the object meanwhile.
        foreach (var (code, message) in ((int, string)[])[(500, "etcdserver: request timed out"), (401, "Unauthorized")])
        {
            api.Refuse("/leases", code, message);
            _time.Advance(TimeSpan.FromSeconds(3));
            Assert.Equal(LeaseHolding.Unavailable, (await HoldAsync(lease)).Holding);
            Assert.Equal(1, key.Asked);
        }
    }

    private static Task<LeaseStatus> HoldAsync(IReconcilerLease lease) => lease.HoldAsync(Nothing, TestContext.Current.CancellationToken);

    private static (string Holder, int Transitions, int Seconds) Spec(FakeApiServer api)
    {
        var spec = api.Get(Leases, Name)!["spec"]!;
        return (spec["holderIdentity"]!.GetValue<string>(), spec["leaseTransitions"]!.GetValue<int>(), spec["leaseDurationSeconds"]!.GetValue<int>());
    }

    private KubernetesLease Lease(FakeApiServer api, string holder) =>
        new(KubernetesWorker.Client(api), KubernetesWorker.Settings, holder, _time);

    private sealed class KeyLease : IReconcilerLease
    {
        public int Asked { get; private set; }

        public int Released { get; private set; }

        public Task<LeaseStatus> HoldAsync(ClusterObservation observation, CancellationToken cancellationToken)
        {
            Asked++;
            return Task.FromResult(new LeaseStatus(LeaseHolding.Mine, "the key", TimeSpan.FromSeconds(1)));
        }

        public Task ReleaseAsync(CancellationToken cancellationToken)
        {
            Released++;
            return Task.CompletedTask;
        }
    }
}
