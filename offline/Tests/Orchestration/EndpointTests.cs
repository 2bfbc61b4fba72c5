using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Orchestration.Networking;
using Aspire.Hosting.Testing;

namespace Offline.Tests.Orchestration;

public class EndpointTests
{
    [Fact]
    public async Task A_proxyless_endpoint_is_known_to_arguments_environment_and_references()
    {
        await using var builder = DistributedApplicationTestingBuilder.Create();
        var node = builder.AddExecutable("node", "/bin/sh", "/").WithEndpoint(name: "tcp", scheme: "tcp", isProxied: false, env: "NODE_PORT");
        node.WithArgs(context =>
        {
            context.Args.Add("-c");
            context.Args.Add("echo $NODE_PORT $0");
            context.Args.Add(node.GetEndpoint("tcp").Property(EndpointProperty.TargetPort));
        });
        builder.AddExecutable("user", "/bin/sh", "/", "-c", "echo $TARGET").WithEnvironment("TARGET", node.GetEndpoint("tcp"));
        await using var app = await builder.BuildAsync(Waiting.Bounded);

        await app.StartAsync(Waiting.Bounded);
        await app.ForStateAsync("node", KnownResourceStates.Finished);
        await app.ForStateAsync("user", KnownResourceStates.Finished);

        var port = app.GetEndpoint("node", "tcp").Port;
        Assert.InRange(port, PortAllocator.First, PortAllocator.Last);
        Assert.Contains(string.Create(CultureInfo.InvariantCulture, $"{port} {port}"), await app.LogAsync("node"), StringComparison.Ordinal);
        Assert.Contains(string.Create(CultureInfo.InvariantCulture, $"tcp://localhost:{port}"), await app.LogAsync("user"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_taken_port_fails_its_resource_alone_and_names_port_and_owner()
    {
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        var port = ((IPEndPoint)taken.LocalEndpoint).Port;
        await using var builder = DistributedApplicationTestingBuilder.Create("--DcpPublisher:RandomizePorts=false");
        builder.AddExecutable("direct", "sleep", "/", "3225").WithEndpoint(port: port, name: "tcp", scheme: "tcp", isProxied: false);
        builder.AddExecutable("proxied", "sleep", "/", "3226").WithEndpoint(port: port, name: "tcp", scheme: "tcp");
        builder.AddExecutable("other", "sleep", "/", "3227");
        await using var app = await builder.BuildAsync(Waiting.Bounded);

        await app.StartAsync(Waiting.Bounded);

        await app.ForStateAsync("other", KnownResourceStates.Running);
        foreach (var failed in (string[])["direct", "proxied"])
        {
            await app.ForStateAsync(failed, KnownResourceStates.FailedToStart);
            var log = await app.LogAsync(failed);
            Assert.Contains(string.Create(CultureInfo.InvariantCulture, $"Port {port}"), log, StringComparison.Ordinal);
            Assert.Contains(string.Create(CultureInfo.InvariantCulture, $"process {Environment.ProcessId}"), log, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_test_randomises_proxied_ports_and_keeps_proxyless_ones()
    {
        var port = PortAllocator.Next();
        await using var builder = DistributedApplicationTestingBuilder.Create();
        builder.AddExecutable("direct", "sleep", "/", "3228").WithEndpoint(port: port, name: "tcp", scheme: "tcp", isProxied: false);
        builder.AddExecutable("proxied", "sleep", "/", "3229").WithEndpoint(port: port, name: "tcp", scheme: "tcp");
        await using var app = await builder.BuildAsync(Waiting.Bounded);

        await app.StartAsync(Waiting.Bounded);

        Assert.Equal(port, app.GetEndpoint("direct", "tcp").Port);
        Assert.NotEqual(port, app.GetEndpoint("proxied", "tcp").Port);
    }

    [Fact]
    public async Task Many_applications_run_side_by_side_and_leave_nothing_listening()
    {
        var ports = await Task.WhenAll(Enumerable.Range(0, 4).Select(async i =>
        {
            await using var builder = DistributedApplicationTestingBuilder.Create();
            builder.AddExecutable("one", "sleep", "/", "3230").WithHttpEndpoint();
            await using var app = await builder.BuildAsync(Waiting.Bounded);
            await app.StartAsync(Waiting.Bounded);
            var port = app.GetEndpoint("one").Port;
            Assert.False(PortAllocator.IsFree(port));
            await app.StopAsync(Waiting.Bounded);
            return port;
        }));

        Assert.Equal(ports.Length, ports.Distinct().Count());
        Assert.All(ports, p => Assert.True(PortAllocator.IsFree(p)));
    }

    [Fact]
    public async Task Replicas_without_a_proxy_are_refused()
    {
        await using var builder = DistributedApplicationTestingBuilder.Create();
        builder.AddExecutable("node", "sleep", "/", "3231").WithAnnotation(new ReplicaAnnotation(2)).WithEndpoint(name: "tcp", isProxied: false);
        await using var app = await builder.BuildAsync(Waiting.Bounded);

        var fault = await Assert.ThrowsAsync<InvalidOperationException>(() => app.StartAsync(Waiting.Bounded));

        Assert.Contains("'node'", fault.Message, StringComparison.Ordinal);
    }
}
