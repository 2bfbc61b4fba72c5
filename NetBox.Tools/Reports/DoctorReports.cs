using NetBox.Tools.Cluster;
using NetBox.Tools.Doctor;

namespace NetBox.Tools.Reports;

/// <summary>What the doctor found.</summary>
/// <param name="Time">When the nodes were asked.</param>
/// <param name="Healthy">No finding is an error.</param>
/// <param name="Errors">How many are.</param>
/// <param name="Warnings">How many are warnings.</param>
/// <param name="Nodes">Nodes that were looked for.</param>
/// <param name="NodesAnswered">Nodes that told everything.</param>
/// <param name="App">What the app answered; null when it was not asked or not well.</param>
/// <param name="Findings">The gravest first.</param>
internal sealed record DoctorReport(
    DateTimeOffset Time, bool Healthy, int Errors, int Warnings, int Nodes, int NodesAnswered, string? App, IReadOnlyList<DiagnosisReport> Findings);

internal sealed record DiagnosisReport(string Severity, string Code, string Where, string Cause, string Cure)
{
    public static DiagnosisReport Of(Diagnosis diagnosis) =>
        new(ClusterReporter.NameOf(diagnosis.Severity), diagnosis.Code, diagnosis.Where, diagnosis.Cause, diagnosis.Cure);
}
