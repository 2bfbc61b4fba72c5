using System.CommandLine;
using System.Text.Json.Serialization.Metadata;
using NetBox.Tools.Output;
using NetBox.Tools.Probes;
using NetBox.Tools.Reports;
using Spectre.Console;

namespace NetBox.Tools.CommandLine;

/// <summary>What this machine, or this pod, has of a network. None of it needs root.</summary>
internal static class HostCommands
{
    public static IEnumerable<Command> Create()
    {
        yield return Create(
            "interfaces", "Network interfaces: addresses, MTU, speed, traffic, errors", [], () => NetBoxJson.Readable.InterfacesReport, _ => Interfaces.Read(), HostText.Write, []);
        yield return Create(
            "routes", "Where packets go: the routes of this machine", [], () => NetBoxJson.Readable.RoutesReport, _ => HostTables.Routes(), HostText.Write, []);

        var listening = new Option<bool>("--listening", "-l") { Description = "Only those that wait for connections" };
        var port = CommonOptions.Number("--port", "Only those with this port at either end", "PORT", 1, 65535);
        yield return Create(
            "sockets",
            "TCP sockets, listening and connected, with their processes as far as permitted",
            [listening, port],
            () => NetBoxJson.Readable.SocketsReport,
            parse => HostTables.Sockets(parse.GetValue(listening), parse.GetValue(port)),
            HostText.Write,
            ["netbox sockets --listening", "netbox sockets --port 7101 --json"]);
    }

    private static Command Create<TReport>(
        string name,
        string description,
        Option[] options,
        Func<JsonTypeInfo<TReport>> type,
        Func<ParseResult, TReport> read,
        Action<IAnsiConsole, TReport> print,
        string[] examples)
        where TReport : class
    {
        var json = CommonOptions.Json();
        var command = HelpWithExamples.Add(new Command(name, description), [$"netbox {name}", .. examples]);
        foreach (var option in options)
        {
            command.Add(option);
        }

        command.Add(json);
        command.SetAction((parse, _) => CommandRunner.RunAsync(
            parse, parse.GetValue(json), type, () => Task.FromResult(read(parse)), print, _ => ExitCode.Fine));
        return command;
    }
}
