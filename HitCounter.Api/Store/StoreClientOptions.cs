using StackExchange.Redis;

namespace HitCounter.Api.Store;

/// <summary>What StackExchange.Redis needs to be told so that it notices a node's death early and never repeats or queues a write behind our back.</summary>
internal static class StoreClientOptions
{
    public static void Apply(ConfigurationOptions options, HitCounterOptions counter)
    {
        var timeout = (int)counter.AttemptTimeout.TotalMilliseconds;
        options.AbortOnConnectFail = false;
        options.ConnectTimeout = Math.Min(options.ConnectTimeout, 2000);
        options.SyncTimeout = timeout;
        options.AsyncTimeout = timeout;
        // A peer that is silent without closing (SIGSTOP, a dropped route) is found out by a ping that goes unanswered.
        options.KeepAlive = 1;
        options.HeartbeatInterval = TimeSpan.FromMilliseconds(500);
        options.ReconnectRetryPolicy = new LinearRetry(500);
        // A write that waits inside the client is one whose fate its lane does not know; the lane repeats it itself.
        options.BacklogPolicy = BacklogPolicy.FailFast;
    }
}
