using System.CommandLine;
using NetBox.Tools.Cluster;
using RedisCluster.Operations;
using RedisCluster.Planning;

namespace NetBox.Tools.CommandLine;

/// <summary>netbox cluster create.</summary>
internal static class CreateCommand
{
    public static Command Create()
    {
        var replicas = CommonOptions.Number("--replicas", "Replicas of each master", "N", 0, 1000);
        replicas.Aliases.Add("--cluster-replicas");
        return OperationCommand.Create(
            "create",
            "Form a cluster of all the nodes given, or finish what an interrupted run began; the first nodes become masters",
            new ClusterOptions(timeoutSeconds: 5, nodes: "All nodes of the cluster"),
            [replicas],
            (parse, target, options, progress, cancellationToken) => RunAsync(target, parse.GetValue(replicas) ?? 0, options, progress, cancellationToken),
            "netbox cluster create 127.0.0.1:7101 127.0.0.1:7102 127.0.0.1:7103 --yes",
            "netbox cluster create 10.0.0.1:6379 10.0.0.2:6379 10.0.0.3:6379 10.0.0.4:6379 10.0.0.5:6379 10.0.0.6:6379 --replicas 1 --dry-run");
    }

    private static async Task<OperationResult> RunAsync(
        ClusterTarget target, int replicas, OperationOptions options, IProgress<ClusterProgress> progress, CancellationToken cancellationToken)
    {
        var start = options.TimeProvider.GetTimestamp();
        var create = new CreateOptions { Connection = options.Connection, ReplicasPerShard = replicas, Deadline = options.StallLimit, TimeProvider = options.TimeProvider };
        var (proposal, observation) = await ClusterCreation.PlanAsync(target.Seeds, create, progress, cancellationToken).ConfigureAwait(false);
        var plan = new ClusterPlan { Operation = "create", Phases = proposal.Phases, Warnings = proposal.Warnings };
        var outcome = plan.IsEmpty ? OperationOutcome.NothingToDo
            : options.DryRun ? OperationOutcome.Planned
            : options.ConfirmAsync is { } confirm && !await confirm(plan, cancellationToken).ConfigureAwait(false) ? OperationOutcome.Declined
            : OperationOutcome.Done;
        if (outcome != OperationOutcome.Done)
        {
            return new(outcome, plan, 0, observation, ClusterChecker.Check(observation), options.TimeProvider.GetElapsedTime(start));
        }

        var result = await ClusterCreation.RunAsync(target.Seeds, create, progress, cancellationToken).ConfigureAwait(false);
        return new(outcome, plan, result.StepsDone, result.Observation, result.Report, options.TimeProvider.GetElapsedTime(start));
    }
}
