using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Json;
using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Orchestration.Networking;
using Aspire.Hosting.Testing;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Offline.Tests.Orchestration;

/// <summary>A whole AppHost with a .NET project: in the test's process, and killed in one of its own.</summary>
public class SampleHostTests
{
    [Fact]
    public async Task An_entry_point_runs_in_the_test_with_its_project_replicated_behind_one_port()
    {
        await using var builder = await DistributedApplicationTestingBuilder.CreateAsync<Projects.SampleHost>(Waiting.Bounded);
        Assert.Contains(builder.Resources, r => r.Name == "web");
        await using var app = await builder.BuildAsync(Waiting.Bounded);

        await app.StartAsync(Waiting.Bounded);
        await app.ResourceNotifications.WaitForResourceHealthyAsync("web", Waiting.Bounded);

        var processes = new HashSet<string>();
        for (var i = 0; i < 6; i++)
        {
            // A connection each: they are spread, not requests.
            using var client = app.CreateHttpClient("web");
            client.DefaultRequestHeaders.ConnectionClose = true;
            processes.Add(await client.GetStringAsync("/", Waiting.Bounded));
        }

        using (var client = app.CreateHttpClient("web"))
        {
            Assert.Equal("web", await client.GetStringAsync("/env/OTEL_SERVICE_NAME", Waiting.Bounded));
            Assert.StartsWith("http://localhost:", await client.GetStringAsync("/env/ASPNETCORE_URLS", Waiting.Bounded), StringComparison.Ordinal);
            Assert.StartsWith("service.instance.id=", await client.GetStringAsync("/env/OTEL_RESOURCE_ATTRIBUTES", Waiting.Bounded), StringComparison.Ordinal);
        }

        Assert.Equal(2, processes.Count);
        Assert.Equal(0, (await app.ForStateAsync("job", KnownResourceStates.Finished)).Snapshot.ExitCode);
        await app.ForStateAsync("sleeper", KnownResourceStates.Running);
        Assert.Contains("from the job", await app.LogAsync("job"), StringComparison.Ordinal);

        await app.StopAsync(Waiting.Bounded);
        Assert.All(processes, p => Assert.False(ProcessTests.IsAlive(int.Parse(p, CultureInfo.InvariantCulture))));
    }

    [Fact]
    public async Task Health_follows_what_the_service_says()
    {
        await using var builder = await DistributedApplicationTestingBuilder.CreateAsync<Projects.SampleHost>(Waiting.Bounded);
        var web = builder.CreateResourceBuilder((ProjectResource)builder.Resources.Single(r => r.Name == "web"));
        web.WithReplicas(1).WithEnvironment("START_UNHEALTHY", "1");
        await using var app = await builder.BuildAsync(Waiting.Bounded);
        var starting = app.StartAsync(Waiting.Bounded);

        await app.ForAsync("web", s => s.HealthStatus == HealthStatus.Unhealthy && s.HealthReports is [{ Status: HealthStatus.Unhealthy }]);
        await app.ForStateAsync("job", KnownResourceStates.Waiting);
        var url = (await app.ForStateAsync("web", KnownResourceStates.Running)).Snapshot.Urls.First().Url;
        using var client = new HttpClient { BaseAddress = new Uri(url) };
        (await client.PostAsJsonAsync("/health/true", "", Waiting.Bounded)).EnsureSuccessStatusCode();

        await app.ForAsync("web", s => s.HealthStatus == HealthStatus.Healthy);
        await starting;
    }

    [Fact]
    public async Task A_builder_that_is_thrown_away_starts_nothing()
    {
        var builder = await DistributedApplicationTestingBuilder.CreateAsync<Projects.SampleHost>(Waiting.Bounded);
        await builder.DisposeAsync().AsTask().WaitAsync(Waiting.Bounded);
    }

