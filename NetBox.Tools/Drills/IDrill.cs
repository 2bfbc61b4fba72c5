namespace NetBox.Tools.Drills;

/// <summary>Makes a fault, and tells what it cost. One at a time.</summary>
internal interface IDrill
{
    /// <summary>What would be done. Nothing is touched.</summary>
    /// <exception cref="NetBoxException">
    /// The cluster is not well enough or is marked as production (refused), the fault cannot be made from here or makes no sense (usage), or no node answers (unreachable).
    /// </exception>
    Task<DrillPlan> PlanAsync(DrillRequest request, CancellationToken cancellationToken);

    /// <summary>Plans and does it. Whatever was stopped or frozen is started again, also when it is cancelled or fails in between.</summary>
    /// <param name="request">What to do. To do exactly what was shown, <see cref="DrillRequest.Node"/> is the plan's <see cref="DrillTarget.Id"/>.</param>
    /// <param name="progress">Told what happens when it happens, from any thread.</param>
    /// <param name="cancellationToken">Ends the drill; it heals first.</param>
    /// <exception cref="NetBoxException">As in <see cref="PlanAsync"/>; or what was done could not be undone, which the message tells (faults).</exception>
    /// <exception cref="OperationCanceledException">It was cancelled, and has healed.</exception>
    Task<DrillReport> RunAsync(DrillRequest request, IProgress<DrillEvent> progress, CancellationToken cancellationToken);
}
