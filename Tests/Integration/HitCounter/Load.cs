using System.Collections.Concurrent;
using Integration.Support;

namespace Integration.HitCounter;

/// <summary>Clients that hit, one request after the other each, until they are told to stop.</summary>
internal sealed class Load
{
    private readonly ConcurrentBag<long> _numbers = [];
    private readonly ConcurrentBag<string> _failures = [];
    private readonly Task[] _clients;
    private long _longestTicks;
    private volatile bool _stopped;

    private Load(IReadOnlyList<HitCounterProcess> apps, int clients)
        => _clients = [.. Enumerable.Range(0, clients).Select(i => Task.Run(() => RunAsync(apps[i % apps.Count])))];

    public IReadOnlyCollection<long> Numbers => _numbers;

    public IReadOnlyCollection<string> Failures => _failures;

    public TimeSpan Longest => new(Interlocked.Read(ref _longestTicks));

    public static Load Start(int clients, params IReadOnlyList<HitCounterProcess> apps) => new(apps, clients);

    /// <summary>Waits until so many more hits were answered.</summary>
    public async Task MoreAsync(int hits)
    {
        var goal = _numbers.Count + hits;
        await Eventually.TrueAsync(() => Task.FromResult(_numbers.Count >= goal || !_failures.IsEmpty), TimeSpan.FromSeconds(40), $"{hits} more hits");
    }

    public async Task StopAsync()
    {
        _stopped = true;
        await Task.WhenAll(_clients);
    }

    private async Task RunAsync(HitCounterProcess app)
    {
        while (!_stopped)
        {
            var started = TimeProvider.System.GetTimestamp();
            try
            {
                _numbers.Add(await app.HitAsync());
            }
            catch (Exception exception)
            {
                _failures.Add(exception.Message);
                await Task.Delay(10);
            }

            var took = TimeProvider.System.GetElapsedTime(started).Ticks;
            for (var longest = Interlocked.Read(ref _longestTicks); took > longest; longest = Interlocked.Read(ref _longestTicks))
            {
                Interlocked.CompareExchange(ref _longestTicks, took, longest);
            }
        }
    }
}
