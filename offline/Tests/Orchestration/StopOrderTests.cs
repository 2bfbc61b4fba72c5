using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Orchestration;
using Aspire.Hosting.Orchestration.Health;

namespace Offline.Tests.Orchestration;

public class StopOrderTests
{
    [Fact]
    public void Dependants_are_found_through_logical_resources()
    {
        var node = new ExecutableResource("node", "x", "/");
        var worker = new ExecutableResource("worker", "x", "/");
        var cluster = new ExecutableResource("cluster", "x", "/");
        var app = new ExecutableResource("app", "x", "/");
        worker.Annotations.Add(new WaitAnnotation(node, WaitType.WaitUntilStarted));
        cluster.Annotations.Add(new WaitAnnotation(worker, WaitType.WaitForCompletion));
        app.Annotations.Add(new WaitAnnotation(cluster, WaitType.WaitUntilHealthy));

        var dependants = StopOrder.DependantsOf([node, worker, cluster, app]);

        Assert.Equal([app, cluster, worker], dependants[node].OrderBy(r => r.Name, StringComparer.Ordinal));
        Assert.Empty(dependants[app]);
    }

    [Fact]
    public void A_circle_ends()
    {
        var a = new ExecutableResource("a", "x", "/");
        var b = new ExecutableResource("b", "x", "/");
        a.Annotations.Add(new WaitAnnotation(b, WaitType.WaitUntilHealthy));
        b.Annotations.Add(new WaitAnnotation(a, WaitType.WaitUntilHealthy));

        var dependants = StopOrder.DependantsOf([a, b]);

        Assert.Equal([b], dependants[a]);
        Assert.Equal([a], dependants[b]);
    }

    [Theory]
    [InlineData(0, 20)]
    [InlineData(800, 100)]
    [InlineData(60_000, 1000)]
    public void Health_is_asked_for_often_at_first(int unhealthyForMs, int expectedMs) =>
        Assert.Equal(TimeSpan.FromMilliseconds(expectedMs), PollSchedule.Next(TimeSpan.FromMilliseconds(unhealthyForMs)));
}
