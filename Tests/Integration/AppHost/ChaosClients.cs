using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;
using System.Text;
using System.Text.RegularExpressions;
using Integration.HitCounter;
using Integration.Support;

namespace Integration.AppHosting;

/// <summary>Clients that hit without pause, and the longest time in which none of them was answered.</summary>
internal sealed partial class ChaosClients : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan AfterFailure = TimeSpan.FromMilliseconds(50);

    private static readonly byte[] Request = "GET / HTTP/1.1\r\nHost: hit-counter\r\nConnection: close\r\n\r\n"u8.ToArray();

    private readonly Uri _hitCounter;
    private readonly Task<List<long>>[] _clients;
    private readonly Lock _gate = new();
    private readonly Dictionary<string, int> _failures = [];
    private long _lastAnswer = Stopwatch.GetTimestamp();
    private TimeSpan _longestGap;
    private long _answers;
    private volatile bool _stopped;

    public ChaosClients(Uri hitCounter, int count)
    {
        _hitCounter = hitCounter;
        _clients = [.. Enumerable.Range(0, count).Select(_ => Task.Run(RunAsync))];
    }

    /// <summary>Hits that may or may not have been counted: nobody told their caller.</summary>
    public int GivenUp
    {
        get
        {
            lock (_gate)
            {
                return _failures.Values.Sum();
            }
        }
    }

    public string Failures
    {
        get
        {
            lock (_gate)
            {
                return string.Join("; ", _failures.Select(failure => $"{failure.Value} x {failure.Key}"));
            }
        }
    }

    /// <summary>Waits for one more answer, so that a gap that is open has an end; the longest time without an answer since the last call.</summary>
    public async Task<TimeSpan> TakeLongestGapAsync()
    {
        var answers = Interlocked.Read(ref _answers);
        await Eventually.TrueAsync(() => Task.FromResult(Interlocked.Read(ref _answers) > answers), 2 * Patience, "an answer");
        lock (_gate)
        {
            var longest = _longestGap;
            _longestGap = TimeSpan.Zero;
            return longest;
        }
    }

    /// <returns>What each client was answered, in order.</returns>
    public async Task<IReadOnlyList<List<long>>> StopAsync()
    {
        _stopped = true;
        return await Task.WhenAll(_clients);
    }

    public async ValueTask DisposeAsync() => await StopAsync();

    private async Task<List<long>> RunAsync()
    {
        var numbers = new List<long>();
        while (!_stopped)
        {
            try
            {
                var answer = await HitAsync();
                if (Number().Match(answer) is { Success: true } match)
                {
                    numbers.Add(long.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture));
                    Answered();
                    continue;
                }

                Failed(answer.Length == 0 ? "no answer" : answer[..Math.Min(answer.Length, "HTTP/1.1 503".Length)]);
            }
            catch (Exception exception) when (exception is SocketException or IOException or OperationCanceledException)
            {
                Failed(exception.GetType().Name);
            }

            await Task.Delay(AfterFailure);
        }

        return numbers;
    }

    // By hand: HttpClient sends a request a second time when its connection ends without an answer, and both may be counted.
    private async Task<string> HitAsync()
    {
        using var patience = new CancellationTokenSource(Patience);
        using var client = new TcpClient { NoDelay = true };
        await client.ConnectAsync(_hitCounter.Host, _hitCounter.Port, patience.Token);
        var stream = client.GetStream();
        await stream.WriteAsync(Request, patience.Token);
        using var reader = new StreamReader(stream, Encoding.ASCII);
        return await reader.ReadToEndAsync(patience.Token);
    }

    private void Answered()
    {
        lock (_gate)
        {
            _answers++;
            var now = Stopwatch.GetTimestamp();
            var gap = Stopwatch.GetElapsedTime(_lastAnswer, now);
            _lastAnswer = now;
            _longestGap = gap > _longestGap ? gap : _longestGap;
        }
    }

    private void Failed(string how)
    {
        lock (_gate)
        {
            _failures[how] = _failures.GetValueOrDefault(how) + 1;
        }
    }

    [GeneratedRegex(@"^HTTP/1\.1 200 (?s:.*)\r\n\r\nI have been hit ([0-9]+) times since deployment\.$")]
    private static partial Regex Number();
}
