using RedisCluster.Operations.Slots;
using RedisCluster.Planning;
using RedisCluster.Topology;

namespace Unit.Operations.Slots;

public sealed class DirectionsTests
{
    private static readonly NodeId[] Ids = [.. Enumerable.Range(0, 4).Select(i => NodeId.Parse(new string((char)('a' + i), 40)))];

    private readonly Directions _directions = new();

    [Fact]
    public async Task Moves_that_go_the_same_way_go_at_once()
    {
        await EnterAsync(0, 1);
        await EnterAsync(0, 2);
        await EnterAsync(3, 1);
        await EnterAsync(0, 1);
    }

    [Theory]
    [InlineData(1, 0)]
    [InlineData(1, 2)]
    [InlineData(3, 0)]
    public async Task A_node_that_gives_gets_nothing_and_the_other_way_round(int source, int target)
    {
        await EnterAsync(0, 1);
        await EnterAsync(0, 1);
        var waiting = EnterAsync(source, target);
        _directions.Leave(Move(0, 1));
        Assert.False(waiting.IsCompleted);
        _directions.Leave(Move(0, 1));
        await waiting.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task Who_waits_behind_a_move_that_failed_is_ended_with_the_run()
    {
        using var run = new CancellationTokenSource();
        await EnterAsync(0, 1);
        var waiting = _directions.EnterAsync(Move(1, 0), run.Token);
        await run.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
    }

    [Theory]
    [InlineData("master -", 5, 5, 4, false)]
    [InlineData("master -", 5, 5, 6, false)]
    [InlineData("master -", 5, 3, 4, true)]
    [InlineData("master -", 5, 5, 5, true)]
    [InlineData("slave bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb", 5, 5, 5, false)]
    public void A_target_has_to_know_which_epoch_to_surpass(string role, long own, long heard, long target, bool unsettled)
    {
        var ofSource = ClusterView.Parse($"{Ids[0]} 127.0.0.1:1@11 myself,{role} 0 0 {own} connected 0-9\n{Ids[1]} 127.0.0.1:2@12 master - 0 0 {target} connected 10-19\n");
        var ofTarget = ClusterView.Parse($"{Ids[1]} 127.0.0.1:2@12 myself,master - 0 0 {target} connected 10-19\n{Ids[0]} 127.0.0.1:1@11 master - 0 0 {heard} connected 0-9\n");
        Assert.Equal(unsettled, MoveRoute.UnsettledEpoch(ofSource, ofTarget, Move(0, 1)) is not null);
    }

    private Task EnterAsync(int source, int target) => _directions.EnterAsync(Move(source, target), TestContext.Current.CancellationToken);

    private static MoveSlots Move(int source, int target) =>
        new(new("127.0.0.1", source + 1), Ids[source], new("127.0.0.1", target + 1), Ids[target], SlotSet.Parse("0"), "");
}
