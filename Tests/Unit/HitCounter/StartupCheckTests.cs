using HitCounter.Api;
using Microsoft.Extensions.Configuration;

namespace Unit.HitCounter;

public sealed class StartupCheckTests
{
    [Fact]
    public void Good_settings_are_read()
    {
        Assert.Null(Check(out var options, ("ConnectionStrings:redis-cluster", "a:1,b:2"), ("HitCounter:NodeTimeout", "00:00:15")));
        Assert.Equal(TimeSpan.FromSeconds(20), options.EffectiveFailoverWait);
    }

    [Fact]
    public void A_bound_that_is_set_is_the_bound()
    {
        Assert.Null(Check(out var options, ("ConnectionStrings:redis-cluster", "a:1"), ("HitCounter:FailoverWait", "00:00:03")));
        Assert.Equal(TimeSpan.FromSeconds(3), options.EffectiveFailoverWait);
    }

    [Theory]
    [InlineData("HitCounter:NodeTimeout", "soon", "HitCounter:NodeTimeout")]
    [InlineData("HitCounter:NodeTimeout", "00:00:00", "HitCounter:NodeTimeout")]
    [InlineData("HitCounter:FailoverWait", "-00:00:01", "HitCounter:FailoverWait")]
    [InlineData("HitCounter:AttemptTimeout", "00:00:00.001", "HitCounter:AttemptTimeout")]
    [InlineData("HitCounter:QueueLimit", "0", "HitCounter:QueueLimit")]
    [InlineData("HitCounter:MaxBatch", "0", "HitCounter:MaxBatch")]
    [InlineData("ConnectionStrings:redis-cluster", "", "ConnectionStrings:redis-cluster")]
    [InlineData("ConnectionStrings:redis-cluster", "a:1,nonsense=true", "ConnectionStrings:redis-cluster")]
    public void A_bad_setting_is_named_in_one_line(string key, string value, string named)
    {
        var problem = Check(out _, ("ConnectionStrings:redis-cluster", "a:1"), (key, value));

        Assert.NotNull(problem);
        Assert.Contains(named, problem, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', problem);
    }

    private static string? Check(out HitCounterOptions options, params (string Key, string Value)[] settings)
    {
        var values = new Dictionary<string, string?>();
        foreach (var (key, value) in settings)
        {
            values[key] = value;
        }

        return StartupCheck.Read(new ConfigurationBuilder().AddInMemoryCollection(values).Build(), out options);
    }
}
