using System.Diagnostics;
using System.Text;

namespace Integration.Worker;

/// <summary>One of the tools as the real process it is, beside the tests in the output folder.</summary>
internal sealed class ToolProcess : IDisposable
{
    // Longer than the tools' own patience: when one gives up, it says what it waited for.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);

    private readonly Process _process;
    private readonly StringBuilder _output = new();
    private readonly StringBuilder _error = new();

    private ToolProcess(Process process) => _process = process;

    public int Id => _process.Id;

    public string Output => Read(_output);

    public string Error => Read(_error);

    /// <summary>Starts the assembly; variables of the test run that would speak to it are taken away first.</summary>
    public static ToolProcess Start(string assembly, IEnumerable<string> arguments, params (string Name, string Value)[] environment) =>
        StartBehind([], assembly, arguments, environment);

    /// <summary>Starts it through other programs, such as <c>ip netns exec NAME</c>.</summary>
    public static ToolProcess StartBehind(
        string[] programs, string assembly, IEnumerable<string> arguments, params (string Name, string Value)[] environment)
    {
        string[] command = [.. programs, "dotnet"];
        var start = new ProcessStartInfo(command[0], command[1..]) { RedirectStandardOutput = true, RedirectStandardError = true };
        start.ArgumentList.Add(Path.Combine(AppContext.BaseDirectory, $"{assembly}.dll"));
        foreach (var argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        string[] mine = ["Cluster__", "ConnectionStrings__", "ASPNETCORE_", "HTTP_PORTS", "OTEL_", "REDISCLI_AUTH"];
        foreach (var name in start.Environment.Keys.Where(k => mine.Any(m => k.StartsWith(m, StringComparison.OrdinalIgnoreCase))).ToList())
        {
            start.Environment.Remove(name);
        }

        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        var tool = new ToolProcess(Process.Start(start)!);
        tool._process.OutputDataReceived += (_, line) => Keep(tool._output, line.Data);
        tool._process.ErrorDataReceived += (_, line) => Keep(tool._error, line.Data);
        tool._process.BeginOutputReadLine();
        tool._process.BeginErrorReadLine();
        return tool;
    }

    public static async Task<(int ExitCode, string Output, string Error)> RunAsync(
        string assembly, IEnumerable<string> arguments, params (string Name, string Value)[] environment)
    {
        using var tool = Start(assembly, arguments, environment);
        return await tool.EndAsync();
    }

    public async Task<(int ExitCode, string Output, string Error)> EndAsync()
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(Patience);
        try
        {
            await _process.WaitForExitAsync(limit.Token);
        }
        catch (OperationCanceledException) when (!TestContext.Current.CancellationToken.IsCancellationRequested)
        {
            Assert.Fail($"did not end within {Patience}: {Output}{Error}");
        }

        return (_process.ExitCode, Output, Error);
    }

    /// <summary>Waits until the condition holds of what was printed to standard output.</summary>
    public Task<string> WaitForOutputAsync(Func<string, bool> condition) => WaitAsync(() => Output, condition);

    /// <summary>Waits until the condition holds of what was printed to standard error.</summary>
    public Task<string> WaitForErrorAsync(Func<string, bool> condition) => WaitAsync(() => Error, condition);

    public bool HasExited => _process.HasExited;

    /// <summary>SIGKILL. False when it had ended before.</summary>
    public async Task<bool> KillAsync()
    {
        var running = !_process.HasExited;
        _process.Kill();
        await EndAsync();
        return running && _process.ExitCode == 128 + 9;
    }

    public void Terminate()
    {
        using var kill = Process.Start("kill", ["-TERM", Id.ToString(System.Globalization.CultureInfo.InvariantCulture)]);
        kill.WaitForExit();
    }

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
        }

        _process.Dispose();
    }

    private async Task<string> WaitAsync(Func<string> read, Func<string, bool> condition)
    {
        var start = Stopwatch.GetTimestamp();
        while (!condition(read()))
        {
            Assert.False(_process.HasExited, $"ended with {(_process.HasExited ? _process.ExitCode : 0)}: {Output}{Error}");
            Assert.True(Stopwatch.GetElapsedTime(start) < Patience, $"not seen in time: {Output}{Error}");
            await Task.Delay(20, TestContext.Current.CancellationToken);
        }

        return read();
    }

    private static string Read(StringBuilder text)
    {
        lock (text)
        {
            return text.ToString();
        }
    }

    private static void Keep(StringBuilder text, string? line)
    {
        lock (text)
        {
            if (line is not null)
            {
                text.Append(line).Append('\n');
            }
        }
    }
}
