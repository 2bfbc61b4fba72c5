using System.Globalization;
using RedisCluster.Operations;
using RedisCluster.Operations.Slots;
using RedisCluster.Planning;
using RedisCluster.Topology;

namespace Unit.Operations.Slots;

/// <summary>The commands of Redis 8.4 and Valkey 9.0 against nodes that answer as their documentation says: no such server was at hand.</summary>
public sealed class AtomicMigrationTests : IAsyncDisposable
{
    private const string Job = "24cf41718b20f7f05901743dffc40bc9b15db339";
    private static readonly NodeId SourceId = NodeId.Parse(new string('a', 40));
    private static readonly NodeId TargetId = NodeId.Parse(new string('b', 40));

    private readonly TalkingNode _source;
    private readonly TalkingNode _target;
    private readonly NodePool _pool = new(new());
    private readonly List<string> _states = [];
    private bool _isRedis = true;
    private string? _refusal;
    private bool _begun;
    private bool _moved;
    private string _said = "";
    private string? _startAnswer;
    private int _lostStarts;
    private ManualResetEventSlim? _busy;

    public AtomicMigrationTests()
    {
        _source = new(command => Answer(command, _source!, SourceId));
        _target = new(command => Answer(command, _target!, TargetId));
    }

    public async ValueTask DisposeAsync()
    {
        await _pool.DisposeAsync();
        await _source.DisposeAsync();
        await _target.DisposeAsync();
    }

