using RedisCluster.Operations;

namespace NetBox.Tools;

/// <summary>Which exceptions are expected, and what each says to a person.</summary>
internal static class Faults
{
    public static bool TryExplain(Exception exception, out ExitCode code, out string message)
    {
        (code, message) = exception switch
        {
            NetBoxException fault => (fault.Code, fault.Message),
            ClusterException fault => ((ExitCode)(int)fault.Fault, fault.Message),
            _ => (ExitCode.Fine, string.Empty),
        };
        return code != ExitCode.Fine;
    }
}
