using NetBox.Tools.Reports;
using RedisCluster.Planning;

namespace NetBox.Tools.Doctor;

/// <summary>From facts to findings with cause and cure, the gravest first. Pure.</summary>
internal static class Physician
{
    // What the doctor explains better: where a rule here says why, the check's own finding would only repeat that.
    private static readonly string[] ExplainedHere = [FindingCodes.Unreachable, FindingCodes.AccessDenied, FindingCodes.NothingObserved];

    public static DoctorReport Diagnose(PatientFacts facts)
    {
        var cures = facts.Cures;
        var reach = ReachRules.Check(facts).ToList();
        var silent = reach.Where(diagnosis => diagnosis.Code is DiagnosisCodes.NodeDown or DiagnosisCodes.NodeSilent).Select(diagnosis => diagnosis.Where).ToHashSet();
        var diagnoses = reach
            .Concat(AddressRules.Check(facts))
            .Concat(ServerRules.Passwords(facts))
            .Concat(ClusterChecker.Check(facts.Cluster).Findings
                .Where(finding => !ExplainedHere.Contains(finding.Code) && !IsNoticed(finding, silent))
                .Select(finding => new Diagnosis(finding.Severity, finding.Code, finding.Node?.ToClientString() ?? string.Empty, finding.Message, cures.Of(finding))))
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

    // That its peers miss a silent node as well is no news; which slots are gone with it is.
    private static bool IsNoticed(Finding finding, HashSet<string> silent) =>
        finding is { Code: FindingCodes.NodeFailed or FindingCodes.NodeSuspected, Severity: Severity.Warning, Node: { } node } && silent.Contains(node.ToClientString());
}
