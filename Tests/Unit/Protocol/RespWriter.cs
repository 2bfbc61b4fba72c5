using System.Globalization;
using System.Text;
using RedisCluster.Protocol;

namespace Unit.Protocol;

/// <summary>What a node does to send a value.</summary>
internal static class RespWriter
{
    public static byte[] Write(RespValue value)
    {
        using var stream = new MemoryStream();
        Write(stream, value);
        return stream.ToArray();
    }

    private static void Write(MemoryStream stream, RespValue value)
    {
        switch (value.Kind)
        {
            case RespKind.Null:
                Line(stream, "_");
                break;
            case RespKind.SimpleString:
                Line(stream, $"+{value.AsText()}");
                break;
            case RespKind.Error:
                Line(stream, $"-{value.AsText()}");
                break;
            case RespKind.Number:
                Line(stream, string.Create(CultureInfo.InvariantCulture, $":{value.AsNumber()}"));
                break;
            case RespKind.Real:
                Line(stream, $",{Real(value.AsReal())}");
                break;
            case RespKind.Truth:
                Line(stream, value.AsTruth() ? "#t" : "#f");
                break;
            case RespKind.BigNumber:
                Line(stream, $"({value.AsText()}");
                break;
            case RespKind.BulkString:
                Bulk(stream, '$', value.Bytes.Span);
                break;
            case RespKind.Verbatim:
                Bulk(stream, '=', [.. Encoding.ASCII.GetBytes($"{value.VerbatimFormat}:"), .. value.Bytes.Span]);
                break;
            default:
                List(stream, value);
                break;
        }
    }

    private static void List(MemoryStream stream, RespValue value)
    {
        var prefix = value.Kind switch { RespKind.Array => '*', RespKind.Map => '%', RespKind.Set => '~', _ => '>' };
        Line(stream, $"{prefix}{(value.Kind == RespKind.Map ? value.Items.Count / 2 : value.Items.Count)}");
        foreach (var item in value.Items)
        {
            Write(stream, item);
        }
    }

    private static string Real(double value) => value switch
    {
        double.PositiveInfinity => "inf",
        double.NegativeInfinity => "-inf",
        double.NaN => "nan",
        _ => value.ToString("R", CultureInfo.InvariantCulture),
    };

    private static void Bulk(MemoryStream stream, char prefix, ReadOnlySpan<byte> bytes)
    {
        Line(stream, $"{prefix}{bytes.Length}");
        stream.Write(bytes);
        stream.Write("\r\n"u8);
    }

    private static void Line(MemoryStream stream, string text) => stream.Write(Encoding.UTF8.GetBytes($"{text}\r\n"));
}
