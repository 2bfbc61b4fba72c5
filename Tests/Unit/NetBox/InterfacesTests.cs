using NetBox.Tools.Probes;

namespace Unit.NetBox;

public class InterfacesTests
{
    [Theory]
    [InlineData(10_000_000_000, 10_000.0)]
    [InlineData(-1, null)]
    [InlineData(-1_000_000, null)]
    [InlineData(4_294_967_295_000_000, null)]
    [InlineData(long.MaxValue, null)]
    public void A_speed_nobody_knows_is_none(long bitsPerSecond, double? megabits) => Assert.Equal(megabits, Interfaces.Speed(bitsPerSecond));
}
