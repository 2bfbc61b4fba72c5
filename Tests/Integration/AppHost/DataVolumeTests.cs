using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using RedisCluster.Hosting;
using RedisCluster.Hosting.Local;
using RedisCluster.Protocol;
using RedisCluster.Topology;

namespace Integration.AppHosting;

/// <summary>Data that outlive a run, with nodes as processes.</summary>
public sealed class DataVolumeTests
{
    private const string Password = "of-this-test";
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    [Fact]
    public async Task What_was_written_is_there_after_a_stop_and_a_start()
    {
        var volume = $"test-{Guid.NewGuid():N}";
        var port = FreePorts();
        var key = Enumerable.Range(0, int.MaxValue).Select(i => $"kept:{i}").First(name => HashSlot.Of(name) < 1000);
        string? folder = null;
        try
        {
            await RunAsync(volume, port, async (node, appHostDirectory) =>
            {
                folder = appHostDirectory;
                Assert.Equal("OK", (await node.SendAsync(RespCommand.Of("SET", key, "value"), TestContext.Current.CancellationToken)).AsText());
            });
            await RunAsync(volume, port, async (node, _) =>
                Assert.Equal("value", (await node.SendAsync(RespCommand.Of("GET", key), TestContext.Current.CancellationToken)).AsText()));
        }
        finally
        {
            if (folder is not null)
            {
                Remove(NodeDataDirectory.Lasting(folder), volume);
            }
        }
    }

    private static void Remove(string folder, string volume)
    {
        for (var i = 0; i < 6; i++)
        {
            Directory.Delete(Path.Combine(folder, $"{volume}-{i}-data"), recursive: true);
        }

        if (!Directory.EnumerateFileSystemEntries(folder).Any())
        {
            Directory.Delete(folder);
        }
    }

    // Six in a row, and their bus ports 10000 above.
    private static int FreePorts()
    {
        while (true)
        {
            var first = Random.Shared.Next(20000, 22000);
            if (Enumerable.Range(first, 6).All(port => LocalPorts.IsFree(port) && LocalPorts.IsFree(port + 10000)))
            {
                return first;
            }
        }
    }

    private static async Task RunAsync(string volume, int port, Func<RespConnection, string, Task> use)
    {
        using var patience = new CancellationTokenSource(Patience);
        await using var builder = DistributedApplicationTestingBuilder.Create("--RedisCluster:Nodes=Processes");
        builder.Configuration["Parameters:pw"] = Password;
        builder.Services.AddLogging(logging => logging.ClearProviders());
        var cluster = builder.AddRedisCluster("kept", port: port, password: builder.AddParameter("pw", secret: true))
            .WithInitializer(builder.AddProject<Projects.ClusterInit_Worker>("kept-init"))
            .WithRedisConfig("appendfsync", "always")
            .WithDataVolume(volume);
        await using var app = await builder.BuildAsync(patience.Token);
        await app.StartAsync(patience.Token);
        await app.ResourceNotifications.WaitForResourceHealthyAsync("kept", WaitBehavior.StopOnResourceUnavailable, patience.Token);

        await using var node = await RespConnection.ConnectAsync(
            "127.0.0.1", port, new RespConnectionOptions { Password = Password }, patience.Token);
        await use(node, builder.AppHostDirectory);
    }
}
