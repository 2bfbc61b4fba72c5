using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using System.CommandLine.Parsing;
using System.Runtime.InteropServices;
using NetBox.Tools.Output;

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

        using var hungUp = new CancellationTokenSource();
        var changes = OperationCommand.Is(parse.CommandResult.Command);
        using var hangUp = changes || MakesFaults(parse) ? PosixSignalRegistration.Create(PosixSignal.SIGHUP, signal => End(signal, hungUp)) : null;
        if (MakesFaults(parse))
        {
            // What was stopped or frozen has to be mended before an interrupted drill may end.
            configuration.ProcessTerminationTimeout = TimeSpan.FromMinutes(1);
        }
        else if (changes)
        {
            // So much time is given to slots that are half moved and to settings that are to be put back; what is left open is told.
            configuration.ProcessTerminationTimeout = TimeSpan.FromSeconds(15);
        }

        using var unread = new CancellationTokenSource();
        if (output is null && PipedOutput.Open(unread) is { } pipe)
        {
            Console.SetOut(new StreamWriter(pipe, Console.Out.Encoding) { AutoFlush = true });
            configuration.Output = Console.Out;
        }

        try
        {
            return await parse.InvokeAsync(configuration, EndsWithItsReader(parse) ? unread.Token : hungUp.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (unread.IsCancellationRequested)
        {
            return CommandRunner.Unread;
        }
        catch (OperationCanceledException)
        {
            await configuration.Error.WriteLineAsync("netbox: interrupted").ConfigureAwait(false);
            return CommandRunner.Interrupted;
        }
        catch (IOException) when (hungUp.IsCancellationRequested)
        {
            // There is no terminal any more to say anything on.
            return CommandRunner.Interrupted;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            await configuration.Error.WriteLineAsync($"netbox: what there is to say cannot be written: {(exception.InnerException ?? exception).Message}").ConfigureAwait(false);
            return (int)ExitCode.Faults;
        }
    }

    private static bool MakesFaults(ParseResult parse) => parse.CommandResult.Command.Name is DrillCommand.Name or ServeCommand.Name;

    private static void End(PosixSignalContext signal, CancellationTokenSource hungUp)
    {
        signal.Cancel = true;
        hungUp.Cancel();
    }

    // What changes something is not left half done because nobody reads about it.
    private static bool EndsWithItsReader(ParseResult parse) => Path(parse.CommandResult).LastOrDefault() is not (null or "cluster" or DrillCommand.Name or ServeCommand.Name);

    internal static RootCommand Root()
    {
        var root = HelpWithExamples.Add(
            new RootCommand("Diagnostics for a Redis Cluster and the services around it")
            {
                HttpCommand.Create(),
                DnsCommand.Create(),
                TcpCommand.Create(),
                TlsCommand.Create(),
                PathCommand.Create(),
                TraceCommand.Create(),
                ClusterCommand.Create(),
                DoctorCommand.Create(),
                TopologyCommand.Create(),
                SlotsCommand.Create(),
                WatchCommand.Create(),
                LatencyCommand.Create(),
                DrillCommand.Create(),
                ServeCommand.Create(),
            },
            "netbox doctor 127.0.0.1:7101",
            "netbox http http://localhost:5080/ --repeat 5",
            "netbox serve");
        foreach (var command in HostCommands.Create())
        {
            root.Add(command);
        }

        foreach (var help in root.Options.OfType<HelpOption>())
        {
            help.Action = new HelpWithExamples((HelpAction)help.Action!);
        }

        return root;
    }

    /// <summary>One line: the first thing that is wrong. Which argument is missing is told here, the parser names only the command.</summary>
    private static string Explain(ParseResult parse)
    {
        var command = parse.CommandResult.Command;
        var name = string.Join(' ', Path(parse.CommandResult).Append("netbox").Reverse());
        var missing = command.Arguments.FirstOrDefault(a => a.Arity.MinimumNumberOfValues > 0 && parse.GetResult(a) is null or { Tokens.Count: 0 });
        var message = parse.UnmatchedTokens.Count > 0 ? $"'{parse.UnmatchedTokens[0]}' is not understood here"
            : command.Subcommands.Count > 0 ? $"say what to do: {string.Join(", ", command.Subcommands.Select(c => c.Name))}"
            : missing is not null ? $"{missing.Name} is missing"
            : parse.Errors[0].Message.TrimEnd('.').ReplaceLineEndings(" ");
        return $"{name}: {message} ({name} --help explains)";
    }

    private static IEnumerable<string> Path(CommandResult result)
    {
        for (var at = result; at is { Command: not RootCommand }; at = at.Parent as CommandResult)
        {
            yield return at.Command.Name;
        }
    }
}
