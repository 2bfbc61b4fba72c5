using System.Globalization;
using NetBox.Tools.Cluster;
using NetBox.Tools.Output;
using RedisCluster.Operations;
using RedisCluster.Planning;
using Spectre.Console;
using static NetBox.Tools.Output.Screen;

namespace NetBox.Tools.Operations;

/// <summary>The plan, a line per step, a bar where there is a terminal and something to count, and the check.</summary>
internal sealed class TextView(string operation, IAnsiConsole console, TextWriter error, bool isTerminal) : OperationView(operation)
{
    private static readonly TimeSpan LineEvery = TimeSpan.FromSeconds(1);

    private readonly Lock _gate = new();
    private readonly WorkBar? _bar = isTerminal ? new(console, operation) : null;
    private TimeSpan _lastWorkLine;

    public override bool CanAsk => isTerminal && !Console.IsInputRedirected;

    public override void Report(ClusterProgress value)
    {
        lock (_gate)
        {
            if (value.Work is { } work && _bar is not null)
            {
                _bar.Show(work, value.Message);
            }
            else if (value.Work is not { } counted || counted.Done >= counted.Total || value.Elapsed - _lastWorkLine >= LineEvery)
            {
                // What is only counted comes many times a second; a log wants to be read.
                _lastWorkLine = value.Work is null ? _lastWorkLine : value.Elapsed;
                console.MarkupLine(Line(value));
            }
        }
    }

    public override Task ShowAsync(ClusterPlan plan)
    {
        console.Write(new Spectre.Console.Text(Printable(plan.ToString())));
        return Task.CompletedTask;
    }

    public override Task<bool> AskAsync(string question, CancellationToken cancellationToken) =>
        Question.AskAsync(console, Console.In, question, cancellationToken);

    public override async Task EndAsync(OperationResult result)
    {
        await DisposeAsync().ConfigureAwait(false);
        if (result.Outcome is OperationOutcome.Planned or OperationOutcome.NothingToDo)
        {
            await ShowAsync(result.Plan).ConfigureAwait(false);
        }

        ClusterText.Write(console, ClusterReporter.Check(result.Observation, result.Report));
        console.MarkupLine(Safe(OutcomeText.Line(Operation, result)));
    }

    public override async Task FailAsync(string message, ExitCode? code = null)
    {
        await DisposeAsync().ConfigureAwait(false);
        await error.WriteLineAsync($"netbox: {message}").ConfigureAwait(false);
    }

    public override ValueTask DisposeAsync() => _bar?.DisposeAsync() ?? ValueTask.CompletedTask;

    private static string Line(ClusterProgress value)
    {
        var seconds = value.Elapsed.TotalSeconds.ToString("0.000", CultureInfo.InvariantCulture).PadLeft(8);
        var work = value.Work is { } w ? string.Create(CultureInfo.InvariantCulture, $", {w.Done} of {w.Total} {w.Unit}") : string.Empty;
        return $"[dim]{seconds} s[/]  {Safe(value.Message + work)}{(value.Reason is { } reason ? $" [dim]({Safe(reason)})[/]" : string.Empty)}";
    }
}
