namespace ClusterInit.Worker;

/// <summary>A setting that cannot be meant; the message is one line naming it.</summary>
internal sealed class UsageException(string message) : Exception(message);
