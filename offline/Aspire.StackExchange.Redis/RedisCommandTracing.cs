using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using StackExchange.Redis;
using StackExchange.Redis.Profiling;

namespace Aspire.StackExchange.Redis;

// OpenTelemetry.Instrumentation.StackExchangeRedis is a prerelease that feeds often lack; these are its spans, under its
// source name, made from the client's own profiling.
internal sealed class RedisCommandTracing : IDisposable
{
    internal const string SourceName = "OpenTelemetry.Instrumentation.StackExchangeRedis";

    private static readonly TimeSpan DrainInterval = TimeSpan.FromSeconds(10);
    private static readonly ActivitySource Source = new(SourceName);

    private readonly ConcurrentDictionary<ActivitySpanId, ProfilingSession> _sessions = new();
    private readonly ProfilingSession _orphans = new();
    private readonly Timer _drain;

    public RedisCommandTracing() => _drain = new Timer(static state => ((RedisCommandTracing)state!).Drain(), this, DrainInterval, DrainInterval);

    public void Follow(IConnectionMultiplexer multiplexer) => multiplexer.RegisterProfiler(CurrentSession);

    public void Dispose()
    {
        _drain.Dispose();
        Drain();
    }

    internal void Drain()
    {
        Emit(_orphans);
        foreach (var (span, session) in _sessions)
        {
            Emit(session);
            if (((Activity)session.UserToken!).IsStopped)
            {
                _sessions.TryRemove(span, out _);
                // A command that was recorded between the two lines above would otherwise be lost.
                Emit(session);
            }
        }
    }

    private static void Emit(ProfilingSession session)
    {
        var parent = ((Activity?)session.UserToken)?.Context ?? default;
        foreach (var command in session.FinishProfiling())
        {
            Emit(command, parent);
        }
    }

    private static void Emit(IProfiledCommand command, ActivityContext parent)
    {
        using var span = Source.CreateActivity(command.Command, ActivityKind.Client, parent, [new("db.system", "redis")]);
        if (span is null)
        {
            return;
        }

        span.SetStartTime(command.CommandCreated);
        span.Start();
        span.SetEndTime(command.CommandCreated + command.ElapsedTime);
        span.SetTag("db.redis.database_index", command.Db);
        span.SetTag("db.statement", command.Command);
        switch (command.EndPoint)
        {
            case IPEndPoint ip:
                var address = ip.Address.ToString();
                span.SetTag("server.address", address).SetTag("server.port", ip.Port);
                span.SetTag("network.peer.address", address).SetTag("network.peer.port", ip.Port);
                break;
            case DnsEndPoint dns:
                span.SetTag("server.address", dns.Host).SetTag("server.port", dns.Port);
                break;
        }

        var enqueued = command.CommandCreated + command.CreationToEnqueued;
        var sent = enqueued + command.EnqueuedToSending;
        span.AddEvent(new ActivityEvent("Enqueued", enqueued));
        span.AddEvent(new ActivityEvent("Sent", sent));
        span.AddEvent(new ActivityEvent("ResponseReceived", sent + command.SentToResponse));
    }

    private ProfilingSession? CurrentSession()
    {
        if (!Source.HasListeners())
        {
            return null;
        }

        return Activity.Current is { IdFormat: ActivityIdFormat.W3C } parent
            ? _sessions.GetOrAdd(parent.SpanId, static (_, activity) => new ProfilingSession(activity), parent)
            : _orphans;
    }
}
