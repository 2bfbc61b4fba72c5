using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using NetBox.Tools.Drills;
using NetBox.Tools.Serve.Drills;
using NetBox.Tools.Topology;

namespace NetBox.Tools.Reports;

/// <summary>One JSON form for the command line and the endpoints: camelCase names, nothing left out.</summary>
[JsonSourceGenerationOptions(JsonSerializerDefaults.Web)]
[JsonSerializable(typeof(DnsReport))]
[JsonSerializable(typeof(DnsRecordsReport))]
[JsonSerializable(typeof(TcpReport))]
[JsonSerializable(typeof(TcpTargetsReport))]
[JsonSerializable(typeof(HttpReport))]
[JsonSerializable(typeof(TraceReport))]
[JsonSerializable(typeof(PathReport))]
[JsonSerializable(typeof(ClusterInfoReport))]
[JsonSerializable(typeof(ClusterNodesReport))]
[JsonSerializable(typeof(ClusterCheckReport))]
[JsonSerializable(typeof(ClusterReport))]
[JsonSerializable(typeof(ClusterSlotsReport))]
[JsonSerializable(typeof(ClusterCallReport))]
[JsonSerializable(typeof(ServicesReport))]
[JsonSerializable(typeof(SessionReport))]
[JsonSerializable(typeof(SignInRequest))]
[JsonSerializable(typeof(DrillOrder))]
[JsonSerializable(typeof(DrillPlan))]
[JsonSerializable(typeof(IReadOnlyList<DrillEntry>))]
[JsonSerializable(typeof(DoctorReport))]
[JsonSerializable(typeof(LatencyReport))]
[JsonSerializable(typeof(TlsReport))]
[JsonSerializable(typeof(InterfacesReport))]
[JsonSerializable(typeof(RoutesReport))]
[JsonSerializable(typeof(SocketsReport))]
[JsonSerializable(typeof(ClusterPicture))]
[JsonSerializable(typeof(IReadOnlyList<TopologyChange>))]
[JsonSerializable(typeof(WatchSample))]
[JsonSerializable(typeof(SlotUseReport))]
[JsonSerializable(typeof(IReadOnlyList<TrendPoint>))]
[JsonSerializable(typeof(ErrorReport))]
internal sealed partial class NetBoxJson : JsonSerializerContext
{
    /// <summary>Quotes and umlauts as they are; nothing here is ever pasted into HTML.</summary>
    public static NetBoxJson Readable { get; } = new(new JsonSerializerOptions(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    });

    /// <summary>The same in one line, for a stream of documents.</summary>
    public static NetBoxJson Line { get; } = new(new JsonSerializerOptions(JsonSerializerDefaults.Web)
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    });
}
