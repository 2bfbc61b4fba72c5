using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Integration.Worker;

/// <summary>Takes what is sent to a collector of OpenTelemetry over HTTP and keeps the bytes; names are in them as they are.</summary>
internal sealed class Collector : IDisposable
{
    private readonly HttpListener _listener = new();
    private readonly Dictionary<string, StringBuilder> _received = new(StringComparer.Ordinal);
    private readonly Lock _gate = new();

    private Collector()
    {
    }

    public required string Address { get; init; }

    /// <summary>The variables that make a service send everything here, and soon.</summary>
    public (string Name, string Value)[] Variables =>
    [
        ("OTEL_EXPORTER_OTLP_ENDPOINT", Address), ("OTEL_EXPORTER_OTLP_PROTOCOL", "http/protobuf"),
        ("OTEL_METRIC_EXPORT_INTERVAL", "200"), ("OTEL_BSP_SCHEDULE_DELAY", "100"), ("OTEL_BLRP_SCHEDULE_DELAY", "100"),
    ];

    public static Collector Start()
    {
        while (true)
        {
            using var probe = new TcpListener(IPAddress.Loopback, 0);
            probe.Start();
            var port = ((IPEndPoint)probe.LocalEndpoint).Port;
            probe.Stop();
            var collector = new Collector { Address = $"http://127.0.0.1:{port}" };
            collector._listener.Prefixes.Add($"{collector.Address}/");
            try
            {
                collector._listener.Start();
                _ = collector.TakeAsync();
                return collector;
            }
            catch (HttpListenerException)
            {
                collector.Dispose();
            }
        }
    }

    /// <summary>Everything received for a signal: metrics, traces or logs.</summary>
    public string Received(string signal)
    {
        lock (_gate)
        {
            return _received.TryGetValue($"/v1/{signal}", out var text) ? text.ToString() : "";
        }
    }

    public void Dispose() => _listener.Close();

    private async Task TakeAsync()
    {
        try
        {
            while (true)
            {
                var context = await _listener.GetContextAsync();
                using var reader = new StreamReader(context.Request.InputStream, Encoding.Latin1);
                var body = await reader.ReadToEndAsync();
                lock (_gate)
                {
                    var path = context.Request.Url!.AbsolutePath;
                    (_received.TryGetValue(path, out var text) ? text : _received[path] = new()).Append(body);
                }

                context.Response.Close();
            }
        }
        catch (Exception error) when (error is HttpListenerException or ObjectDisposedException or IOException)
        {
            // The end of the test.
        }
    }
}
