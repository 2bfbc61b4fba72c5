using System.Net.Sockets;
using System.Security.Authentication;
using System.Text;
using NetBox.Tools.Reports;

namespace NetBox.Tools.Probes;

/// <summary>Requests over a connection of their own each, timed by phase. Redirects are shown, not followed; no proxy is used.</summary>
internal sealed class HttpProbe(TimeProvider time, ServiceNames services)
{
    /// <summary>More than a person reads; a body beyond it is counted as cut off.</summary>
    internal const int BodyLimit = 256 * 1024;

    /// <summary>One request; no answer is a failure, an answer of any status is not.</summary>
    public static async Task<HttpReport> RequireAsync(string url, ServiceNames services, TimeSpan timeout, CancellationToken cancellationToken) =>
        Require(await new HttpProbe(TimeProvider.System, services).RunAsync(url, 1, TimeSpan.Zero, timeout, cancellationToken).ConfigureAwait(false));

    public static HttpReport Require(HttpReport report) => report.Requests is [{ Error: { } error }]
        ? throw NetBoxException.Unreachable($"{report.Method} {report.Url} failed: {error}")
        : report;

    public Task<HttpReport> RunAsync(string url, int repeat, TimeSpan interval, TimeSpan timeout, CancellationToken cancellationToken) =>
        RunAsync(new HttpOrder(HttpOrder.ParseUrl(url)), repeat, interval, timeout, cancellationToken);

    public async Task<HttpReport> RunAsync(
        HttpOrder order, int repeat, TimeSpan interval, TimeSpan timeout, CancellationToken cancellationToken, Action<HttpAttempt>? each = null)
    {
        await Warmup.OnceAsync().ConfigureAwait(false);
        var attempts = new List<HttpAttempt>(Math.Min(repeat, 1024));
        for (var sequence = 1; sequence <= repeat; sequence++)
        {
            if (sequence > 1)
            {
                await Task.Delay(interval, time, cancellationToken).ConfigureAwait(false);
            }

            var attempt = await SendAsync(order, sequence, timeout, cancellationToken).ConfigureAwait(false);
            if (attempts is [.., var last])
            {
                attempt = attempt with { Changed = (attempt.Status, attempt.Body) != (last.Status, last.Body) };
            }

            attempts.Add(attempt);
            each?.Invoke(attempt);
        }

        return new HttpReport(
            order.Method,
            order.Url.ToString(),
            attempts,
            ProbeSummary.Of(repeat, [.. attempts.Where(a => a.Ok).Select(a => a.Phases.TotalMs)]));
    }

    internal async Task<HttpAttempt> SendAsync(HttpOrder order, int sequence, TimeSpan timeout, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        using var timer = time.CreateTimer(static state => ((CancellationTokenSource)state!).Cancel(), limit, timeout, Timeout.InfiniteTimeSpan);
        var phases = new PhaseClock(time);
        HttpResponseMessage? response = null;
        string? error;
        try
        {
            using var handler = PhasedHandler.Create(phases, order.Insecure);
            using var client = new HttpMessageInvoker(handler);
            using var request = order.ToMessage(services);
            response = await client.SendAsync(request, limit.Token).ConfigureAwait(false);
            phases.FirstByte();
            var (body, bytes, truncated) = await ReadBodyAsync(response, limit.Token).ConfigureAwait(false);
            phases.Body();
            var status = (int)response.StatusCode;
            return new HttpAttempt(
                sequence,
                status < 400,
                status,
                response.ReasonPhrase,
                response.Version.ToString(),
                phases.RemoteAddress,
                phases.Tls,
                phases.Read(),
                [.. response.Headers.NonValidated.Concat(response.Content.Headers.NonValidated).SelectMany(header => header.Value, (header, value) => new HttpHeader(header.Key, value))],
                response.Content.Headers.ContentType?.ToString(),
                bytes,
                body,
                truncated,
                null,
                null);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            error = $"{Failures.TimedOut(timeout)} while {phases.Doing}";
        }
        catch (HttpRequestException exception) when (exception.InnerException is AuthenticationException)
        {
            error = $"{Failures.Of(exception)}; 'netbox tls {order.Url.Host}:{order.Url.Port}' tells why, --insecure looks all the same";
        }
        catch (Exception exception) when (exception is HttpRequestException or SocketException or IOException)
        {
            error = Failures.Of(exception);
        }
        finally
        {
            response?.Dispose();
        }

        return new HttpAttempt(sequence, false, null, null, null, phases.RemoteAddress, phases.Tls, phases.Read(), [], null, null, null, false, null, error);
    }

    private static async Task<(string Body, long Bytes, bool Truncated)> ReadBodyAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        var stream = await response.Content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false);
        var buffer = new byte[BodyLimit];
        var read = await stream.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, cancellationToken).ConfigureAwait(false);
        var truncated = read == buffer.Length && await stream.ReadAsync(new byte[1], cancellationToken).ConfigureAwait(false) > 0;
        return (Encoding.UTF8.GetString(buffer, 0, read), read, truncated);
    }
}
