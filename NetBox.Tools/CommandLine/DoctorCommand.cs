using System.CommandLine;
using NetBox.Tools.Doctor;
using NetBox.Tools.Output;
using NetBox.Tools.Probes;
using NetBox.Tools.Reports;

namespace NetBox.Tools.CommandLine;

internal static class DoctorCommand
{
    private const string KnownName = "http://hit-counter";

    public static Command Create()
    {
        var cluster = new ClusterOptions(timeoutSeconds: 3);
        var app = new Option<string>("--app")
        {
            Description = $"URL of the app behind the cluster that is asked too ({KnownName}/count where that name is known)",
            HelpName = "URL",
        };
        var json = CommonOptions.Json();
        var command = HelpWithExamples.Add(
            new Command("doctor", "Look at the whole chain, from names to the app's answer: what is wrong, why, and what mends it"),
            "netbox doctor 127.0.0.1:7101",
            "netbox doctor --app http://localhost:5080/count --json");
        cluster.AddTo(command);
        command.Add(app);
        command.Add(json);
        command.SetAction((parse, cancellationToken) => CommandRunner.RunAsync(
            parse,
            parse.GetValue(json),
            () => NetBoxJson.Readable.DoctorReport,
            async () => Physician.Diagnose(await new FactCollector(cluster.Read(parse), TimeProvider.System)
                .CollectAsync(parse.GetValue(app) ?? KnownApp(), cancellationToken).ConfigureAwait(false)),
            DoctorText.Write,
            report => report.Healthy ? ExitCode.Fine : report.NodesAnswered == 0 ? ExitCode.Unreachable : ExitCode.Faults));
        return command;
    }

    /// <summary>Where the app tells its count, if an AppHost has handed over its name.</summary>
    public static string? KnownApp() => ServiceNames.FromEnvironment().Known.Contains(KnownName) ? $"{KnownName}/count" : null;
}
