using NetBox.Tools.Cluster;
using NetBox.Tools.Doctor;
using NetBox.Tools.Drills;
using NetBox.Tools.Probes;
using NetBox.Tools.Reports;
using NetBox.Tools.Topology;
using RedisCluster.Topology;

namespace NetBox.Tools.Serve.Live;

/// <summary>Where what is served comes from.</summary>
internal sealed record ServeSources : IAsyncDisposable
{
    /// <summary>For the doctor and drills, to whom a slow node is not a lost one; pictures are to be quick.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);

    private ClusterSampler? _sampler;

    /// <summary>Asks all nodes.</summary>
    public required Func<CancellationToken, Task<ClusterObservation>> Observe { get; init; }

    /// <summary>Takes the next picture; never called while one is taken.</summary>
    public required Func<CancellationToken, Task<ClusterPicture>> TakePicture { get; init; }

    /// <summary>Lets the doctor look.</summary>
    public required Func<CancellationToken, Task<DoctorReport>> Examine { get; init; }

    /// <summary>Makes drills; null without a cluster.</summary>
    public IDrill? Drill { get; init; }

    /// <summary>Of a real cluster; without one, every answer says so.</summary>
    /// <param name="target">The cluster.</param>
    /// <param name="app">URL of the app that the doctor asks too.</param>
    /// <param name="time">The clock.</param>
    public static ServeSources Of(ClusterTarget? target, string? app, TimeProvider time)
    {
        if (target is null)
        {
            return new() { Observe = _ => throw None(), TakePicture = _ => throw None(), Examine = _ => throw None() };
        }

        var sampler = new ClusterSampler(target, time);
        var patient = target with { Settings = target.Settings with { ConnectTimeout = Patience, CommandTimeout = Patience } };
        return new()
        {
            Observe = stop => ClusterSource.ObserveAsync(target, stop),
            TakePicture = sampler.TakeAsync,
            Examine = async stop => Physician.Diagnose(await new FactCollector(patient, time).CollectAsync(app, stop).ConfigureAwait(false)),
            Drill = new DrillRunner(patient, Environment.GetEnvironmentVariable),
            _sampler = sampler,
        };
    }

    public ValueTask DisposeAsync() => _sampler?.DisposeAsync() ?? ValueTask.CompletedTask;

    private static NetBoxException None() => NetBoxException.Usage(ClusterTarget.NoneGiven);
}
