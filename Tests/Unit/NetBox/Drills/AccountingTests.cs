using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;
using NetBox.Tools.Drills.Load;

namespace Unit.NetBox.Drills;

public sealed class AccountingTests
{
    [Property(MaxTest = 200)]
    public Property Lost_is_what_was_acknowledged_and_is_not_there() => Prop.ForAll(
        Arb.From(Gen.ListOf(Gen.Choose(0, 200))), Arb.From(Gen.ListOf(Gen.Choose(0, 200))),
        (acknowledged, stored) =>
        {
            long[] answered = [.. acknowledged.Distinct().Select(sequence => (long)sequence)];
            var there = stored.Distinct().ToList();
            var (count, lost) = Accounting.Compare(answered, Bitmap(there));
            Assert.Equal(there.Count, count);
            Assert.Equal(answered.Except(there.Select(sequence => (long)sequence)).Count(), lost);
        });

    [Property(MaxTest = 100)]
    public Property A_repeated_write_is_stored_once(byte[] repeated) => Prop.ToProperty(
        Accounting.Compare([.. repeated.Distinct().Select(sequence => (long)sequence)], Bitmap([.. repeated.Select(sequence => (int)sequence)]))
        == (repeated.Distinct().Count(), 0));

    [Theory]
    [InlineData(10, 100, 110, 10, 0)]
    [InlineData(10, 100, 108, 8, 2)]
    [InlineData(10, 100, 113, 13, 0)]
    public void An_app_that_counts_tells_how_many_and_not_which(long acknowledged, long before, long after, long stored, long lost) =>
        Assert.Equal((stored, lost), Accounting.Compare(acknowledged, before, after));

    // As SETBIT counts: the first bit is the highest of the first byte.
    private static byte[] Bitmap(List<int> sequences)
    {
        var bytes = new byte[sequences.Count == 0 ? 0 : (sequences.Max() / 8) + 1];
        foreach (var sequence in sequences)
        {
            bytes[sequence / 8] |= (byte)(1 << (7 - (sequence % 8)));
        }

        return bytes;
    }
}
