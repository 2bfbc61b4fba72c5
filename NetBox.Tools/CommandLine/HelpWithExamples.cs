using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using System.Runtime.CompilerServices;

namespace NetBox.Tools.CommandLine;

/// <summary>The usual help, followed by the command's examples and by what the exit codes mean.</summary>
internal sealed class HelpWithExamples(HelpAction usual) : SynchronousCommandLineAction
{
    private static readonly ConditionalWeakTable<Command, string[]> Examples = [];

    public override bool ClearsParseErrors => true;

    public static TCommand Add<TCommand>(TCommand command, params string[] examples)
        where TCommand : Command
    {
        Examples.Add(command, examples);
        return command;
    }

    public override int Invoke(ParseResult parseResult)
    {
        foreach (var option in parseResult.CommandResult.Command.Options)
        {
            // Understood for the sake of those who come from redis-cli, but nothing that others have to read.
            foreach (var alias in option.Aliases.Where(alias => alias.StartsWith("--cluster-", StringComparison.Ordinal)).ToList())
            {
                option.Aliases.Remove(alias);
            }
        }

        usual.MaxWidth = 100;
        usual.Invoke(parseResult);
        var output = parseResult.InvocationConfiguration.Output;
        if (Examples.TryGetValue(parseResult.CommandResult.Command, out var examples))
        {
            output.WriteLine("Examples:");
            foreach (var example in examples)
            {
                output.WriteLine($"  {example}");
            }

            output.WriteLine();
        }

        output.WriteLine("Exit codes: 0 fine, 1 faults found, 2 bad usage, 3 unreachable, 4 refused to protect data");
        return (int)ExitCode.Fine;
    }
}
