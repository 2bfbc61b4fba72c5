using System.Globalization;

namespace RedisClusterAspire.Benchmarks;

/// <summary>
/// Requests per second by wrk: the hit counter through the AppHost's endpoint, and a bare endpoint of the same web server, which
/// is the most that could be reached without counting anything.
/// </summary>
internal static class HitsBenchmark
{
    public static async Task<int> RunAsync(int seconds, int connections, CancellationToken stop)
    {
        await using var bare = await BareEndpoint.StartAsync(stop);
        await using var host = AppHostProcess.Start("dotnet", Checkout.Built("AppHost", "AppHost.dll"));
        var hitCounter = await host.HitCounter.WaitAsync(TimeSpan.FromMinutes(1), stop);

        await LoadAsync(bare.Url, 2, connections, stop);
        await LoadAsync(hitCounter, 2, connections, stop);
        var most = await LoadAsync(bare.Url, seconds, connections, stop);
        var counted = await LoadAsync(hitCounter, seconds, connections, stop);

        Console.WriteLine($"| {connections} connections, {seconds} s | requests/s | ratio |");
        Console.WriteLine("| --- | --- | --- |");
        Console.WriteLine(Row("bare plaintext endpoint", most, most));
        Console.WriteLine(Row("`GET /` of the hit counter in the AppHost, 2 replicas", counted, most));
        return 0;
    }

    private static string Row(string name, double rate, double most) =>
        string.Create(CultureInfo.InvariantCulture, $"| {name} | {rate:0} | {rate / most:0.00} |");

    private static async Task<double> LoadAsync(Uri url, int seconds, int connections, CancellationToken stop) =>
        (await Wrk.RunAsync(url, seconds, connections, stop)).Rate;
}
