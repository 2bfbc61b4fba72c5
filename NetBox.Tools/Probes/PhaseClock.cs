using System.Net;
using System.Net.Security;
using NetBox.Tools.Reports;

namespace NetBox.Tools.Probes;

/// <summary>Splits the time of one request into the phases it goes through.</summary>
internal sealed class PhaseClock
{
    private readonly TimeProvider _time;
    private readonly long _start;
    private long _last;
    private double? _dns, _connect, _tls, _firstByte, _body;

    public PhaseClock(TimeProvider time)
    {
        _time = time;
        _start = _last = time.GetTimestamp();
    }

    public string Doing { get; private set; } = "resolving the name";

    public string? RemoteAddress { get; private set; }

    /// <summary>Protocol and cipher; null before a handshake.</summary>
    public string? Tls { get; private set; }

    public void Resolved() => Next(out _dns, "connecting");

    public void Connected(EndPoint? remote)
    {
        Next(out _connect, "waiting for the answer");
        RemoteAddress = remote is IPEndPoint { Address.IsIPv4MappedToIPv6: true } mapped
            ? new IPEndPoint(mapped.Address.MapToIPv4(), mapped.Port).ToString()
            : remote?.ToString();
    }

    public void Encrypted(SslStream? stream)
    {
        Next(out _tls, "waiting for the answer");
        Tls = stream is null ? null : $"{stream.SslProtocol}, {stream.NegotiatedCipherSuite}";
    }

    public void FirstByte() => Next(out _firstByte, "reading the body");

    public void Body() => Next(out _body, "done");

    public HttpPhases Read() => new(_dns, _connect, _tls, _firstByte, _body, _time.GetElapsedTime(_start).Rounded());

    private void Next(out double? phase, string doing)
    {
        var now = _time.GetTimestamp();
        phase = _time.GetElapsedTime(_last, now).Rounded();
        _last = now;
        Doing = doing;
    }
}
