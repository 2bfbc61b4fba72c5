using RedisCluster.Planning;

namespace NetBox.Tools.Doctor;

/// <summary>One thing that is wrong.</summary>
/// <param name="Severity">How bad it is.</param>
/// <param name="Code">Stable, for scripts; those of the cluster check are its own.</param>
/// <param name="Where">The node or the service; empty when it is the cluster as a whole.</param>
/// <param name="Cause">What was seen, in one line.</param>
/// <param name="Cure">What mends it: a command where one does, with what is to be said of it as a comment.</param>
internal sealed record Diagnosis(Severity Severity, string Code, string Where, string Cause, string Cure);

/// <summary>The codes of what only the doctor looks at.</summary>
internal static class DiagnosisCodes
{
    public const string NameUnknown = "name-unknown";
    public const string NodeDown = "node-down";
    public const string NodeSilent = "node-silent";
    public const string NodeBusy = "node-busy";
    public const string NodeRefuses = "node-refuses";
    public const string TlsFailing = "tls-failing";
    public const string ClientPortBlocked = "client-port-blocked";
    public const string BusPortBlocked = "bus-port-blocked";
    public const string AnnouncedAddressWrong = "announced-address-wrong";
    public const string AddressStale = "address-stale";
    public const string AnnouncedAddressUnreachable = "announced-address-unreachable";
    public const string PermissionMissing = "permission-missing";
    public const string PasswordMismatch = "password-mismatch";
    public const string ReplicaPassword = "replica-password";
    public const string MemoryFull = "memory-full";
    public const string MemoryNearlyFull = "memory-nearly-full";
    public const string AofFailing = "aof-failing";
    public const string SnapshotFailing = "snapshot-failing";
    public const string NoPersistence = "no-persistence";
    public const string ClockSkew = "clock-skew";
    public const string AppSilent = "app-silent";
    public const string AppUnhealthy = "app-unhealthy";
}
