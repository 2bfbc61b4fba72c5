using Aspire.Hosting;

namespace RedisCluster.Hosting.Local;

/// <summary>Chooses the ports of a run: those asked for, or the next free ones where nobody asked.</summary>
internal static class LocalPortPlan
{
    public const int BusOffset = 10000;

    // Ports above are handed out to outgoing connections, on Linux by default.
    private const int HighestFixed = 32767;
    private const int Highest = 65535;

    /// <summary>The bus port that goes with a client port: 10000 above, or below where that would be among the ephemeral ones.</summary>
    public static int BusPortOf(int port) => port + BusOffset <= HighestFixed ? port + BusOffset : port - BusOffset;

    /// <summary>Pairs of client and bus port, one for each node.</summary>
    /// <param name="run">Who takes them.</param>
    /// <param name="what">The cluster's name, for the error.</param>
    /// <param name="first">The first client port.</param>
    /// <param name="count">How many nodes there are.</param>
    /// <param name="areFixed">Whether only the ports from <paramref name="first"/> on will do.</param>
    /// <param name="everywhere">See <see cref="LocalPorts.IsFree"/>.</param>
    /// <exception cref="DistributedApplicationException">A fixed port is taken, or no port is left.</exception>
    public static IReadOnlyList<(int Port, int BusPort)> Take(LocalRun run, string what, int first, int count, bool areFixed, bool everywhere)
    {
        List<(int, int)> taken = [];
        for (var port = first; taken.Count < count; port++)
        {
            var bus = BusPortOf(port);
            if (port > Highest)
            {
                throw new DistributedApplicationException($"{what}: no {count} free ports from {first} on. Ask for others: --RedisCluster:Port=PORT.");
            }

            if (TryTake(run, port, everywhere))
            {
                if (TryTake(run, bus, everywhere))
                {
                    taken.Add((port, bus));
                    continue;
                }

                run.Release(port);
                ThrowIf(areFixed, what, bus, $", the bus port of {port},");
            }

            ThrowIf(areFixed, what, port, "");
        }

        return taken;
    }

    /// <summary>One port: the one asked for, or the next free one.</summary>
    /// <exception cref="DistributedApplicationException">A fixed port is taken.</exception>
    public static int TakeOne(LocalRun run, string what, int first, bool isFixed, string option)
    {
        for (var port = first; port <= Highest; port++)
        {
            if (TryTake(run, port, everywhere: false))
            {
                return port;
            }

            if (isFixed)
            {
                throw new DistributedApplicationException($"{what}: port {port} is taken{LocalPorts.TakenBy(port)}. Free it, or ask for another: --{option}=PORT.");
            }
        }

        throw new DistributedApplicationException($"{what}: no free port from {first} on. Ask for another: --{option}=PORT.");
    }

    private static bool TryTake(LocalRun run, int port, bool everywhere)
    {
        if (!run.TryReserve(port))
        {
            return false;
        }

        if (LocalPorts.IsFree(port, everywhere))
        {
            return true;
        }

        run.Release(port);
        return false;
    }

    private static void ThrowIf(bool areFixed, string what, int port, string role)
    {
        if (areFixed)
        {
            throw new DistributedApplicationException(
                $"{what}: port {port}{role} is taken{LocalPorts.TakenBy(port)}. Free it, or ask for others: --RedisCluster:Port=PORT.");
        }
    }
}
