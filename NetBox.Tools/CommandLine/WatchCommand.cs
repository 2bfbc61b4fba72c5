using System.CommandLine;
using System.Runtime.CompilerServices;
using System.Text.Json;
using NetBox.Tools.Output;
using NetBox.Tools.Reports;
using NetBox.Tools.Topology;
using Spectre.Console;

namespace NetBox.Tools.CommandLine;

internal static class WatchCommand
{
    /// <summary>More often would be a load on the cluster and nothing that anyone could read.</summary>
    private static readonly TimeSpan ShortestInterval = TimeSpan.FromMilliseconds(100);

    public static Command Create()
    {
        // A node that hangs must not hold up the picture of the others for long.
        var cluster = new ClusterOptions(timeoutSeconds: 1);
        var interval = CommonOptions.Interval(1, ShortestInterval, "Time from one look to the next");
        var count = CommonOptions.Count("--count", "End after this many looks; exit code 1 when the last one is not well");
        var json = new Option<bool>("--json") { Description = "Print one line of JSON per look" };
        var command = HelpWithExamples.Add(
            new Command("watch", "The topology as it changes: a live screen, or a line per look when piped; goes on while nodes are down, Ctrl-C ends it"),
            "netbox watch 127.0.0.1:7101",
            "netbox watch --interval 500ms --json | jq -c '.changes[]'",
            "netbox watch --count 1");
        cluster.AddTo(command);
        command.Add(interval);
        command.Add(count);
        command.Add(json);
        command.SetAction((parse, cancellationToken) => CommandRunner.RunAsync(parse, parse.GetValue(json), async () =>
        {
            var sampler = new ClusterSampler(cluster.Read(parse), TimeProvider.System);
            await using var _ = sampler.ConfigureAwait(false);
            var pictures = TakeAsync(sampler, parse.GetValue(interval), parse.GetValue(count), cancellationToken);
            try
            {
                await (parse.GetValue(json) ? WriteJsonAsync(parse.InvocationConfiguration.Output, pictures)
                    : ShowAsync(Screen.For(parse.InvocationConfiguration), parse.InvocationConfiguration.Output, pictures)).ConfigureAwait(false);
            }
            catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
            {
                // Ctrl-C is how a watch ends.
                return ExitCode.Fine;
            }

            return sampler.Last!.IsWell() ? ExitCode.Fine : ExitCode.Faults;
        }));
        return command;
    }

    private static async IAsyncEnumerable<Look> TakeAsync(
        ClusterSampler sampler, TimeSpan interval, int? looks, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var history = new WatchHistory();
        var taken = 0;
        await foreach (var picture in sampler.SampleAsync(interval, cancellationToken).ConfigureAwait(false))
        {
            yield return new(picture, history.Add(picture), history);
            if (++taken == looks)
            {
                yield break;
            }
        }
    }

    private static async Task WriteJsonAsync(
        TextWriter output, IAsyncEnumerable<Look> looks)
    {
        await foreach (var (picture, changes, _) in looks.ConfigureAwait(false))
        {
            await output.WriteLineAsync(JsonSerializer.Serialize(new WatchSample(picture, changes), NetBoxJson.Line.WatchSample)).ConfigureAwait(false);
            await output.FlushAsync(CancellationToken.None).ConfigureAwait(false);
        }
    }

    private static Task ShowAsync(
        IAnsiConsole console, TextWriter output, IAsyncEnumerable<Look> looks) =>
        console.Profile.Capabilities.Ansi ? DrawAsync(console, looks) : WriteLinesAsync(console, output, looks);

    private static Task DrawAsync(
        IAnsiConsole console, IAsyncEnumerable<Look> looks) =>
        console.Live(new Markup(string.Empty)).StartAsync(async screen =>
        {
            await foreach (var (picture, _, history) in looks.ConfigureAwait(false))
            {
                screen.UpdateTarget(WatchText.Page(picture, history, console.Profile.Width));
            }
        });

    private static async Task WriteLinesAsync(
        IAnsiConsole console, TextWriter output, IAsyncEnumerable<Look> looks)
    {
        await foreach (var (picture, changes, _) in looks.ConfigureAwait(false))
        {
            foreach (var change in changes)
            {
                console.MarkupLine(WatchText.Line(change));
            }

            console.WriteLine(WatchText.Line(picture));
            await output.FlushAsync(CancellationToken.None).ConfigureAwait(false);
        }
    }

    /// <param name="Picture">The cluster now.</param>
    /// <param name="Changes">Since the look before.</param>
    /// <param name="History">All that is remembered.</param>
    private sealed record Look(ClusterPicture Picture, IReadOnlyList<TopologyChange> Changes, WatchHistory History);
}
