using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;
using RedisCluster.Operations.Slots;

namespace Unit.Operations.Slots;

public sealed class KeyBatchesTests
{
    [Property(MaxTest = 200)]
    public Property Keys_stay_in_order_and_within_both_bounds() => Prop.ForAll(
        Arb.From(Gen.ListOf(Gen.Choose(0, 300))), Arb.From(Gen.Choose(1, 12)), Arb.From(Gen.Choose(1, 400)),
        (sizes, most, bytes) =>
        {
            SlotKey[] keys = [.. sizes.Select((size, i) => new SlotKey(new[] { (byte)i }, size))];
            var batches = KeyBatches.Divide(keys, most, bytes).ToList();
            Assert.Equal(keys, batches.SelectMany(batch => batch));
            Assert.All(batches, batch => Assert.InRange(batch.Count, 1, most));
            Assert.All(batches, batch => Assert.True(batch.Count == 1 || batch.Sum(key => key.Size) <= bytes));
            Assert.All(batches.Zip(batches.Skip(1)), pair => Assert.True(
                pair.First.Count == most || pair.First.Sum(key => key.Size) + pair.Second[0].Size > bytes, "two batches could have been one"));
        });

    [Fact]
    public void A_big_key_travels_alone() => Assert.Equal(
        [1, 1, 2],
        KeyBatches.Divide(new[] { 10L, KeyBatches.MostBytes, 10, 10 }.Select(size => new SlotKey(default, size)), 100, KeyBatches.MostBytes).Select(batch => batch.Count));

    [Property(MaxTest = 200)]
    public Property Slots_stay_in_order_and_few_are_open_where_they_hold_keys() => Prop.ForAll(
        Arb.From(Gen.ListOf(Gen.Choose(0, 50))), Arb.From(Gen.Choose(1, 10)), Arb.From(Gen.Choose(1, 100)),
        (counts, mostSlots, mostKeys) =>
        {
            var slots = counts.Select((count, slot) => (slot, (long)count)).ToList();
            var groups = KeyBatches.Divide(slots, mostSlots, mostKeys).ToList();
            Assert.Equal(Enumerable.Range(0, slots.Count), groups.SelectMany(group => group));
            Assert.All(groups, group => Assert.InRange(group.Count, 1, mostSlots));
            Assert.All(groups, group => Assert.True(group.Count == 1 || group.Sum(slot => slots[slot].Item2) <= mostKeys));
        });
}
