using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;
using NetBox.Tools.Reports;

namespace Unit.NetBox;

public class LatencySeriesTests
{
    [Fact]
    public void Percentiles_are_times_that_were_measured()
    {
        var series = LatencySeries.Of("GET", [.. Enumerable.Range(1, 100).Select(i => (double)i)]);
        Assert.Equal((1, 50, 90, 99, 100), (series.MinMs, series.P50Ms, series.P90Ms, series.P99Ms, series.MaxMs));
    }

    [Property]
    public bool Every_sample_is_in_one_bucket_and_percentiles_ascend(NonEmptyArray<PositiveInt> microseconds)
    {
        var times = microseconds.Get.Select(us => us.Get / 1000.0).ToList();
        var series = LatencySeries.Of("PING", times);
        return series.Histogram.Sum(bucket => bucket.Count) == times.Count
            && series.MinMs <= series.P50Ms && series.P50Ms <= series.P90Ms && series.P90Ms <= series.P99Ms && series.P99Ms <= series.MaxMs
            && series.Histogram[^1].Count > 0
            && series.Histogram.Zip(series.Histogram.Skip(1)).All(pair => pair.First.UpToMs < pair.Second.UpToMs);
    }
}
