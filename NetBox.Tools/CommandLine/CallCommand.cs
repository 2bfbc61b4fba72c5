using System.CommandLine;
using NetBox.Tools.Cluster;
using NetBox.Tools.Output;
using NetBox.Tools.Reports;
using RedisCluster.Operations;
using RedisCluster.Protocol;
using RedisCluster.Topology;

namespace NetBox.Tools.CommandLine;

/// <summary>netbox cluster call: one command to every node.</summary>
internal static class CallCommand
{
    public static Command Create()
    {
        var words = new Argument<string[]>("HOST:PORT COMMAND")
        {
            Description = $"Any node of the cluster ({ClusterTarget.ConnectionStringVariable} may stand in), then the command with its arguments",
            Arity = ArgumentArity.OneOrMore,
        };
        var masters = OnlyOption("masters");
        var replicas = OnlyOption("replicas");
        var options = new ClusterOptions(timeoutSeconds: 5);
        var json = CommonOptions.Json();
        var command = HelpWithExamples.Add(
            new Command("call", "Send one command to every node at once; exit code 1 when one answers with an error or not at all")
            {
                words,
                masters,
                replicas,
            },
            "netbox cluster call 127.0.0.1:7101 PING",
            "netbox cluster call 127.0.0.1:7101 CONFIG GET maxmemory --only-masters",
            "netbox cluster call 127.0.0.1:7101 INFO replication --only-replicas --json");
        options.AddTo(command, withSeeds: false, withDigits: false);
        command.Add(json);
        command.SetAction((parse, cancellationToken) => CommandRunner.RunAsync(
            parse,
            parse.GetValue(json),
            () => NetBoxJson.Readable.ClusterCallReport,
            async () =>
            {
                var (seeds, sent) = Split(parse.GetRequiredValue(words));
                var target = options.Read(parse, seeds);
                var answers = await ClusterCall.RunAsync(
                    target.Seeds, sent, Selection(parse.GetValue(masters), parse.GetValue(replicas)), target.Settings, cancellationToken).ConfigureAwait(false);
                return answers.IsEmpty
                    ? throw NetBoxException.Usage("the cluster has no node of that role; nothing was sent")
                    : CallReporter.Report(sent, answers);
            },
            CallText.Write,
            report => report.Failed == 0 ? ExitCode.Fine : ExitCode.Faults));
        return command;
    }

    // No command has a name with a colon and a port in it.
    private static (string[] Seeds, RespCommand Command) Split(string[] words)
    {
        var seeds = NodeEndpoint.TryParse(words[0], out _) ? words[..1] : [];
        return words.Length > seeds.Length
            ? (seeds, RespCommand.Of([.. words[seeds.Length..].Select(word => (RespArgument)word)]))
            : throw NetBoxException.Usage("COMMAND is missing; write it behind the node, such as PING");
    }

    private static NodeSelection Selection(bool masters, bool replicas) => (masters, replicas) switch
    {
        (true, true) => throw NetBoxException.Usage("--only-masters and --only-replicas exclude each other; leave both out for all nodes"),
        (true, _) => NodeSelection.Masters,
        (_, true) => NodeSelection.Replicas,
        _ => NodeSelection.All,
    };

    private static Option<bool> OnlyOption(string role) => new($"--only-{role}", $"--cluster-only-{role}") { Description = $"Only to the {role}" };
}
