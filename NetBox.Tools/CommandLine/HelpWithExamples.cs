using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;

namespace NetBox.Tools.CommandLine;

/// <summary>The usual help, followed by the command's examples and by what the exit codes mean.</summary>
internal sealed partial class HelpWithExamples(HelpAction usual) : SynchronousCommandLineAction
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

        var output = parseResult.InvocationConfiguration.Output;
        using var text = new StringWriter();
        parseResult.InvocationConfiguration.Output = text;
        usual.MaxWidth = 100;
        usual.Invoke(parseResult);
        parseResult.InvocationConfiguration.Output = output;

        // As it could be typed.
        output.Write(DefaultDuration().Replace(text.ToString(), match => Durations.Format(TimeSpan.Parse(match.Value, CultureInfo.InvariantCulture))));
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

    [GeneratedRegex(@"(?<=\[default:\s+)[0-9]{2}:[0-9]{2}:[0-9.]+(?=\])", RegexOptions.CultureInvariant)]
    private static partial Regex DefaultDuration();
}
