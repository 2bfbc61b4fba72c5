using System.Diagnostics.Metrics;
using HitCounter.Api;
using HitCounter.Api.Counting;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace Unit.HitCounter;

/// <summary>A lane over a fake store and a clock that stands still until it is moved.</summary>
internal sealed class LaneFixture : IAsyncDisposable, IMeterFactory
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly HitMeters _meters;
    private readonly MeterListener _listener = new();
    private readonly Dictionary<string, long> _counts = [];
    private readonly List<(string Instrument, double Value)> _values = [];

    public LaneFixture(FakeHitStore store, Action<HitCounterOptions>? configure = null)
    {
        Store = store;
        configure?.Invoke(Options);
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Meter.Scope == this)
            {
                listener.EnableMeasurementEvents(instrument);
            }
        };
        _listener.SetMeasurementEventCallback<long>((instrument, value, _, _) =>
        {
            lock (_counts)
            {
                _counts[instrument.Name] = _counts.GetValueOrDefault(instrument.Name) + value;
            }
        });
        _listener.SetMeasurementEventCallback<int>((instrument, value, _, _) => Keep(instrument, value));
        _listener.SetMeasurementEventCallback<double>((instrument, value, _, _) => Keep(instrument, value));
        _listener.Start();
        _meters = new HitMeters(this);
        Lane = new HitLane(store, Options, "writer", _meters, Time, NullLogger.Instance);
    }

    public HitCounterOptions Options { get; } = new();

    public FakeTimeProvider Time { get; } = new();

    public FakeHitStore Store { get; }

    public HitLane Lane { get; }

    public long Measured(string instrument)
    {
        lock (_counts)
        {
            return _counts.GetValueOrDefault(instrument);
        }
    }

    /// <summary>What a histogram was given, in order.</summary>
    public IReadOnlyList<double> Distribution(string instrument)
    {
        lock (_values)
        {
            return [.. _values.Where(value => value.Instrument == instrument).Select(value => value.Value)];
        }
    }

    public Task<HitResult> HitAsync(CancellationToken callerLeft = default) => Lane.HitAsync(default, callerLeft).AsTask();

    public Task<HitResult> HitAsync(Page page) => Lane.HitAsync(page, CancellationToken.None).AsTask();

    /// <summary>Moves the clock in small steps until the task is done.</summary>
    public async Task<T> RunAsync<T>(Task<T> task, TimeSpan? step = null)
    {
        await UntilAsync(() => task.IsCompleted, step ?? TimeSpan.FromMilliseconds(20));
        return await task;
    }

    /// <summary>Waits for the condition, moving the clock by <paramref name="step"/> at every look.</summary>
    public async Task UntilAsync(Func<bool> condition, TimeSpan step = default)
    {
        var started = TimeProvider.System.GetTimestamp();
        while (!condition())
        {
            Assert.True(TimeProvider.System.GetElapsedTime(started) < Patience, "The condition was not met in time.");
            if (step > TimeSpan.Zero)
            {
                Time.Advance(step);
            }

            await Task.Delay(1);
        }
    }

    private void Keep(Instrument instrument, double value)
    {
        lock (_values)
        {
            _values.Add((instrument.Name, value));
        }
    }

    Meter IMeterFactory.Create(MeterOptions options)
    {
        options.Scope = this;
        return new Meter(options);
    }

    public async ValueTask DisposeAsync()
    {
        await Lane.DisposeAsync();
        _meters.Dispose();
        _listener.Dispose();
    }

    void IDisposable.Dispose()
    {
    }
}
