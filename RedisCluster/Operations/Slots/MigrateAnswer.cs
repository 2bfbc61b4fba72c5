using RedisCluster.Protocol;

namespace RedisCluster.Operations.Slots;

/// <summary>What an answer to MIGRATE means for the keys it was about. Those that arrived are the target's alone in every case.</summary>
internal enum MigrateAnswer
{
    /// <summary>They are at the target, or are gone.</summary>
    Done,

    /// <summary>The target holds at least one of them already.</summary>
    Busy,

    /// <summary>The target did not answer in time: it may hold keys that the source has kept.</summary>
    Uncertain,

    /// <summary>One of the two cannot just now.</summary>
    Later,

    /// <summary>The target has no memory left.</summary>
    OutOfMemory,

    /// <summary>The target wants other credentials than the source was given.</summary>
    AccessDenied,

    /// <summary>One of the two is not in its role any more.</summary>
    RolesChanged,

    /// <summary>Anything else.</summary>
    Failed,
}

/// <summary>Reads answers to MIGRATE: the source's own errors, and those of the target that it passes on in its words.</summary>
internal static class MigrateAnswers
{
    private const string OfTarget = "Target instance replied with error: ";

    public static MigrateAnswer Read(RespValue answer)
    {
        if (!answer.IsError)
        {
            return MigrateAnswer.Done;
        }

        var text = answer.AsText();
        var passedOn = text.IndexOf(OfTarget, StringComparison.Ordinal);
        var code = passedOn < 0 ? answer.ErrorCode! : text[(passedOn + OfTarget.Length)..].Split(' ', 2)[0].TrimStart('-');
        return code switch
        {
            "IOERR" => MigrateAnswer.Uncertain,
            "BUSYKEY" => MigrateAnswer.Busy,
            "OOM" => MigrateAnswer.OutOfMemory,
            "NOAUTH" or "WRONGPASS" or "NOPERM" => MigrateAnswer.AccessDenied,
            "MOVED" or "ASK" or "READONLY" => MigrateAnswer.RolesChanged,
            "MISCONF" => MigrateAnswer.Later,
            _ when Repeater.IsPassing(code) => MigrateAnswer.Later,
            _ => MigrateAnswer.Failed,
        };
    }
}
