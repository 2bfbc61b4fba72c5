using NetBox.Tools.Reports;
using RedisCluster.Topology;

namespace NetBox.Tools.Slots;

/// <summary>The 16384 slots as 16 lines of 64 cells, 16 slots to a cell.</summary>
internal static class SlotGrid
{
    public const int Lines = 16;
    public const int CellsPerLine = 64;
    public const int SlotsPerCell = HashSlot.Count / (Lines * CellsPerLine);
    public const int SlotsPerLine = CellsPerLine * SlotsPerCell;

    public const char Open = '*';
    public const char Unowned = '.';
    public const char PartlyUnowned = '!';

    private const string Heights = " ▁▂▃▄▅▆▇█";

    /// <summary>A shard's letter: A to Z, then a to z, then <c>#</c> for all that are left.</summary>
    public static char LetterOf(int shard) => shard switch
    {
        < 26 => (char)('A' + shard),
        < 52 => (char)('a' + shard - 26),
        _ => '#',
    };

    /// <summary>
    /// The owner of most slots of each cell, as its letter; <see cref="Open"/> where one of them is on its way between nodes,
    /// <see cref="Unowned"/> where none has an owner and <see cref="PartlyUnowned"/> where some have none.
    /// </summary>
    public static string[] Owners(ClusterSlotsReport map)
    {
        var owners = new int?[HashSlot.Count];
        for (var shard = 0; shard < map.Shards.Count; shard++)
        {
            foreach (var slot in Slots(map.Shards[shard].Slots))
            {
                owners[slot] = shard;
            }
        }

        var open = Slots(map.Open).ToHashSet();
        return Draw(slots => slots switch
        {
            _ when slots.Any(open.Contains) => Open,
            _ when slots.All(slot => owners[slot] is null) => Unowned,
            _ when slots.Any(slot => owners[slot] is null) => PartlyUnowned,
            _ => LetterOf(slots.GroupBy(slot => owners[slot]!.Value).MaxBy(group => group.Count())!.Key),
        });
    }

    /// <summary>How many keys there are in each cell, in eighths of the fullest one; a blank is none.</summary>
    public static string[] Fullness(SlotKeysReport keys)
    {
        var perCell = new long[HashSlot.Count / SlotsPerCell];
        foreach (var count in keys.Counts)
        {
            perCell[count.Slot / SlotsPerCell] += count.Keys;
        }

        var most = Math.Max(1, perCell.Max());
        return Draw(slots => Heights[(int)Math.Ceiling((Heights.Length - 1) * (perCell[slots[0] / SlotsPerCell] / (double)most))]);
    }

    private static IEnumerable<int> Slots(IEnumerable<SlotSpan> spans) => spans.SelectMany(span => Enumerable.Range(span.First, span.Last - span.First + 1));

    private static string[] Draw(Func<int[], char> cell) =>
    [
        .. Enumerable.Range(0, Lines).Select(line => string.Concat(Enumerable.Range(0, CellsPerLine)
            .Select(at => cell([.. Enumerable.Range((line * SlotsPerLine) + (at * SlotsPerCell), SlotsPerCell)])))),
    ];
}
