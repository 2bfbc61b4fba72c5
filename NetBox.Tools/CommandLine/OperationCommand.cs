using System.CommandLine;
using NetBox.Tools.Cluster;
using NetBox.Tools.Operations;
using NetBox.Tools.Output;
using RedisCluster.Operations;

namespace NetBox.Tools.CommandLine;

/// <summary>An operation of the core library, with what the command line says of it.</summary>
internal delegate Task<OperationResult> Operation(
    ParseResult parse, ClusterTarget target, OperationOptions options, IProgress<ClusterProgress> progress, CancellationToken cancellationToken);

/// <summary>
/// What all commands that change a cluster have in common: the plan is shown first, --dry-run stops there, --yes does not ask, progress is a
/// bar on a terminal and lines elsewhere, --json prints an event a line, and a check ends it.
/// </summary>
internal static class OperationCommand
{
    private const string DryRun = "--dry-run";

    /// <summary>Whether it is one of them.</summary>
    public static bool Is(Command command) => command.Options.Any(option => option.Name == DryRun);

    /// <summary>A command whose positional arguments are nodes of the cluster.</summary>
    public static Command Create(string name, string description, IReadOnlyList<Option> own, Operation operation, params string[] examples) =>
        Create(name, description, new ClusterOptions(timeoutSeconds: 5), own, operation, examples);

    /// <summary>The same for nodes that are more than a way to the others.</summary>
    public static Command Create(
        string name, string description, ClusterOptions cluster, IReadOnlyList<Option> own, Operation operation, params string[] examples)
    {
        var command = new Command(name, description);
        cluster.AddTo(command);
        return Complete(command, cluster.Read, own, operation, examples);
    }

    /// <summary>A command that has its positional arguments already and knows how to find its cluster.</summary>
    public static Command Complete(
        Command command, Func<ParseResult, ClusterTarget> target, IReadOnlyList<Option> own, Operation operation, params string[] examples)
    {
        foreach (var option in own)
        {
            command.Add(option);
        }

        var dryRun = new Option<bool>(DryRun) { Description = "Show the plan and change nothing" };
        var yes = new Option<bool>("--yes", "-y") { Description = "Do not ask before changing anything" };
        yes.Aliases.Add("--cluster-yes");
        var json = new Option<bool>("--json") { Description = "Print an event a line as JSON: plan, progress, result" };
        var stall = CommonOptions.StallLimit();
        command.Add(dryRun);
        command.Add(yes);
        command.Add(json);
        command.Add(stall);
        command.SetAction(async (parse, cancellationToken) =>
        {
            var view = OperationView.For(parse.InvocationConfiguration, command.Name, parse.GetValue(json));
            await using var _ = view.ConfigureAwait(false);
            var isAsking = false;
            try
            {
                var to = target(parse);
                var options = new OperationOptions
                {
                    Connection = to.Settings,
                    StallLimit = parse.GetValue(stall),
                    DryRun = parse.GetValue(dryRun),
                    ConfirmAsync = async (plan, token) =>
                    {
                        isAsking = true;
                        var agreed = await Confirmation.AskAsync(view, plan, parse.GetValue(yes), token).ConfigureAwait(false);
                        isAsking = false;
                        return agreed;
                    },
                };
                var result = await operation(parse, to, options, view, cancellationToken).ConfigureAwait(false);
                await view.EndAsync(result).ConfigureAwait(false);
                return (int)(result.Outcome == OperationOutcome.Done && !result.Report.Healthy ? ExitCode.Faults : ExitCode.Fine);
            }
            catch (OperationCanceledException)
            {
                await view.FailAsync(isAsking ? "interrupted; nothing was changed" : "interrupted; run it again to go on from here").ConfigureAwait(false);
                return CommandRunner.Interrupted;
            }
            catch (Exception exception) when (Faults.TryExplain(exception, out var code, out var message))
            {
                await view.FailAsync(message, code).ConfigureAwait(false);
                return (int)code;
            }
        });
        return HelpWithExamples.Add(command, examples);
    }
}
