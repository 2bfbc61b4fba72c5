using System.CommandLine;
using NetBox.Tools.Drills;
using NetBox.Tools.Output;
using Spectre.Console;

namespace NetBox.Tools.CommandLine;

/// <summary>netbox drill: a fault made on purpose, and what it cost.</summary>
internal static class DrillCommand
{
    public const string Name = "drill";

    public static Command Create()
    {
        var kind = new Argument<string>("KIND") { Description = $"{string.Join(", ", DrillKinds.Names)}" };
        kind.CompletionSources.Add([.. DrillKinds.Names]);
        var node = new Option<string>("--node", "--shard")
        {
            Description = "The master it is done to: an id, the beginning of one, or HOST:PORT; a replica stands for its master (else the first shard's)",
            HelpName = "NODE",
        };
        var duration = CommonOptions.OptionalDuration("--duration", "How long a master stays frozen or cut off (else until its replica has taken over)");
        var writers = CommonOptions.Count("--writers", "Writers per shard; each waits for its answer before it writes again", 1);
        var replicas = new Option<int>("--replicas") { Description = "A write counts when so many replicas have confirmed it (WAIT)", HelpName = "N" };
        var app = new Option<Uri>("--app")
        {
            Description = "Call this app instead of writing: each answered GET counts one, URL/count tells how many",
            HelpName = "URL",
            CustomParser = result => Uri.TryCreate(result.Tokens[0].Value, UriKind.Absolute, out var url) ? url : Wrong(result),
        };
        var force = new Option<bool>("--force") { Description = "Also in an environment that is marked as production" };
        var yes = new Option<bool>("--yes", "-y") { Description = "Do not ask before doing harm" };
        var json = CommonOptions.Json();
        var seeds = new Argument<string[]>("HOST:PORT")
        {
            Description = $"Any nodes of the cluster; without one {Cluster.ClusterTarget.ConnectionStringVariable} says where it is",
            Arity = ArgumentArity.ZeroOrMore,
        };
        var cluster = new ClusterOptions(timeoutSeconds: 3);
        var command = HelpWithExamples.Add(
            new Command(Name, "Make a fault on purpose, write meanwhile, undo it, and report the gap and what was lost; exit code 1 when an acknowledged write is")
            {
                kind, seeds, node, duration, writers, replicas, app, force, yes, json,
            },
            "netbox drill handover 127.0.0.1:7101",
            "netbox drill kill 127.0.0.1:7101 --node 127.0.0.1:7102 --yes",
            "netbox drill freeze --duration 20s --app http://localhost:5080/drill",
            "netbox drill restart-all --yes --json");
        cluster.AddTo(command, withSeeds: false);
        command.SetAction(async (parse, cancellationToken) =>
        {
            var screen = Screen.For(parse.InvocationConfiguration);
            var asJson = parse.GetValue(json);
            return await CommandRunner.RunAsync(
                parse,
                asJson,
                () => DrillJson.Readable.DrillReport,
                async () =>
                {
                    var request = new DrillRequest
                    {
                        Kind = DrillKinds.Parse(parse.GetRequiredValue(kind)),
                        Node = parse.GetValue(node),
                        Duration = parse.GetValue(duration),
                        Writers = parse.GetValue(writers),
                        Replicas = parse.GetValue(replicas),
                        App = parse.GetValue(app),
                        Force = parse.GetValue(force),
                    };
                    var drill = new DrillRunner(cluster.Read(parse, parse.GetValue(seeds) ?? []), Environment.GetEnvironmentVariable);
                    var plan = await drill.PlanAsync(request, cancellationToken).ConfigureAwait(false);
                    if (!asJson)
                    {
                        DrillText.Write(screen, plan);
                    }

                    if (!parse.GetValue(yes))
                    {
                        await AskAsync(screen, !asJson && Screen.IsTerminal(parse.InvocationConfiguration) && !Console.IsInputRedirected, cancellationToken).ConfigureAwait(false);
                    }

                    return await drill.RunAsync(
                        request with { Node = plan.Target?.Id },
                        new Events(asJson ? null : screen),
                        cancellationToken).ConfigureAwait(false);
                },
                DrillText.Write,
                report => report.Verdict == DrillVerdict.Survived ? ExitCode.Fine : ExitCode.Faults).ConfigureAwait(false);
        });
        return command;
    }

    private static async Task AskAsync(IAnsiConsole console, bool isSomebodyThere, CancellationToken cancellationToken)
    {
        if (!isSomebodyThere)
        {
            throw NetBoxException.Usage("nobody can be asked here, so nothing was done: --yes does it");
        }

        if (!await Question.AskAsync(console, Console.In, "Do it? [y/N] ", cancellationToken).ConfigureAwait(false))
        {
            throw NetBoxException.Usage("nothing was done");
        }
    }

    private static Uri? Wrong(System.CommandLine.Parsing.ArgumentResult result)
    {
        result.AddError($"'{result.Tokens[0].Value}' is no URL (--app)");
        return null;
    }

    /// <summary>A line for each thing that happens, with the seconds since the first.</summary>
    private sealed class Events(IAnsiConsole? console) : IProgress<DrillEvent>
    {
        private readonly Lock _gate = new();
        private DateTimeOffset? _first;

        public void Report(DrillEvent value)
        {
            lock (_gate)
            {
                _first ??= value.At;
                try
                {
                    console?.MarkupLine(DrillText.Line(value, value.At - _first.Value));
                }
                catch (IOException)
                {
                    // Nobody reads it any more; that is no reason to leave a drill half done.
                }
            }
        }
    }
}
