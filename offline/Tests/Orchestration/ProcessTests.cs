using System.Collections.Concurrent;
using Aspire.Hosting.Orchestration.Processes;

namespace Offline.Tests.Orchestration;

public sealed class ProcessTests : IDisposable
{
    private readonly ProcessWatchdog _watchdog = new();
    private readonly ConcurrentQueue<(string Line, bool IsError)> _output = new();

    public void Dispose() => _watchdog.Dispose();

    [Fact]
    public async Task Output_and_exit_code_are_complete_when_the_process_has_ended()
    {
        using var process = Start("/bin/sh", "-c", "i=0; while [ $i -lt 2000 ]; do echo line $i; i=$((i+1)); done; echo wrong >&2; exit 42");

        Assert.Equal(42, await process.Exited.WaitAsync(Waiting.Bounded));
        Assert.Equal(2000, _output.Count(o => !o.IsError));
        Assert.Contains(("wrong", true), _output);
    }

    [Fact]
    public async Task Arguments_are_passed_on_without_a_shell_touching_them()
    {
        using var process = Start("/usr/bin/printf", "%s|", "a b", "$HOME", "*", "'", "\"", "");

        await process.Exited.WaitAsync(Waiting.Bounded);
        Assert.Equal("a b|$HOME|*|'|\"||", Assert.Single(_output).Line);
    }

    [Fact]
    public void A_missing_program_is_one_clear_line()
    {
        var fault = Assert.Throws<ProcessStartException>(() => Start("no-such-program-at-all"));

        Assert.Contains("no-such-program-at-all", fault.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', fault.Message);
    }

    [Fact]
    public void A_missing_working_directory_is_named()
    {
        var spec = new ProcessSpec("/bin/sh", [], "/no/such/folder", new Dictionary<string, string>());

        var fault = Assert.Throws<ProcessStartException>(() => ChildProcess.Start(spec, _watchdog, (_, _) => { }));

        Assert.Contains("/no/such/folder", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Stopping_asks_first()
    {
        using var process = Start("/bin/sh", "-c", "trap 'echo bye; exit 5' TERM; echo ready; while :; do sleep 0.05; done");
        await Waiting.UntilAsync(() => _output.Contains(("ready", false)), "the process has set its trap");

        await process.StopAsync(TimeSpan.FromSeconds(20)).WaitAsync(Waiting.Bounded);

        Assert.Equal(5, await process.Exited);
        Assert.Contains(("bye", false), _output);
    }

    [Fact]
    public async Task Stopping_ends_what_does_not_listen_with_all_its_descendants()
    {
        using var process = Start("/bin/sh", "-c", "trap '' TERM; sh -c 'trap \"\" TERM; echo child $$; while :; do sleep 0.05; done' & echo parent $$; wait");
        await Waiting.UntilAsync(() => _output.Count == 2, "both processes run");
        var child = int.Parse(_output.Single(o => o.Line.StartsWith("child", StringComparison.Ordinal)).Line["child ".Length..], null);

        await process.StopAsync(TimeSpan.FromMilliseconds(300)).WaitAsync(Waiting.Bounded);

        Assert.Equal(128 + 9, await process.Exited);
        await Waiting.UntilAsync(() => !IsAlive(child), "the child is gone as well");
    }

    [Fact]
    public async Task What_says_how_the_AppHost_runs_is_not_inherited()
    {
        Environment.SetEnvironmentVariable("ASPNETCORE_URLS", "http://localhost:1");
        try
        {
            using var process = Start("/bin/sh", "-c", "echo \"[$ASPNETCORE_URLS]\"");
            await process.Exited.WaitAsync(Waiting.Bounded);
        }
        finally
        {
            Environment.SetEnvironmentVariable("ASPNETCORE_URLS", null);
        }

        Assert.Equal("[]", Assert.Single(_output).Line);
    }

    [Fact]
    public async Task The_end_of_the_pipe_ends_even_what_left_its_group()
    {
        var process = Start("/bin/sh", "-c", "setsid sh -c 'echo $$; exec sleep 3213' & exec sleep 3214");
        await Waiting.UntilAsync(() => !_output.IsEmpty, "the runaway has told its number");
        var runaway = int.Parse(_output.Single().Line, null);

        _watchdog.Dispose();

        await Waiting.UntilAsync(() => !IsAlive(runaway) && !IsAlive(process.Id), "both are gone");
    }

    [Theory]
    [InlineData("12 (a) b (c)) S 1 12 12 0 -1 4194560 1 2 3 4 5 6 7 8 20 0 1 0 98765 10 11", 98765)]
    [InlineData("12 (short) S 1", 0)]
    public void The_start_time_is_found_whatever_the_program_is_called(string stat, long expected) => Assert.Equal(expected, ProcessStartTime.Parse(stat));

    internal static bool IsAlive(int processId)
    {
        try
        {
            var stat = File.ReadAllText($"/proc/{processId}/stat");
            return stat[(stat.LastIndexOf(')') + 2)..][0] is not 'Z' and not 'X';
        }
        catch (IOException)
        {
            return false;
        }
    }

    private ChildProcess Start(string program, params string[] arguments) =>
        ChildProcess.Start(new ProcessSpec(program, arguments, "/", new Dictionary<string, string>()), _watchdog, (line, isError) => _output.Enqueue((line, isError)));
}
