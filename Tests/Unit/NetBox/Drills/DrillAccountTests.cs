using System.Text.Json;
using NetBox.Tools.Drills;
using NetBox.Tools.Drills.Load;
using Unit.Protocol;

namespace Unit.NetBox.Drills;

public sealed class DrillAccountTests
{
    private static readonly ManualTime Time = new();
    private static readonly DrillPlan Plan = new("kill", new("id", "a:1", null, 5461, ["a:2"]), "the AppHost", [], [], new(1500, [new("the node timeout", 1000), new("the delay", 500)]));

    [Fact]
    public void A_drill_without_a_loss_is_survived()
    {
        var report = Report([Shard("a:1", [0, 10, 2010, 2020], stored: 4), Shard("b:1", [0, 10, 30, 40], stored: 4)]);
        Assert.Equal((8, 8, 0, DrillVerdict.Survived), (report.Acknowledged, report.Stored, report.Lost, report.Verdict));
        Assert.Equal((2000.0, 2000.0), (report.GapMs, report.Shards[0].GapMs));
        Assert.Equal(20.0, report.Shards[1].GapMs);
        Assert.Equal((1995.0, 3985.0, 4985.0), (report.Restored.WritesMs, report.Restored.RedundancyMs, report.Restored.PlacementMs));
        Assert.Equal("none of 8 acknowledged writes is lost; writes stood still for 2 s (at best 1.5 s)", report.Summary);
    }

    [Fact]
    public void One_lost_write_is_what_the_verdict_says()
    {
        var report = Report([Shard("a:1", [0, 10, 2010, 2020], stored: 3, lost: 1)]);
        Assert.Equal(DrillVerdict.LostWrites, report.Verdict);
        Assert.StartsWith("1 of 4 acknowledged writes are lost", report.Summary);
    }

    [Fact]
    public void A_shard_that_never_writes_again_has_no_gap_and_is_not_restored()
    {
        var report = Report([Shard("a:1", [0, 10], stored: 2), Shard("b:1", [0, 10, 30, 40], stored: 4)]);
        Assert.Equal((null, null, DrillVerdict.NotRestored), (report.GapMs, report.Restored.WritesMs, report.Verdict));
    }

    [Fact]
    public void An_answer_that_was_on_its_way_is_no_sign_of_life()
    {
        LoadResult[] results = [Shard("a:1", [0, 10, 18], stored: 3), Shard("b:1", [0, 10, 30, 40], stored: 4)];
        var report = DrillAccount.Report(Plan, default, results, new(At(15), At(20), At(3000), null, null, At(40), []), heals: false, Time);
        Assert.Equal((null, null, DrillVerdict.NotRestored), (report.GapMs, report.Restored.WritesMs, report.Verdict));
        Assert.EndsWith("writes did not come back everywhere", report.Summary);
    }

    [Fact]
    public void What_nobody_could_be_asked_for_is_not_told_as_a_number()
    {
        var report = Report([Shard("a:1", [0, 10, 30], stored: null, lost: null), Shard("b:1", [0, 10, 30], stored: 3)]);
        Assert.Equal((null, null, DrillVerdict.NotRestored), (report.Stored, report.Lost, report.Verdict));
        Assert.Equal([(null, null), (3L, 0L)], report.Shards.Select(shard => (shard.Stored, shard.Lost)));
        Assert.Contains("a:1: what is stored could not be read back", report.Restored.Notes);
        Assert.Equal(1, Report([Shard("a:1", [0, 10, 30], stored: null, lost: null), Shard("b:1", [0, 10, 30], stored: 2, lost: 1)]).Lost);
    }

    [Fact]
    public void A_gap_that_nothing_ended_is_one_all_the_same() =>
        Assert.Equal(5000.0, Report([Shard("a:1", [0, 10, 2010, 2020], stored: 4)], ended: 7020).GapMs);

    [Fact]
    public void What_nobody_here_can_start_again_is_no_fault_of_the_cluster()
    {
        var moments = new DrillMoments(At(15), At(20), At(3000), null, null, At(40), ["a:1 is not started again"]);
        LoadResult[] results = [Shard("a:1", [0, 10, 2010, 2020], stored: 4)];
        Assert.Equal(DrillVerdict.Survived, DrillAccount.Report(Plan, default, results, moments, heals: false, Time).Verdict);
        Assert.Equal(DrillVerdict.NotRestored, DrillAccount.Report(Plan, default, results, moments, heals: true, Time).Verdict);
    }

    [Fact]
    public void An_app_that_felt_nothing_is_told_why()
    {
        var report = Report([Shard("http://app/", [0, 10, 30, 40], stored: 4)]);
        Assert.Contains("a:1 is not where it keeps its count", Assert.Single(report.Restored.Notes));
    }

    [Fact]
    public void A_report_is_json_that_can_be_read_back()
    {
        var report = Report([Shard("a:1", [0, 10, 2010, 2020], stored: 4)]);
        var json = JsonSerializer.Serialize(report, DrillJson.Readable.DrillReport);
        Assert.Contains("\"verdict\": \"survived\"", json);
        Assert.Equal(report.GapMs, JsonSerializer.Deserialize(json, DrillJson.Readable.DrillReport)!.GapMs);
    }

    private static DrillReport Report(IReadOnlyList<LoadResult> results, long ended = 40) =>
        DrillAccount.Report(Plan, default, results, new(At(15), At(20), At(3000), At(4000), At(5000), At(ended), []), heals: true, Time);

    private static LoadResult Shard(string name, long[] milliseconds, long? stored, long? lost = 0) =>
        new(name, [.. milliseconds.Select(At)], milliseconds.Length, stored, lost, 0, 0, new Dictionary<string, long> { ["timeout"] = 1 });

    private static long At(long milliseconds) => milliseconds * TimeSpan.TicksPerMillisecond;
}
