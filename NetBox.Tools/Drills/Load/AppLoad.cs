using System.Globalization;
using System.Text.Json;

namespace NetBox.Tools.Drills.Load;

/// <summary>
/// Calls an app that counts: each answered GET is an acknowledged write, and <c>/count</c> below the same path tells how many there are. A call
/// without an answer may have counted; it is not repeated, as only the app could tell the repetition from a new one.
/// </summary>
internal sealed class AppLoad : IDrillLoad
{
    private static readonly TimeSpan CallPatience = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan StartPatience = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan RetryPause = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(10);

    private readonly CancellationTokenSource _stop = new();
    private readonly HttpClient _client = new() { Timeout = CallPatience };
    private readonly Uri _app;
    private readonly TimeProvider _time;
    private readonly IReadOnlyList<WriteLog> _logs;
    private long _before;
    private Task _running = Task.CompletedTask;

    public AppLoad(Uri app, int callers, TimeProvider time)
    {
        (_app, _time) = (app, time);
        _logs = [.. Enumerable.Range(0, callers).Select(_ => new WriteLog(time))];
    }

    /// <summary>Where an app tells its count: <c>http://app</c> at <c>http://app/count</c>, <c>http://app/page</c> at <c>http://app/page/count</c>.</summary>
    public static Uri CountOf(Uri app) => new UriBuilder(app) { Path = $"{app.AbsolutePath.TrimEnd('/')}/count" }.Uri;

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        _before = await CountAsync(cancellationToken).ConfigureAwait(false)
            ?? throw NetBoxException.Unreachable($"{CountOf(_app)} does not tell a count; nothing was done to the cluster");
        _running = Task.WhenAll(_logs.Select(log => Task.Run(() => CallAsync(log), CancellationToken.None)));
        var started = _time.GetTimestamp();
        while (_logs.Any(log => log.Count == 0))
        {
            if (_time.GetElapsedTime(started) > StartPatience)
            {
                throw new NetBoxException(ExitCode.Faults, $"{_app} does not answer with 200; nothing was done to the cluster");
            }

            await Task.Delay(Poll, _time, cancellationToken).ConfigureAwait(false);
        }
    }

    public bool IsAcknowledgedSince(long since) => _logs.All(log => log.LastAt > since);

    public async Task<IReadOnlyList<LoadResult>> EndAsync(CancellationToken cancellationToken)
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        await _running.ConfigureAwait(false);
        var after = await CountAsync(cancellationToken).ConfigureAwait(false);
        var logs = _logs.Select(log => log.Read()).ToList();
        var acknowledged = logs.Sum(log => (long)log.Acknowledged.Count);
        var (stored, lost) = after is { } count ? Accounting.Compare(acknowledged, _before, count) : (default(long?), default(long?));
        return
        [
            new(
                _app.ToString(),
                Gap.Merge(logs.Select(log => log.Times)),
                acknowledged,
                stored,
                lost,
                logs.Sum(log => log.Uncertain),
                Repeated: 0,
                logs.SelectMany(log => log.Errors).GroupBy(error => error.Key).ToDictionary(group => group.Key, group => group.Sum(error => error.Value), StringComparer.Ordinal)),
        ];
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        await _running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _client.Dispose();
        _stop.Dispose();
    }

    // The call under way is waited for: cut short it would be one more that may have counted.
    private async Task CallAsync(WriteLog log)
    {
        for (long sequence = 0; !_stop.IsCancellationRequested; sequence++)
        {
            try
            {
                using var response = await _client.GetAsync(_app, CancellationToken.None).ConfigureAwait(false);
                if (response.IsSuccessStatusCode)
                {
                    log.Acknowledge(sequence, repeated: false);
                    await Task.Delay(ShardWriter.Pause, _time, CancellationToken.None).ConfigureAwait(false);
                    continue;
                }

                log.Fail(string.Create(CultureInfo.InvariantCulture, $"HTTP {(int)response.StatusCode}"));
            }
            catch (HttpRequestException)
            {
                log.Fail("connection");
            }
            catch (TaskCanceledException)
            {
                log.Fail("timeout");
            }

            log.GiveUp();
            await Task.Delay(RetryPause, _time, CancellationToken.None).ConfigureAwait(false);
        }
    }

    private async Task<long?> CountAsync(CancellationToken cancellationToken)
    {
        try
        {
            var answer = await _client.GetStreamAsync(CountOf(_app), cancellationToken).ConfigureAwait(false);
            await using var _ = answer.ConfigureAwait(false);
            using var document = await JsonDocument.ParseAsync(answer, cancellationToken: cancellationToken).ConfigureAwait(false);
            return document.RootElement.ValueKind == JsonValueKind.Object && document.RootElement.TryGetProperty("count", out var count) && count.TryGetInt64(out var number)
                ? number
                : null;
        }
        catch (Exception exception) when (exception is HttpRequestException or JsonException or InvalidOperationException)
        {
            return null;
        }
        catch (TaskCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return null;
        }
    }
}
