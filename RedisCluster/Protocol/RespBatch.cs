namespace RedisCluster.Protocol;

/// <summary>Commands that were sent in one go, and the answers that have come so far; done when the last one has.</summary>
internal sealed class RespBatch(IReadOnlyList<RespCommand> commands)
    : TaskCompletionSource<RespValue[]>(TaskCreationOptions.RunContinuationsAsynchronously)
{
    private readonly RespValue[] _answers = new RespValue[commands.Count];
    private volatile int _answered;

    /// <summary>The first command without an answer; the last one when there is none.</summary>
    public RespCommand Waiting => commands[Math.Min(_answered, commands.Count - 1)];

    /// <summary>Whether a command brings a time of its own.</summary>
    public bool HasOwnTime => commands.Any(command => command.Timeout is not null);

    /// <summary>How long all answers may take.</summary>
    public TimeSpan TimeoutOr(TimeSpan usual)
    {
        var longest = TimeSpan.Zero;
        foreach (var command in commands)
        {
            var own = command.Timeout ?? usual;
            if (own == Timeout.InfiniteTimeSpan)
            {
                return own;
            }

            longest = own > longest ? own : longest;
        }

        return longest;
    }

    /// <summary>Takes the next answer.</summary>
    /// <returns>Whether it was the last one.</returns>
    public bool Add(RespValue answer)
    {
        _answers[_answered++] = answer;
        return _answered == _answers.Length;
    }

    /// <summary>To be called when all answers are there.</summary>
    public void Complete() => TrySetResult(_answers);
}