    [Fact]
    public async Task After_SIGKILL_of_the_AppHost_nothing_is_left_and_the_port_is_free()
    {
        var port = PortAllocator.Next();
        using var host = Start(port);
        try
        {
            using var client = new HttpClient { BaseAddress = new Uri(string.Create(CultureInfo.InvariantCulture, $"http://localhost:{port}")) };
            var services = new HashSet<int>();
            await WaitAsync(async () =>
            {
                using var request = new HttpRequestMessage(HttpMethod.Get, "/") { Headers = { ConnectionClose = true } };
                using var answer = await client.SendAsync(request, Waiting.Bounded);
                services.Add(int.Parse(await answer.Content.ReadAsStringAsync(), CultureInfo.InvariantCulture));
                return services.Count == 2;
            });
            var marker = ReadMarker(services.First());
            await Waiting.UntilAsync(() => Marked(marker).Count >= 4, "two services and two sleepers run");

            host.Kill();
            var killed = Stopwatch.GetTimestamp();
            await Waiting.UntilAsync(() => Marked(marker).Count == 0 && PortAllocator.IsFree(port), "everything is gone");

            Assert.True(Stopwatch.GetElapsedTime(killed) < TimeSpan.FromSeconds(15), "SIGTERM, three seconds, SIGKILL: longer only on a machine that stands still.");
        }
        finally
        {
            if (!host.HasExited)
            {
                host.Kill(entireProcessTree: true);
            }
        }
    }

    [Fact]
    public async Task SIGTERM_ends_the_AppHost_in_good_order()
    {
        var port = PortAllocator.Next();
        using var host = Start(port);
        using var client = new HttpClient { BaseAddress = new Uri(string.Create(CultureInfo.InvariantCulture, $"http://localhost:{port}")) };
        await WaitAsync(async () => (await client.GetAsync("/health", Waiting.Bounded)).IsSuccessStatusCode);
        var marker = ReadMarker(int.Parse(await client.GetStringAsync("/", Waiting.Bounded), CultureInfo.InvariantCulture));

        using (var kill = Process.Start("kill", ["-TERM", host.Id.ToString(CultureInfo.InvariantCulture)]))
        {
            await kill.WaitForExitAsync(Waiting.Bounded);
        }

        await host.WaitForExitAsync(Waiting.Bounded);
        Assert.Empty(Marked(marker));
        Assert.True(PortAllocator.IsFree(port));
    }

    private static Process Start(int port)
    {
        var info = new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "SampleHost.dll"), "--WebPort", port.ToString(CultureInfo.InvariantCulture)])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        var process = Process.Start(info)!;
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        return process;
    }

    private static async Task WaitAsync(Func<Task<bool>> condition)
    {
        var started = Stopwatch.GetTimestamp();
        while (true)
        {
            try
            {
                if (await condition())
                {
                    return;
                }
            }
            catch (HttpRequestException) when (Stopwatch.GetElapsedTime(started) < Waiting.Limit)
            {
                // It is still starting.
            }

            Assert.True(Stopwatch.GetElapsedTime(started) < Waiting.Limit, "Waited in vain for an answer.");
            await Task.Delay(50);
        }
    }

    private static string ReadMarker(int processId) =>
        File.ReadAllText($"/proc/{processId}/environ").Split('\0').Single(v => v.StartsWith("ASPIRE_OFFLINE_RUN=", StringComparison.Ordinal));

    private static List<string> Marked(string marker)
    {
        var found = new List<string>();
        foreach (var folder in Directory.EnumerateDirectories("/proc").Where(d => char.IsAsciiDigit(Path.GetFileName(d)[0])))
        {
            try
            {
                if (File.ReadAllText(folder + "/environ").Contains(marker, StringComparison.Ordinal))
                {
                    found.Add(folder);
                }
            }
            catch (Exception ex) when (ex is IOException or UnauthorizedAccessException)
            {
                // It has ended, or is somebody else's.
            }
        }

        return found;
    }
}
