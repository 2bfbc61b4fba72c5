using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;

namespace NetBox.Tools.CommandLine;

/// <summary>The command line as a whole.</summary>
internal static class NetBoxApp
{
    public static async Task<int> RunAsync(IReadOnlyList<string> args, TextWriter? output = null, TextWriter? error = null)
    {
        var configuration = new InvocationConfiguration { EnableDefaultExceptionHandler = false };
        configuration.Output = output ?? configuration.Output;
        configuration.Error = error ?? configuration.Error;
        var parse = Root().Parse(args);
        if (parse.Action is ParseErrorAction)
        {
            await configuration.Error.WriteLineAsync(Explain(parse)).ConfigureAwait(false);
            return (int)ExitCode.Usage;
        }

        try
        {
            return await parse.InvokeAsync(configuration).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            await configuration.Error.WriteLineAsync("netbox: interrupted").ConfigureAwait(false);
            return 130;
        }
    }

    internal static RootCommand Root()
    {
        var root = HelpWithExamples.Add(
            new RootCommand("Diagnostics for a Redis Cluster and the services around it")
            {
                HttpCommand.Create(),
                DnsCommand.Create(),
                TcpCommand.Create(),
                ClusterCommand.Create(),
                ServeCommand.Create(),
            },
            "netbox cluster check 127.0.0.1:7101",
            "netbox http http://localhost:5080/ --repeat 5",
            "netbox serve");
        foreach (var help in root.Options.OfType<HelpOption>())
        {
            help.Action = new HelpWithExamples((HelpAction)help.Action!);
        }

        return root;
    }

    private static string Explain(ParseResult parse)
    {
        var command = parse.CommandResult.Command;
        var name = command is RootCommand ? "netbox" : $"netbox {string.Join(' ', Path(parse.CommandResult).Reverse())}";
        var message = parse.Errors[0].Message.TrimEnd('.').ReplaceLineEndings(" ");
        if (command.Subcommands.Count > 0 && parse.UnmatchedTokens.Count == 0)
        {
            message = $"say what to do: {string.Join(", ", command.Subcommands.Select(c => c.Name))}";
        }
        else if (parse.UnmatchedTokens.Count > 0 && parse.Errors.All(e => e.Message.Contains(parse.UnmatchedTokens[0], StringComparison.Ordinal) || command.Subcommands.Count > 0))
        {
            message = $"'{parse.UnmatchedTokens[0]}' is not understood here";
        }

        return $"{name}: {message} ({name} --help explains)";
    }

    private static IEnumerable<string> Path(System.CommandLine.Parsing.CommandResult result)
    {
        for (var at = result; at.Command is not RootCommand; at = (System.CommandLine.Parsing.CommandResult)at.Parent!)
        {
            yield return at.Command.Name;
        }
    }
}
