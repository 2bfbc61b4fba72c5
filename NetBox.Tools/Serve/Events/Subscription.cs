using System.Runtime.CompilerServices;
using System.Threading.Channels;

namespace NetBox.Tools.Serve.Events;

/// <summary>One page that looks. What it has not fetched yet is bounded: a newer state takes the place of an older one.</summary>
internal sealed class Subscription(EventHub hub) : IDisposable
{
    /// <summary>Events that may wait. More than the log, so that one that starts anew always has room for it.</summary>
    public const int Capacity = EventHub.LogLength + 16;

    private readonly Lock _gate = new();
    private readonly LinkedList<ServerEvent> _waiting = new();
    private readonly Channel<bool> _signal = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    /// <summary>Events as they come; null where there was none for a while.</summary>
    public async IAsyncEnumerable<ServerEvent?> ReadAsync(TimeSpan patience, TimeProvider time, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        while (true)
        {
            while (Take() is { } happening)
            {
                yield return happening;
            }

            using var limit = new CancellationTokenSource(patience, time);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, limit.Token);
            var isQuiet = false;
            try
            {
                await _signal.Reader.ReadAsync(either.Token).ConfigureAwait(false);
            }
            catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
            {
                isQuiet = true;
            }

            if (isQuiet)
            {
                yield return null;
            }
        }
    }

    public void Dispose() => hub.Leave(this);

    /// <summary>False when there is no room: the page has to start anew.</summary>
    internal bool Offer(ServerEvent happening, bool isState)
    {
        lock (_gate)
        {
            if (isState && Find(happening.Kind) is { } older)
            {
                _waiting.Remove(older);
            }

            if (_waiting.Count >= Capacity)
            {
                return false;
            }

            _waiting.AddLast(happening);
        }

        _signal.Writer.TryWrite(true);
        return true;
    }

    internal void Restart(IEnumerable<ServerEvent> events)
    {
        lock (_gate)
        {
            _waiting.Clear();
            foreach (var happening in events)
            {
                _waiting.AddLast(happening);
            }
        }

        _signal.Writer.TryWrite(true);
    }

    internal IReadOnlyList<ServerEvent> TakeAll()
    {
        var all = new List<ServerEvent>();
        while (Take() is { } happening)
        {
            all.Add(happening);
        }

        return all;
    }

    private ServerEvent? Take()
    {
        lock (_gate)
        {
            var first = _waiting.First;
            if (first is not null)
            {
                _waiting.RemoveFirst();
            }

            return first?.Value;
        }
    }

    private LinkedListNode<ServerEvent>? Find(string kind)
    {
        for (var node = _waiting.First; node is not null; node = node.Next)
        {
            if (node.Value.Kind == kind)
            {
                return node;
            }
        }

        return null;
    }
}
