using System.CommandLine;
using NetBox.Tools.Output;
using NetBox.Tools.Reports;
using NetBox.Tools.Topology;

namespace NetBox.Tools.CommandLine;

internal static class TopologyCommand
{
    public static Command Create()
    {
        var cluster = new ClusterOptions(timeoutSeconds: 3);
        var json = CommonOptions.Json();
        var command = HelpWithExamples.Add(
            new Command("topology", "Shards with master and replicas: where they are, how far behind, how busy; what nodes see differently; exit code 1 when one is not well"),
            "netbox topology 127.0.0.1:7101",
            "netbox topology --json");
        cluster.AddTo(command);
        command.Add(json);
        command.SetAction((parse, cancellationToken) => CommandRunner.RunAsync(
            parse,
            parse.GetValue(json),
            () => NetBoxJson.Readable.ClusterPicture,
            async () =>
            {
                var sampler = new ClusterSampler(cluster.Read(parse), TimeProvider.System);
                await using var _ = sampler.ConfigureAwait(false);
                return await sampler.TakeAsync(cancellationToken).ConfigureAwait(false);
            },
            TopologyText.Write,
            picture => picture.IsWell() ? ExitCode.Fine : ExitCode.Faults));
        return command;
    }
}
