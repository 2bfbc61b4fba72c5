using System.Net;

namespace Aspire.Hosting.Orchestration.Networking;

/// <summary>The live replicas behind one proxied endpoint, handed out in turn.</summary>
internal sealed class ProxyTargets
{
    private readonly Lock _gate = new();
    private volatile IPEndPoint[] _live = [];
    private int _next = -1;

    public int Count => _live.Length;

    public void Add(IPEndPoint target)
    {
        lock (_gate)
        {
            _live = [.. _live.Where(t => !t.Equals(target)), target];
        }
    }

    public void Remove(IPEndPoint target)
    {
        lock (_gate)
        {
            _live = [.. _live.Where(t => !t.Equals(target))];
        }
    }

    /// <summary>The next in turn, or null while there is none.</summary>
    public IPEndPoint? Next()
    {
        var live = _live;
        return live.Length == 0 ? null : live[(int)((uint)Interlocked.Increment(ref _next) % (uint)live.Length)];
    }
}
