using System.Globalization;
using RedisCluster.Planning;
using static NetBox.Tools.Doctor.DiagnosisCodes;

namespace NetBox.Tools.Doctor;

/// <summary>The end of the chain: what the app answers.</summary>
internal static class AppRules
{
    public static IEnumerable<Diagnosis> Check(PatientFacts facts)
    {
        if (facts.App is not { } app)
        {
            yield break;
        }

        if (app.Status is not { } status)
        {
            yield return new(Severity.Error, AppSilent, app.Url, $"the app does not answer: {app.Text}", $"netbox http {app.Url}   # is it running?");
        }
        else if (status >= 400)
        {
            yield return new(
                Severity.Error, AppUnhealthy, app.Url, string.Create(CultureInfo.InvariantCulture, $"the app answers {status}: {app.Text}"),
                "mend what is wrong with the cluster first; then look at the app's log");
        }
    }
}
