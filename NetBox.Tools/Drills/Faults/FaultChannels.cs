namespace NetBox.Tools.Drills.Faults;

/// <summary>Finds the means there are for a fault.</summary>
internal static class FaultChannels
{
    /// <summary>The first channel that can make the fault on every one of the nodes; the others are disposed of.</summary>
    /// <exception cref="NetBoxException">None can; the message has each one's reason (usage).</exception>
    public static async Task<IFaultChannel> ChooseAsync(
        IReadOnlyList<IFaultChannel> channels, DrillKind kind, IReadOnlyList<DrillNode> nodes, CancellationToken cancellationToken)
    {
        var fault = FaultNames.Of(kind);
        var reasons = new List<string>();
        IFaultChannel? chosen = null;
        try
        {
            foreach (var channel in channels)
            {
                if (await ObstacleAsync(channel, kind, fault, nodes, cancellationToken).ConfigureAwait(false) is not { } obstacle)
                {
                    return chosen = channel;
                }

                reasons.Add($"{channel.Name}: {obstacle}");
            }
        }
        finally
        {
            foreach (var channel in channels.Where(channel => channel != chosen))
            {
                await channel.DisposeAsync().ConfigureAwait(false);
            }
        }

        throw NetBoxException.Usage($"{kind.Name()} cannot be done from here. {string.Join(". ", reasons)}");
    }

    private static async Task<string?> ObstacleAsync(
        IFaultChannel channel, DrillKind kind, Fault fault, IReadOnlyList<DrillNode> nodes, CancellationToken cancellationToken)
    {
        if (kind == DrillKind.RestartAll && !channel.Heals(fault))
        {
            return "it can end nodes but not start them again";
        }

        foreach (var node in nodes)
        {
            if (await channel.ObstacleAsync(fault, node, cancellationToken).ConfigureAwait(false) is { } obstacle)
            {
                return obstacle;
            }
        }

        return null;
    }
}
