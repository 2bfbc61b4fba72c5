namespace ClusterInit.Worker.Kubernetes;

internal static partial class KubernetesLog
{
    [LoggerMessage(20, LogLevel.Warning, "Kubernetes: {What}: {Problem}; {Then}")]
    public static partial void WatchFailed(ILogger logger, string what, string problem, string then);

    [LoggerMessage(21, LogLevel.Information, "Kubernetes: {What}: seen again")]
    public static partial void WatchRecovered(ILogger logger, string what);

    [LoggerMessage(22, LogLevel.Information, "Kubernetes: {StatefulSet} in namespace {Namespace} has {Replicas} replicas")]
    public static partial void Scaled(ILogger logger, string statefulSet, string @namespace, int replicas);

    [LoggerMessage(23, LogLevel.Warning, "Kubernetes: zone of node {Node}: {Problem}; placing by nodes alone")]
    public static partial void ZoneUnknown(ILogger logger, string node, string problem);

    [LoggerMessage(24, LogLevel.Warning, "Kubernetes: lease {Lease} in namespace {Namespace}: {Problem}; taking a key of the cluster instead")]
    public static partial void LeaseForbidden(ILogger logger, string lease, string @namespace, string problem);
}
