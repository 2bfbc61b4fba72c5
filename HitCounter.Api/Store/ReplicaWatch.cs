using System.Net;
using RedisCluster.Operations;
using RedisCluster.Topology;
using StackExchange.Redis;

namespace HitCounter.Api.Store;

/// <summary>Watches a master that no replica confirms, until one does again, and knows whether it may acknowledge alone meanwhile.</summary>
internal sealed partial class ReplicaWatch(HitCounterOptions options, TimeProvider time, ILogger<ReplicaWatch> logger)
{
    private const int Remembered = 50;

    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan IdleLimit = TimeSpan.FromSeconds(10);
    private static readonly int Slot = HashSlot.Of(CounterKeys.TotalName);

    private readonly Lock _gate = new();
    private Watch? _watch;

    /// <summary>True while hits are answered that only the master has.</summary>
    public bool Degraded
    {
        get
        {
            lock (_gate)
            {
                return _watch is { Announced: true };
            }
        }
    }

    /// <summary>Whether the master at this address may acknowledge alone now. If not, it is being looked into.</summary>
    public bool MayAcknowledgeAlone(IConnectionMultiplexer multiplexer, EndPoint master)
    {
        lock (_gate)
        {
            if (_watch is null || !_watch.Master.Equals(master))
            {
                _watch = new Watch(master) { LastAsked = time.GetTimestamp() };
                var started = _watch;
                _ = Task.Run(() => ObserveAsync(started, multiplexer));
            }

            _watch.LastAsked = time.GetTimestamp();
            if (_watch.GoodUntil is not { } until || time.GetTimestamp() >= until)
            {
                return false;
            }

            if (!_watch.Announced)
            {
                _watch.Announced = true;
                RunsAlone(_watch.Name);
            }

            return true;
        }
    }

    /// <summary>A replica has confirmed a write.</summary>
    public void ReplicaConfirmed()
    {
        if (Volatile.Read(ref _watch) is null)
        {
            return;
        }

        lock (_gate)
        {
            if (_watch is { Announced: true } watch)
            {
                FollowedAgain(watch.Name);
            }

            _watch = null;
        }
    }

    private async Task ObserveAsync(Watch watch, IConnectionMultiplexer multiplexer)
    {
        if (NodeEndpointOf(watch.Master) is not { } master)
        {
            return;
        }

        var earlier = new LinkedList<(ClusterObservation Seen, long Taken)>();
        while (IsCurrent(watch))
        {
            var nodes = multiplexer.GetEndPoints().Select(NodeEndpointOf).OfType<NodeEndpoint>().ToList();
            var taken = time.GetTimestamp();
            var now = await ClusterObserver.ObserveAsync(nodes, discover: false, Settings(multiplexer));
            // The latest observation since which a majority has heard from the master: no failover can begin for a node timeout after it.
            foreach (var before in earlier)
            {
                if (ReplicaLoss.IsConfirmed(before.Seen, now, master, Slot))
                {
                    Confirmed(watch, before.Taken, now.Find(master)?.NodeTimeout ?? options.NodeTimeout);
                    break;
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

    private void Confirmed(Watch watch, long heardSince, TimeSpan nodeTimeout)
    {
        lock (_gate)
        {
            watch.GoodUntil = heardSince + (long)(nodeTimeout.TotalSeconds * time.TimestampFrequency);
        }
    }

    private bool IsCurrent(Watch watch)
    {
        lock (_gate)
        {
            if (_watch == watch && time.GetElapsedTime(watch.LastAsked) > IdleLimit)
            {
                _watch = null;
            }

            return _watch == watch;
        }
    }

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

    private sealed class Watch(EndPoint master)
    {
        public EndPoint Master { get; } = master;

        public string Name { get; } = master.ToString() ?? string.Empty;

        public long LastAsked { get; set; }

        public long? GoodUntil { get; set; }

        public bool Announced { get; set; }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The master {Master} has no replica left and a majority confirms it: hits are answered that only it has")]
    private partial void RunsAlone(string master);

    [LoggerMessage(Level = LogLevel.Information, Message = "The master {Master} is followed by a replica again")]
    private partial void FollowedAgain(string master);
}
