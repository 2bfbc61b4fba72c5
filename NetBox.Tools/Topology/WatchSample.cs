namespace NetBox.Tools.Topology;

/// <summary>One line of <c>netbox watch --json</c>.</summary>
/// <param name="Picture">The cluster now.</param>
/// <param name="Changes">What is different from the line before.</param>
internal sealed record WatchSample(ClusterPicture Picture, IReadOnlyList<TopologyChange> Changes);
