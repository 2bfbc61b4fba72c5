using NetBox.Tools.Reports;
using RedisCluster.Planning;

namespace NetBox.Tools.Doctor;

/// <summary>From facts to findings with cause and cure, the gravest first. Pure.</summary>
internal static class Physician
{
    // What the doctor explains better: where a rule here says why, the check's own finding would only repeat that.
    private static readonly string[] ExplainedHere = [FindingCodes.Unreachable, FindingCodes.AccessDenied];

    public static DoctorReport Diagnose(PatientFacts facts)
    {
        var any = (facts.Cluster.Reachable.FirstOrDefault(node => node.View is not null) ?? facts.Cluster.Nodes[0]).Endpoint;
        var check = ClusterChecker.Check(facts.Cluster);
        var diagnoses = ReachRules.Check(facts)
            .Concat(AddressRules.Check(facts))
            .Concat(check.Findings
                .Where(finding => !ExplainedHere.Contains(finding.Code))
                .Select(finding => new Diagnosis(finding.Severity, finding.Code, finding.Node?.ToClientString() ?? string.Empty, finding.Message, Cures.Of(finding, any))))
            .Concat(ServerRules.Check(facts))
            .Concat(AppRules.Check(facts))
            .OrderByDescending(diagnosis => diagnosis.Severity)
            .ToList();
        return new(
            facts.Cluster.Time,
            diagnoses.All(diagnosis => diagnosis.Severity != Severity.Error),
            diagnoses.Count(diagnosis => diagnosis.Severity == Severity.Error),
            diagnoses.Count(diagnosis => diagnosis.Severity == Severity.Warning),
            facts.Nodes.Length,
            facts.Nodes.Count(node => node.Server is not null),
            facts.App is { Status: < 400 } app ? app.Text : null,
            [.. diagnoses.Select(DiagnosisReport.Of)]);
    }
}
