using FsCheck.Xunit;
using NetBox.Tools.CommandLine;

namespace Unit.NetBox;

public class DurationsTests
{
    [Theory]
    [InlineData("5", 5000)]
    [InlineData("5s", 5000)]
    [InlineData("0.25", 250)]
    [InlineData("250ms", 250)]
    [InlineData("2m", 120_000)]
    [InlineData("0", 0)]
    public void Reads_what_people_type(string text, double milliseconds) =>
        Assert.Equal(TimeSpan.FromMilliseconds(milliseconds), Durations.TryParse(text));

    [Theory]
    [InlineData("")]
    [InlineData("s")]
    [InlineData("-1")]
    [InlineData("1e9")]
    [InlineData("100000")]
    [InlineData("five")]
    [InlineData("1h")]
    public void Leaves_the_rest(string text) => Assert.Null(Durations.TryParse(text));

    [Property]
    public void Reads_what_it_writes(int milliseconds)
    {
        var duration = TimeSpan.FromMilliseconds(Math.Abs(milliseconds % 86_400_001L));
        Assert.Equal(duration, Durations.TryParse(Durations.Format(duration)));
    }
}
