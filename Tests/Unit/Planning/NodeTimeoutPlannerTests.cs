using System.Reflection;
using System.Text.Json;
using System.Text.Json.Serialization;
using RedisCluster.Planning;

namespace Unit.Planning;

public sealed class NodeTimeoutPlannerTests
{
    [Fact]
    public void All_that_answer_are_told_and_all_are_looked_at()
    {
        var cluster = SimulatedCluster.Formed(Requests.Six);
        cluster[5].IsDown = true;
        var plan = NodeTimeoutPlanner.Plan(cluster.Observe(), TimeSpan.FromSeconds(5));
        Assert.Equal(5, plan.Steps.OfType<SetNodeTimeout>().Count());
        Assert.Equal(6, plan.Steps.OfType<VerifyNodeTimeouts>().Single().Nodes.Length);
        Assert.Contains("7106 does not answer", Assert.Single(plan.Warnings), StringComparison.Ordinal);
        Assert.Equal("127.0.0.1:7101: cluster-node-timeout 15000 ms -> 5000 ms, kept in its configuration file where it has one", plan.Steps.First().Describe());
    }

    [Theory]
    [InlineData(99)]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(100.5)]
    public void What_makes_no_sense_is_refused(double milliseconds) => Assert.Equal(
        RefusalKind.BadRequest,
        Assert.Single(NodeTimeoutPlanner.Plan(SimulatedCluster.Formed(Requests.Six).Observe(), TimeSpan.FromMilliseconds(milliseconds)).Refusals).Kind);

    [Fact]
    public void Plans_survive_being_stored()
    {
        var cluster = SimulatedCluster.Formed(Requests.Local(9, 2));
        ClusterPlan[] plans =
        [
            NodeTimeoutPlanner.Plan(cluster.Observe(), TimeSpan.FromSeconds(5)),
            DelNodePlanner.Plan(cluster.Observe(), null, new() { Node = cluster[0].Endpoint.ToString() }),
            FailoverPlanner.Plan(cluster.Observe(), new() { Shard = cluster[0].Endpoint.ToString(), Mode = FailoverMode.Force }),
        ];
        Assert.All(plans, plan =>
        {
            Assert.False(plan.IsEmpty);
            var text = JsonSerializer.Serialize(plan, PlanningJsonContext.Default.ClusterPlan);
            Assert.Equal(plan, JsonSerializer.Deserialize(text, PlanningJsonContext.Default.ClusterPlan));
        });
    }

    [Fact]
    public void Every_kind_of_step_can_be_stored()
    {
        var known = typeof(PlanStep).GetCustomAttributes<JsonDerivedTypeAttribute>().Select(attribute => attribute.DerivedType).ToHashSet();
        Assert.Empty(typeof(PlanStep).Assembly.GetTypes().Where(type => type.IsSubclassOf(typeof(PlanStep)) && !type.IsAbstract).Except(known));
    }
}