    [Fact]
    public async Task Redis_is_told_at_the_target_and_asked_until_it_is_done()
    {
        _states.AddRange(["snapshotting", "handoff-prep", "completed"]);
        await MoveAsync();
        Assert.Contains("CLUSTER MIGRATION IMPORT 0 99 200 200", _target.Heard);
        Assert.Equal(3, _target.Heard.Count(command => command == "CLUSTER MIGRATION STATUS ALL") - 1);
        Assert.DoesNotContain(_source.Heard.Concat(_target.Heard), command => command.Contains("SETSLOT", StringComparison.Ordinal) || command.StartsWith("MIGRATE", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Valkey_is_told_at_the_source_and_asked_until_it_is_done()
    {
        _isRedis = false;
        _states.AddRange(["snapshotting", "snapshotting", "success"]);
        await MoveAsync();
        Assert.Contains($"CLUSTER MIGRATESLOTS SLOTSRANGE 0 99 200 200 NODE {TargetId}", _source.Heard);
        Assert.DoesNotContain(_source.Heard.Concat(_target.Heard), command => command.Contains("SETSLOT", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(true, "failed", "failed: out of luck")]
    [InlineData(true, "canceled", "was cancelled")]
    [InlineData(false, "failed", "failed: out of luck")]
    [InlineData(false, "cancelled", "was cancelled")]
    public async Task What_the_servers_gave_up_is_told_in_one_line(bool isRedis, string state, string message)
    {
        _isRedis = isRedis;
        _said = "out of luck";
        _states.Add(state);
        var error = await Assert.ThrowsAsync<ClusterException>(() => MoveAsync());
        Assert.Contains(message, error.Message, StringComparison.Ordinal);
        Assert.Contains("every key is served", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', error.Message);
    }

    [Theory]
    [InlineData(true, $"CLUSTER MIGRATION CANCEL ID {Job}")]
    [InlineData(false, "CLUSTER CANCELSLOTMIGRATIONS")]
    public async Task An_interrupted_run_cancels_it(bool isRedis, string command)
    {
        _isRedis = isRedis;
        _states.Add("snapshotting");
        using var interrupt = new CancellationTokenSource();
        var moving = MoveAsync(interrupt.Token);
        var keeper = isRedis ? _target : _source;

        // Its name is known once it was looked for and then asked about.
        await UntilAsync(() => _begun && keeper.Heard.Reverse().TakeWhile(heard => !IsStart(heard)).Count() >= 2);

        await interrupt.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => moving);
        Assert.Contains(command, keeper.Heard);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task What_a_killed_run_left_going_is_waited_for_and_not_begun_again(bool isRedis)
    {
        _isRedis = isRedis;
        _begun = true;
        _states.AddRange(["snapshotting", "snapshotting", isRedis ? "completed" : "success"]);
        await MoveAsync();
        Assert.DoesNotContain(_source.Heard.Concat(_target.Heard), command => command.Contains("IMPORT", StringComparison.Ordinal) || command.Contains("MIGRATESLOTS", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task One_whose_answer_got_lost_is_looked_up_and_taken_up(bool isRedis)
    {
        _isRedis = isRedis;
        _startAnswer = TalkingNode.HangUp;
        _states.AddRange(["snapshotting", "snapshotting", isRedis ? "completed" : "success"]);
        await MoveAsync();
        Assert.Single((isRedis ? _target : _source).Heard, IsStart);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task One_that_never_arrived_is_begun_again(bool isRedis)
    {
        _isRedis = isRedis;
        _startAnswer = TalkingNode.HangUp;
        _lostStarts = 1;
        _states.AddRange(["snapshotting", isRedis ? "completed" : "success"]);
        await MoveAsync();
        Assert.Equal(2, (isRedis ? _target : _source).Heard.Count(IsStart));
    }

    [Theory]
    [InlineData(true, $"CLUSTER MIGRATION CANCEL ID {Job}")]
    [InlineData(false, "CLUSTER CANCELSLOTMIGRATIONS")]
    public async Task A_run_that_ends_before_the_answer_looks_it_up_and_cancels_it(bool isRedis, string command)
    {
        _isRedis = isRedis;
        using var busy = new ManualResetEventSlim();
        _busy = busy;
        _states.Add("snapshotting");
        using var interrupt = new CancellationTokenSource();
        var moving = MoveAsync(interrupt.Token);
        var keeper = isRedis ? _target : _source;
        await UntilAsync(() => _begun);

        await interrupt.CancelAsync();
        busy.Set();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => moving);
        Assert.Contains(command, keeper.Heard);
    }

    [Theory]
    [InlineData("-NOPERM this user has no permissions to run the 'cluster|migration' command\r\n")]
    [InlineData("-ERR unknown subcommand 'MIGRATION'. Try CLUSTER HELP.\r\n")]
    public async Task Where_the_command_is_not_to_be_had_keys_are_moved_one_by_one(string refusal)
    {
        _refusal = refusal;
        await MoveAsync();
        Assert.Contains($"CLUSTER SETSLOT 200 NODE {TargetId}", _source.Heard);
    }

    private Task MoveAsync(CancellationToken token = default)
    {
        var move = new MoveSlots(_source.Endpoint, SourceId, _target.Endpoint, TargetId, SlotSet.Parse("0-99,200"), "to test it");
        var context = new StepContext(_pool, new(), TimeProvider.System, new ProgressLog(null, TimeProvider.System));
        return new SlotMover(context, new SlotWork(context, [move])).MoveAsync(move, token == default ? TestContext.Current.CancellationToken : token);
    }

    private string Answer(string command, TalkingNode node, NodeId id) => command switch
    {
        "CLUSTER NODES" => TalkingNode.Bulk(Nodes(id)),
        "INFO server" => TalkingNode.Bulk(_isRedis ? "redis_version:8.4.0\r\n" : "redis_version:7.2.4\r\nserver_name:valkey\r\nvalkey_version:9.0.0\r\n"),
        "CLUSTER MIGRATION STATUS ALL" when _refusal is not null => _refusal,
        "CLUSTER MIGRATION STATUS ALL" => Jobs(state => TalkingNode.Map(
            ("id", Job), ("slots", "0-99 200-200"), ("source", $"{SourceId}"), ("dest", $"{TargetId}"), ("operation", "import"), ("state", state),
            ("last_error", _said), ("retries", "0"), ("write_pause_ms", "0"))),
        "CLUSTER GETSLOTMIGRATIONS" => Jobs(state => TalkingNode.Map(
            ("name", Job), ("operation", "EXPORT"), ("slot_ranges", "0-99 200-200"), ("target_node", $"{TargetId}"), ("source_node", $"{SourceId}"),
            ("state", state), ("message", _said))),
        _ when command.StartsWith("CLUSTER MIGRATION IMPORT", StringComparison.Ordinal) => Begin(TalkingNode.Bulk(Job)),
        _ when command.StartsWith("CLUSTER MIGRATESLOTS", StringComparison.Ordinal) => Begin("+OK\r\n"),
        "CLUSTER CANCELSLOTMIGRATIONS" => "+OK\r\n",
        _ when command.StartsWith("CLUSTER MIGRATION CANCEL", StringComparison.Ordinal) => ":1\r\n",
        "CONFIG GET cluster-node-timeout" => TalkingNode.Map(("cluster-node-timeout", "15000")),
        _ when command.StartsWith("CLUSTER COUNTKEYSINSLOT", StringComparison.Ordinal) => ":0\r\n",
        _ when command.StartsWith("CLUSTER GETKEYSINSLOT", StringComparison.Ordinal) => "*0\r\n",
        "EXEC" => "*1\r\n+OK\r\n",
        _ => node.Heard.IsEmpty ? "-ERR unexpected\r\n" : "+OK\r\n",
    };

    private static async Task UntilAsync(Func<bool> condition)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(TimeSpan.FromSeconds(60));
        while (!condition())
        {
            await Task.Delay(10, limit.Token);
        }
    }

    private static bool IsStart(string command) =>
        command.StartsWith("CLUSTER MIGRATION IMPORT", StringComparison.Ordinal) || command.StartsWith("CLUSTER MIGRATESLOTS", StringComparison.Ordinal);

    private string Begin(string answer)
    {
        if (_lostStarts-- > 0)
        {
            return TalkingNode.HangUp;
        }

        _begun = true;
        _busy?.Wait(TestContext.Current.CancellationToken);
        return _startAnswer ?? answer;
    }

    // Once it has begun, every question gets the next state; the last one stays.
    private string Jobs(Func<string, string> job)
    {
        if (!_begun)
        {
            return "*0\r\n";
        }

        var state = _states[0];
        if (_states.Count > 1)
        {
            _states.RemoveAt(0);
        }

        _moved |= state is "completed" or "success";
        return TalkingNode.List(job(state));
    }

    private string Nodes(NodeId asked)
    {
        var (source, target) = _moved ? ("100-199 201-8191", "0-99 200 8192-16383") : ("0-8191", "8192-16383");
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{SourceId} 127.0.0.1:{_source.Endpoint.Port}@1 {(asked == SourceId ? "myself," : "")}master - 0 0 1 connected {source}\n{TargetId} 127.0.0.1:{_target.Endpoint.Port}@2 {(asked == TargetId ? "myself," : "")}master - 0 0 2 connected {target}\n");
    }
}
