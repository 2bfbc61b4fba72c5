using System.Net;
using System.Net.Sockets;
using System.Text;
using NetBox.Tools.Reports;

namespace NetBox.Tools.Probes;

/// <summary>One GET over a connection of its own, timed by phase. Redirects are shown, not followed; no proxy is used.</summary>
internal sealed class HttpProbe(TimeProvider time, ServiceNames services)
{
    /// <summary>More than a person reads; a body beyond it is counted as cut off.</summary>
    internal const int BodyLimit = 256 * 1024;

    /// <summary>One request; no answer is a failure, an answer of any status is not.</summary>
    public static async Task<HttpReport> RequireAsync(string url, ServiceNames services, TimeSpan timeout, CancellationToken cancellationToken) =>
        Require(await new HttpProbe(TimeProvider.System, services).RunAsync(url, 1, TimeSpan.Zero, timeout, cancellationToken).ConfigureAwait(false));

    public static HttpReport Require(HttpReport report) => report.Requests is [{ Error: { } error }]
        ? throw NetBoxException.Unreachable($"GET {report.Url} failed: {error}")
        : report;

    public async Task<HttpReport> RunAsync(string url, int repeat, TimeSpan interval, TimeSpan timeout, CancellationToken cancellationToken, Action<HttpAttempt>? each = null)
    {
        var address = ParseUrl(url);
        await Warmup.OnceAsync().ConfigureAwait(false);
        var attempts = new List<HttpAttempt>(Math.Min(repeat, 1024));
        for (var sequence = 1; sequence <= repeat; sequence++)
        {
            if (sequence > 1)
            {
                await Task.Delay(interval, time, cancellationToken).ConfigureAwait(false);
            }

            var attempt = await GetAsync(address, sequence, timeout, cancellationToken).ConfigureAwait(false);
            attempts.Add(attempt);
            each?.Invoke(attempt);
        }

        return new HttpReport(
            address.ToString(),
            attempts,
            ProbeSummary.Of(repeat, [.. attempts.Where(a => a.Ok).Select(a => a.Phases.TotalMs)]));
    }

    internal static Uri ParseUrl(string url)
    {
        ArgumentNullException.ThrowIfNull(url);
        var text = url.Contains("://", StringComparison.Ordinal) ? url : $"http://{url}";
        return Uri.TryCreate(text, UriKind.Absolute, out var address) && address.Scheme is "http" or "https" && address.Host.Length > 0
            ? address
            : throw NetBoxException.Usage($"'{url}' is not an http or https URL; write it like http://hit-counter/");
    }

    internal async Task<HttpAttempt> GetAsync(Uri url, int sequence, TimeSpan timeout, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        using var timer = time.CreateTimer(static state => ((CancellationTokenSource)state!).Cancel(), limit, timeout, Timeout.InfiniteTimeSpan);
        var phases = new PhaseClock(time);
        HttpResponseMessage? response = null;
        string? error;
        try
        {
            using var handler = Handler(phases);
            using var client = new HttpMessageInvoker(handler);
            using var request = new HttpRequestMessage(HttpMethod.Get, services.Resolve(url)) { Version = HttpVersion.Version11 };
            request.Headers.UserAgent.ParseAdd("netbox");
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
                phases.Read(),
                response.Content.Headers.ContentType?.ToString(),
                bytes,
                body,
                truncated,
                null);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            error = $"{Failures.TimedOut(timeout)} while {phases.Doing}";
        }
        catch (Exception exception) when (exception is HttpRequestException or SocketException or IOException)
        {
            error = Failures.Of(exception);
        }
        finally
        {
            response?.Dispose();
        }

        return new HttpAttempt(sequence, false, null, null, null, phases.RemoteAddress, phases.Read(), null, null, null, false, error);
    }

    private static SocketsHttpHandler Handler(PhaseClock phases) => new()
    {
        AllowAutoRedirect = false,
        UseCookies = false,
        UseProxy = false,
        AutomaticDecompression = DecompressionMethods.All,
        ConnectCallback = async (context, cancellationToken) =>
        {
            var host = context.DnsEndPoint.Host;
            var addresses = IPAddress.TryParse(host, out var literal)
                ? [literal]
                : await Dns.GetHostAddressesAsync(host, cancellationToken).WaitAsync(cancellationToken).ConfigureAwait(false);
            phases.Resolved();
            var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            try
            {
                await socket.ConnectAsync(addresses, context.DnsEndPoint.Port, cancellationToken).ConfigureAwait(false);
            }
            catch
            {
                socket.Dispose();
                throw;
            }

            phases.Connected(socket.RemoteEndPoint);
            return new NetworkStream(socket, ownsSocket: true);
        },
        PlaintextStreamFilter = (context, _) =>
        {
            if (context.InitialRequestMessage.RequestUri?.Scheme == Uri.UriSchemeHttps)
            {
                phases.Encrypted();
            }

            return ValueTask.FromResult(context.PlaintextStream);
        },
    };

    private static async Task<(string Body, long Bytes, bool Truncated)> ReadBodyAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        var stream = await response.Content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false);
        var buffer = new byte[BodyLimit];
        var read = await stream.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, cancellationToken).ConfigureAwait(false);
        var truncated = read == buffer.Length && await stream.ReadAsync(new byte[1], cancellationToken).ConfigureAwait(false) > 0;
        return (Encoding.UTF8.GetString(buffer, 0, read), read, truncated);
    }
}
