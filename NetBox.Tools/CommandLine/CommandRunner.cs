using System.CommandLine;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using NetBox.Tools.Output;
using NetBox.Tools.Reports;
using Spectre.Console;

namespace NetBox.Tools.CommandLine;

/// <summary>Runs one command: report or failure, text or JSON, exit code.</summary>
internal static class CommandRunner
{
    /// <summary>The exit code of what was interrupted, as shells count it.</summary>
    public const int Interrupted = 130;

    /// <summary>The same of what nobody reads any more.</summary>
    public const int Unread = 141;

    /// <param name="parse">What was asked for.</param>
    /// <param name="json">Whether to print JSON.</param>
    /// <param name="type">Asked only for JSON: what it brings along takes a fifth of the time of a short command.</param>
    /// <param name="command">Makes the report.</param>
    /// <param name="print">Prints it as text.</param>
    /// <param name="exitCode">Judges it.</param>
    public static Task<int> RunAsync<TReport>(
        ParseResult parse,
        bool json,
        Func<JsonTypeInfo<TReport>> type,
        Func<Task<TReport>> command,
        Action<IAnsiConsole, TReport> print,
        Func<TReport, ExitCode> exitCode)
        where TReport : class => RunAsync(parse, json, async () =>
        {
            var report = await command().ConfigureAwait(false);
            if (json)
            {
                await parse.InvocationConfiguration.Output.WriteLineAsync(JsonSerializer.Serialize(report, type())).ConfigureAwait(false);
            }
            else
            {
                print(Screen.For(parse.InvocationConfiguration), report);
            }

            return exitCode(report);
        });

    /// <summary>For a command that shows what it has by itself.</summary>
    public static async Task<int> RunAsync(ParseResult parse, bool json, Func<Task<ExitCode>> command)
    {
        try
        {
            return (int)await command().ConfigureAwait(false);
        }
        catch (Exception exception) when (Faults.TryExplain(exception, out var code, out var message))
        {
            if (json)
            {
                await parse.InvocationConfiguration.Output.WriteLineAsync(
                    JsonSerializer.Serialize(ErrorReport.Of(code, message), NetBoxJson.Readable.ErrorReport)).ConfigureAwait(false);
            }

            await parse.InvocationConfiguration.Error.WriteLineAsync($"netbox: {message}").ConfigureAwait(false);
            return (int)code;
        }
    }
}
