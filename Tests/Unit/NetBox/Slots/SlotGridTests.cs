using FsCheck.Xunit;
using NetBox.Tools.Cluster;
using NetBox.Tools.Output;
using NetBox.Tools.Reports;
using NetBox.Tools.Slots;
using RedisCluster.Topology;

namespace Unit.NetBox.Slots;

public class SlotGridTests
{
    [Fact]
    public void Three_shards_are_three_letters_in_sixteen_lines()
    {
        var lines = SlotGrid.Owners(SlotReporter.Slots(SampleCluster.Healthy()));
        Assert.Equal(SlotGrid.Lines, lines.Length);
        Assert.All(lines, line => Assert.Equal(SlotGrid.CellsPerLine, line.Length));
        Assert.Equal(new string('A', 341) + new string('B', 342) + new string('C', 341), string.Concat(lines));
    }

    [Property]
    public void Each_cell_says_how_its_sixteen_slots_are_owned(int seed)
    {
        var random = new Random(seed);
        var owners = Enumerable.Range(0, HashSlot.Count).Select(_ => 0).ToArray();
        for (var slot = 0; slot < HashSlot.Count;)
        {
            var (owner, length) = (random.Next(-1, 4), random.Next(1, 200));
            for (; length > 0 && slot < HashSlot.Count; length--, slot++)
            {
                owners[slot] = owner;
            }
        }

        var open = SlotSet.Of(Enumerable.Range(0, 3).Select(_ => random.Next(HashSlot.Count)));
        var map = new ClusterSlotsReport(default, true, 0, [], SlotSpan.Of(open), null, [.. Enumerable.Range(0, 4).Select(Shard)]);
        var cells = string.Concat(SlotGrid.Owners(map));
        for (var cell = 0; cell < cells.Length; cell++)
        {
            var slots = Enumerable.Range(cell * SlotGrid.SlotsPerCell, SlotGrid.SlotsPerCell).ToList();
            var held = slots.Select(slot => owners[slot]).ToList();
            if (slots.Exists(open.Contains))
            {
                Assert.Equal(SlotGrid.Open, cells[cell]);
            }
            else if (held.Contains(-1))
            {
                Assert.Equal(held.TrueForAll(owner => owner == -1) ? SlotGrid.Unowned : SlotGrid.PartlyUnowned, cells[cell]);
            }
            else
            {
                Assert.Equal(held.GroupBy(owner => owner).Max(group => group.Count()), held.Count(owner => SlotGrid.LetterOf(owner) == cells[cell]));
            }
        }

        ShardReport Shard(int shard)
        {
            var slots = SlotSet.Of(Enumerable.Range(0, HashSlot.Count).Where(slot => owners[slot] == shard));
            return new(SlotSpan.Of(slots), slots.Count, null, new("", "", "ok", null), []);
        }
    }

    [Fact]
    public void The_fullest_cell_is_a_whole_block_and_one_key_is_seen()
    {
        var cells = string.Concat(SlotGrid.Fullness(new(1001, 2, [new(0, 1000), new(16383, 1)])));
        Assert.Equal(('█', '▁', ' '), (cells[0], cells[^1], cells[1]));
        Assert.Equal(new string(' ', 1024), string.Concat(SlotGrid.Fullness(new(0, 0, []))));
    }

    [Fact]
    public void The_picture_has_the_letters_of_the_table_below_it()
    {
        using var writer = new StringWriter { NewLine = "\n" };
        SlotUseText.Write(
            Screen.For(writer, terminal: false, colours: false),
            new(
                SlotReporter.Slots(SampleCluster.Healthy()),
                new(null, "cpu-usec", [new(5, "127.0.0.1:7101", 7, 1500, 2048, null)], ["127.0.0.1:7102: [counts] nothing"]),
                new(3, 1, [new(5, 3)]),
                new([new(@"k[\x00]", 5, "hash", 4096, "127.0.0.1:7104")], [new("127.0.0.1:7104", "replica", 10, 20, false, null), new("127.0.0.1:7102", "master", 0, null, false, "timed out")])));
        var text = string.Join('\n', writer.ToString().Split('\n').Select(line => line.TrimEnd()));
        Assert.StartsWith($"    0 {new string('A', 64)}\n 1024 {new string('A', 64)}\n", text);
        Assert.Contains("\nA  0-5460       5461   2     127.0.0.1:7101  127.0.0.1:7104\n", text);
        Assert.Contains(
            """

            hottest slots, since the servers began to count
            SLOT  NODE            KEYS  CPU     IN      OUT
            5     127.0.0.1:7101  7     1.5 ms  2.0 KB  ?
            127.0.0.1:7102: [counts] nothing
            keys per slot: 3 in 1 of 16384 slots

            """,
            text);
        Assert.EndsWith(
            """

            biggest keys
            BYTES   TYPE  SLOT  NODE            KEY
            4.0 KB  hash  5     127.0.0.1:7104  k[\x00]
            replica 127.0.0.1:7104: only 10 of 20 keys looked at (--limit)
            master 127.0.0.1:7102: only 0 keys looked at: timed out

            """,
            text);
    }
}
