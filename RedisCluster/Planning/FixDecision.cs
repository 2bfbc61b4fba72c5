using System.Collections.Immutable;
using RedisCluster.Topology;

namespace RedisCluster.Planning;

/// <summary>What becomes of one slot.</summary>
internal sealed record FixDecision
{
    public required int Slot { get; init; }

    /// <summary>Who owns it in the end.</summary>
    public required FixMaster Owner { get; init; }

    /// <summary>The owner of now, or for now, who hands it over to <see cref="Owner"/> under the eyes of the clients; null where nothing is handed over.</summary>
    public FixMaster? HandedOverBy { get; init; }

    /// <summary>Nobody owns it: the owner takes it, or who hands it over.</summary>
    public bool Take { get; init; }

    /// <summary>Its owner of now is not its owner to everyone.</summary>
    public bool Confirm { get; init; }

    /// <summary>Who says to own it and must not any more.</summary>
    public ImmutableArray<FixMaster> Released { get; init; } = [];

    /// <summary>Whose keys of the slot are brought to the owner, except those that it has as well.</summary>
    public ImmutableArray<FixMaster> Collected { get; init; } = [];

    /// <summary>Whose migrating or importing state is a leftover.</summary>
    public ImmutableArray<FixMaster> Closed { get; init; } = [];
}
