using System.CommandLine;
using NetBox.Tools.Cluster;
using NetBox.Tools.Output;
using NetBox.Tools.Reports;
using RedisCluster.Operations;
using RedisCluster.Planning;

namespace NetBox.Tools.CommandLine;

/// <summary>netbox cluster check.</summary>
internal static class CheckCommand
{
    public static Command Create()
    {
        var search = SearchMultipleOwners("Count the keys of every slot on every master, to find those outside their owner");
        var options = new ClusterOptions(timeoutSeconds: 3);
        var json = CommonOptions.Json();
        var command = HelpWithExamples.Add(
            new Command("check", "What is wrong with the cluster, the gravest first; exit code 1 when there is an error") { search },
            "netbox cluster check 127.0.0.1:7101",
            "netbox cluster check 127.0.0.1:7101 --search-multiple-owners",
            $"{ClusterTarget.PasswordVariable}=secret netbox cluster check redis-cluster-0:6379 --tls --json");
        options.AddTo(command);
        command.Add(json);
        command.SetAction((parse, cancellationToken) => CommandRunner.RunAsync(
            parse,
            parse.GetValue(json),
            () => NetBoxJson.Readable.ClusterCheckReport,
            async () =>
            {
                var target = options.Read(parse);
                var observation = await ClusterSource.ObserveAsync(target, cancellationToken).ConfigureAwait(false);
                var keys = parse.GetValue(search)
                    ? await ClusterCheck.CountKeysAsync(observation, target.Settings, cancellationToken).ConfigureAwait(false)
                    : null;
                return ClusterReporter.Check(observation, ClusterChecker.Check(observation, new CheckOptions { Keys = keys }));
            },
            ClusterText.Write,
            report => report.Healthy ? ExitCode.Fine : ExitCode.Faults));
        return command;
    }

    public static Option<bool> SearchMultipleOwners(string description) =>
        new("--search-multiple-owners", "--cluster-search-multiple-owners") { Description = description };
}
