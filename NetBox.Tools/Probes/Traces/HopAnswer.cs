using System.Net;
using NetBox.Tools.Reports;

namespace NetBox.Tools.Probes.Traces;

/// <summary>What came back for one packet.</summary>
/// <param name="From">Who answered; null when nobody did.</param>
/// <param name="Ms">After how long.</param>
/// <param name="Said">As in <see cref="TraceHop"/>.</param>
internal sealed record HopAnswer(IPAddress? From, double Ms, string? Said)
{
    public const string Prohibited = "prohibited";

    public static HopAnswer Silence { get; } = new(null, 0, null);

    /// <summary>Nothing comes after it.</summary>
    public bool IsEnd => Said is not null;
}
