using System.Collections.Concurrent;
using System.Net;
using RedisCluster.Operations;
using RedisCluster.Topology;
using StackExchange.Redis;

namespace HitCounter.Api.Store;

/// <summary>Watches masters that no replica confirms, until one does again, and knows whether they may acknowledge alone meanwhile.</summary>
internal sealed partial class ReplicaWatch(HitCounterOptions options, TimeProvider time, ILogger<ReplicaWatch> logger)
{
    private const int Remembered = 50;

    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan IdleLimit = TimeSpan.FromSeconds(10);
    // Longer than from one observation to the next, shorter than a replica takes to join and copy the data.
    private static readonly TimeSpan TrustInNoReplica = TimeSpan.FromSeconds(1);

    private readonly ConcurrentDictionary<EndPoint, long> _goodUntil = new();
    private readonly ConcurrentDictionary<EndPoint, string> _alone = new();
    private long _lastAsked;
    private int _looking;

    /// <summary>True while hits are answered that only a master has.</summary>
    public bool Degraded => !_alone.IsEmpty;

    /// <summary>Whether the master is known to have no replica now, so that there is hardly any point in waiting for one.</summary>
    public bool IsAlone(EndPoint master) => !_goodUntil.IsEmpty && _goodUntil.TryGetValue(master, out var until) && time.GetTimestamp() < until;

    /// <summary>Whether the master at this address may acknowledge alone now. If not, it is being looked into.</summary>
    public bool MayAcknowledgeAlone(IConnectionMultiplexer multiplexer, EndPoint master)
    {
        Look(multiplexer);
        if (!IsAlone(master))
        {
            return false;
        }

        if (!_alone.ContainsKey(master) && master.ToString() is { } name && _alone.TryAdd(master, name))
        {
            RunsAlone(name);
        }

        return true;
    }

    /// <summary>
    /// Observes the cluster for a while, in the background. Begun when a write fails, so that a master that is promoted then
    /// is known by the time it is written to.
    /// </summary>
    public void Look(IConnectionMultiplexer multiplexer)
    {
        Volatile.Write(ref _lastAsked, time.GetTimestamp());
        if (options.Durability == Durability.Replicated && Interlocked.Exchange(ref _looking, 1) == 0)
        {
            _ = Task.Run(() => ObserveAsync(multiplexer));
        }
    }

    /// <summary>A replica of the master has confirmed a write.</summary>
    public void ReplicaConfirmed(EndPoint master)
    {
        if (!_goodUntil.IsEmpty)
        {
            _goodUntil.TryRemove(master, out _);
        }

        if (!_alone.IsEmpty && _alone.TryRemove(master, out var name))
        {
            FollowedAgain(name);
        }
    }

    private async Task ObserveAsync(IConnectionMultiplexer multiplexer)
    {
        try
        {
            var earlier = new LinkedList<(ClusterObservation Seen, long Taken)>();
            var settings = Settings(multiplexer);
            while (time.GetElapsedTime(Volatile.Read(ref _lastAsked)) < IdleLimit)
            {
                var nodes = multiplexer.GetEndPoints().Select(endpoint => (Endpoint: endpoint, Node: NodeEndpointOf(endpoint))).Where(node => node.Node is not null).ToList();
                var taken = time.GetTimestamp();
                var now = await ClusterObserver.ObserveAsync([.. nodes.Select(node => node.Node!)], discover: false, settings);
                foreach (var (endpoint, node) in nodes)
                {
                    if (GoodUntil(now, taken, earlier, node!) is { } until)
                    {
                        _goodUntil[endpoint] = until;
                    }
                }

                earlier.AddFirst((now, taken));
                if (earlier.Count > Remembered)
                {
                    earlier.RemoveLast();
                }

                await Task.Delay(Interval, time);
            }
        }
        catch (Exception exception)
        {
            CannotLook(exception);
        }
        finally
        {
            _goodUntil.Clear();
            _alone.Clear();
            Volatile.Write(ref _looking, 0);
        }
    }

    /// <summary>The timestamp until which the node may acknowledge alone, or null.</summary>
    private long? GoodUntil(ClusterObservation now, long taken, LinkedList<(ClusterObservation Seen, long Taken)> earlier, NodeEndpoint node)
    {
        if (now.Find(node) is not { View.Myself: { IsMaster: true, Slots: { IsEmpty: false } slots } } seen)
        {
            return null;
        }

        var slot = slots.First();
        var nodeTimeout = seen.NodeTimeout ?? options.NodeTimeout;
        if (ReplicaLoss.HasNoReplica(now, node, slot))
        {
            return taken + Ticks(TrustInNoReplica < nodeTimeout ? TrustInNoReplica : nodeTimeout);
        }

        // The latest observation since which a majority has heard from the master: no failover can begin for a node timeout after it.
        foreach (var before in earlier)
        {
            if (ReplicaLoss.IsConfirmed(before.Seen, now, node, slot))
            {
                return before.Taken + Ticks(nodeTimeout);
            }
        }

        return null;
    }

    private long Ticks(TimeSpan span) => (long)(span.TotalSeconds * time.TimestampFrequency);

    private ClusterConnectionSettings Settings(IConnectionMultiplexer multiplexer)
    {
        var client = ConfigurationOptions.Parse(multiplexer.Configuration);
        // What is seen is worth less the older it is, and a silent node delays the sight of all.
        var patience = TimeSpan.FromMilliseconds(Math.Max(100, options.NodeTimeout.TotalMilliseconds / 10));
        return new ClusterConnectionSettings
        {
            User = client.User,
            Password = client.Password,
            Tls = client.Ssl,
            ConnectTimeout = patience,
            CommandTimeout = patience,
        };
    }

    private static NodeEndpoint? NodeEndpointOf(EndPoint endpoint) => endpoint switch
    {
        IPEndPoint ip => new NodeEndpoint(ip.Address.ToString(), ip.Port),
        DnsEndPoint dns => new NodeEndpoint(dns.Host, dns.Port),
        _ => null,
    };

    [LoggerMessage(Level = LogLevel.Warning, Message = "The master {Master} has no replica left and a majority confirms it: hits are answered that only it has")]
    private partial void RunsAlone(string master);

    [LoggerMessage(Level = LogLevel.Information, Message = "The master {Master} is followed by a replica again")]
    private partial void FollowedAgain(string master);

    [LoggerMessage(Level = LogLevel.Error, Message = "The cluster could not be looked at")]
    private partial void CannotLook(Exception exception);
}
