using RedisCluster.Operations;
using RedisCluster.Planning;
using RedisCluster.Topology;

namespace Unit.Operations;

/// <summary>What the library is given without being there is named.</summary>
public sealed class NullGuardTests
{
    private static readonly ClusterObservation Nothing = new([], DateTimeOffset.UnixEpoch);
    private static readonly NodeEndpoint Node = new("127.0.0.1", 7101);
    private static readonly ClusterConnectionSettings Settings = new();
    private static readonly OperationOptions Options = new();

    [Fact]
    public void Planners_want_an_observation_and_a_request()
    {
        var create = new CreateRequest { Nodes = [Node] };
        var add = new AddNodeRequest { Node = Node };
        var joining = new JoiningNode(new NodeObservation { Endpoint = Node }, [], null, []);
        Assert.Throws<ArgumentNullException>("observation", () => CreatePlanner.Plan(null!, create));
        Assert.Throws<ArgumentNullException>("request", () => CreatePlanner.Plan(Nothing, null!));
        Assert.Throws<ArgumentNullException>("observation", () => AddNodePlanner.Plan(null!, joining, add));
        Assert.Throws<ArgumentNullException>("joining", () => AddNodePlanner.Plan(Nothing, null!, add));
        Assert.Throws<ArgumentNullException>("request", () => AddNodePlanner.Plan(Nothing, joining, null!));
        Assert.Throws<ArgumentNullException>("observation", () => DelNodePlanner.Plan(null!, null, new DelNodeRequest { Node = "a" }));
        Assert.Throws<ArgumentNullException>("request", () => DelNodePlanner.Plan(Nothing, null, null!));
        Assert.Throws<ArgumentNullException>("observation", () => FailoverPlanner.Plan(null!, new FailoverRequest()));
        Assert.Throws<ArgumentNullException>("request", () => FailoverPlanner.Plan(Nothing, null!));
        Assert.Throws<ArgumentNullException>("observation", () => FixPlanner.Plan(null!, SlotKeys.None, new FixRequest()));
        Assert.Throws<ArgumentNullException>("keys", () => FixPlanner.Plan(Nothing, null!, new FixRequest()));
        Assert.Throws<ArgumentNullException>("request", () => FixPlanner.Plan(Nothing, SlotKeys.None, null!));
        Assert.Throws<ArgumentNullException>("observation", () => FixPlanner.SlotsToCount(null!, new FixRequest()));
        Assert.Throws<ArgumentNullException>("request", () => FixPlanner.SlotsToCount(Nothing, null!));
        Assert.Throws<ArgumentNullException>("observation", () => FixPlanner.MastersToCount(null!));
        Assert.Throws<ArgumentNullException>("observation", () => NodeTimeoutPlanner.Plan(null!, TimeSpan.FromSeconds(1)));
        Assert.Throws<ArgumentNullException>("observation", () => ClusterChecker.Check(null!));
        Assert.Throws<ArgumentNullException>("observation", () => ClusterSummary.Of(null!));
    }

    [Fact]
    public async Task Operations_want_nodes_and_options_before_they_look_at_anything()
    {
        var import = new ImportOptions { Source = Node };
        await Assert.ThrowsAsync<ArgumentNullException>("seeds", () => ClusterImport.RunAsync(null!, import, Options));
        await Assert.ThrowsAsync<ArgumentNullException>("import", () => ClusterImport.RunAsync([Node], null!, Options));
        await Assert.ThrowsAsync<ArgumentNullException>("options", () => ClusterImport.RunAsync([Node], import, null!));
        await Assert.ThrowsAsync<ArgumentNullException>("seeds", () => ClusterRestore.RunAsync(null!, "backup", ExistingKeys.Refuse, Options));
        await Assert.ThrowsAsync<ArgumentNullException>("options", () => ClusterRestore.RunAsync([Node], "backup", ExistingKeys.Refuse, null!));
        await Assert.ThrowsAsync<ArgumentNullException>("seeds", () => ClusterCheck.RunAsync(null!, Settings));
        await Assert.ThrowsAsync<ArgumentNullException>("settings", () => ClusterCheck.RunAsync([Node], null!));
        await Assert.ThrowsAsync<ArgumentNullException>("observation", () => ClusterCheck.CountKeysAsync(null!, Settings));
        await Assert.ThrowsAsync<ArgumentNullException>("settings", () => ClusterCheck.CountKeysAsync(Nothing, null!));
    }

    [Fact]
    public void Replies_and_slots_are_wanted()
    {
        Assert.Throws<ArgumentNullException>("reply", () => ClusterShard.Parse(null!));
        Assert.Throws<ArgumentNullException>("reply", () => FunctionLibrary.Parse(null!));
        Assert.Throws<ArgumentNullException>("slots", () => SlotSet.Of((IEnumerable<int>)null!));
    }
}
