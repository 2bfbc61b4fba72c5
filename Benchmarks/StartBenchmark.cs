using System.Diagnostics;

namespace RedisClusterAspire.Benchmarks;

/// <summary>From the start of the built AppHost to the first hit served.</summary>
internal static class StartBenchmark
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(10);

    public static async Task<int> RunAsync(int rounds, CancellationToken stop)
    {
        string[] built = [Checkout.Built("AppHost", "AppHost.dll")];
        string[] byRun = ["run", "--project", Path.Combine(Checkout.Root, "AppHost"), "-c", "Release", "--no-build"];
        List<TimeSpan> direct = [], run = [];
        for (var round = 1; round <= rounds; round++)
        {
            direct.Add(await MeasureAsync(built, stop));
            run.Add(await MeasureAsync(byRun, stop));
            Console.Error.WriteLine($"round {round}: dotnet AppHost.dll {direct[^1].TotalSeconds:0.00} s, dotnet run --no-build {run[^1].TotalSeconds:0.00} s");
        }

        Console.WriteLine("| from start to the first hit served | median s | range s | ratio |");
        Console.WriteLine("| --- | --- | --- | --- |");
        var first = new Series("`dotnet AppHost.dll`", direct);
        Console.WriteLine(first.Row());
        Console.WriteLine(new Series("`dotnet run --no-build`", run).Row(first));
        return 0;
    }

    private static async Task<TimeSpan> MeasureAsync(string[] arguments, CancellationToken stop)
    {
        var started = Stopwatch.GetTimestamp();
        await using var host = AppHostProcess.Start("dotnet", arguments);
        var url = await host.HitCounter.WaitAsync(TimeSpan.FromMinutes(1), stop);
        using var client = new HttpClient { Timeout = TimeSpan.FromSeconds(30) };
        while (true)
        {
            try
            {
                using var answer = await client.GetAsync(url, stop);
                if (answer.IsSuccessStatusCode)
                {
                    return Stopwatch.GetElapsedTime(started);
                }
            }
            catch (HttpRequestException)
            {
                // Not there yet.
            }

            await Task.Delay(Interval, stop);
        }
    }
}
