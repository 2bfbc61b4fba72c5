using System.Globalization;
using NetBox.Tools.Output;
using RedisCluster.Operations;
using Spectre.Console;

namespace NetBox.Tools.Operations;

/// <summary>A progress bar that appears with the first thing there is to count and stays until it is disposed.</summary>
internal sealed class WorkBar(IAnsiConsole console, string operation) : IAsyncDisposable
{
    private readonly TaskCompletionSource _end = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Task _display = Task.CompletedTask;
    private ProgressTask? _task;

    public void Show(WorkDone work, string message)
    {
        _task ??= Start(work.Total);
        _task.MaxValue = work.Total;
        _task.Value = work.Done;
        _task.Description = Screen.Safe(string.Create(CultureInfo.InvariantCulture, $"{message}: {work.Done} of {work.Total} {work.Unit}"));
    }

    public async ValueTask DisposeAsync()
    {
        _end.TrySetResult();
        await _display.ConfigureAwait(false);
    }

    private ProgressTask Start(long total)
    {
        ProgressTask? task = null;
        _display = console.Progress()
            .Columns(new TaskDescriptionColumn { Alignment = Justify.Left }, new ProgressBarColumn(), new PercentageColumn(), new RemainingTimeColumn())
            .StartAsync(context =>
            {
                task = context.AddTask(Screen.Safe(operation), maxValue: total);
                return _end.Task;
            });
        return task!;
    }
}
