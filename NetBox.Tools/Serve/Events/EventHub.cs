using System.Globalization;
using System.Security.Cryptography;

namespace NetBox.Tools.Serve.Events;

/// <summary>
/// Everything that happens, for every page that looks. Of states only the newest is kept; of happenings a bounded log, so that a page that
/// was away gets what it missed, and a new one gets the recent past.
/// </summary>
internal sealed class EventHub
{
    /// <summary>Happenings kept.</summary>
    public const int LogLength = 256;

    private readonly Lock _gate = new();
    private readonly Queue<ServerEvent> _log = new();
    private readonly Dictionary<string, ServerEvent> _states = [];
    private readonly HashSet<Subscription> _subscriptions = [];

    // Numbers of a run of netbox mean nothing to the next one.
    private readonly string _run = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(4));
    private long _number;
    private long _forgotten;

    private TaskCompletionSource _lookedAt = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Done while a page looks; else as soon as one does.</summary>
    public Task LookedAtAsync(CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            return _lookedAt.Task.WaitAsync(cancellationToken);
        }
    }

    /// <summary>What an event is called to a page, and what the page says it has seen when it comes back.</summary>
    public string IdOf(ServerEvent happening) => string.Create(CultureInfo.InvariantCulture, $"{_run}-{happening.Number}");

    /// <summary>Something that happened once.</summary>
    public void Tell(string kind, string data)
    {
        lock (_gate)
        {
            var happening = new ServerEvent(++_number, kind, data);
            _log.Enqueue(happening);
            if (_log.Count > LogLength)
            {
                _forgotten = _log.Dequeue().Number;
            }

            Offer(happening);
        }
    }

    /// <summary>How something is now.</summary>
    /// <param name="kind">The kind of state.</param>
    /// <param name="data">The state.</param>
    /// <param name="instead">A kind of state that no longer holds.</param>
    public void Show(string kind, string data, string? instead = null)
    {
        lock (_gate)
        {
            if (instead is not null)
            {
                _states.Remove(instead);
            }

            Offer(_states[kind] = new ServerEvent(++_number, kind, data));
        }
    }

    /// <param name="lastSeen">The id of the last event a page has seen; null for a new one.</param>
    public Subscription Subscribe(string? lastSeen)
    {
        lock (_gate)
        {
            var subscription = new Subscription(this);
            subscription.Restart(Since(Seen(lastSeen)));
            _subscriptions.Add(subscription);
            _lookedAt.TrySetResult();
            return subscription;
        }
    }

    internal void Leave(Subscription subscription)
    {
        lock (_gate)
        {
            if (_subscriptions.Remove(subscription) && _subscriptions.Count == 0)
            {
                _lookedAt = new(TaskCreationOptions.RunContinuationsAsynchronously);
            }
        }
    }

    private void Offer(ServerEvent happening)
    {
        foreach (var subscription in _subscriptions)
        {
            if (!subscription.Offer(happening, isState: _states.ContainsKey(happening.Kind)))
            {
                // Too slow for all of it: the newest states and the log, which is bounded.
                subscription.Restart(Since(null));
            }
        }
    }

    // Null where it is not known what has been missed.
    private long? Seen(string? id) =>
        id?.Split('-') is [var run, var text] && run == _run
        && long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= _forgotten && number <= _number
            ? number
            : null;

    private IEnumerable<ServerEvent> Since(long? seen)
    {
        var missed = _log.Concat(_states.Values).Where(happening => happening.Number > (seen ?? 0)).OrderBy(happening => happening.Number);
        return seen is null ? missed.Prepend(new ServerEvent(0, EventKinds.Hello, "{}")) : missed;
    }
}
