using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using NetBox.Tools.Cluster;
using NetBox.Tools.Output;
using NetBox.Tools.Reports;
using Spectre.Console;

namespace Unit.NetBox;

/// <summary>What scripts and eyes rely on, word for word.</summary>
public class OutputTests
{
    private static readonly JsonSerializerOptions Compact = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    [Fact]
    public void Cluster_info_as_text() => Assert.Equal(
        """
        cluster_state:          ok (6 of 6 nodes that answered say ok)
        cluster_known_nodes:    6
        cluster_size:           3
        cluster_slots_assigned: 16384 of 16384
        cluster_slots_ok:       16384
        cluster_slots_pfail:    0
        cluster_slots_fail:     0
        cluster_current_epoch:  6
        keys:                   6
        127.0.0.1:7101         master  ok
        127.0.0.1:7104         replica ok
        127.0.0.1:7102         master  ok
        127.0.0.1:7105         replica ok
        127.0.0.1:7103         master  ok
        127.0.0.1:7106         replica ok

        """,
        Written(c => ClusterText.Write(c, ClusterReporter.Info(SampleCluster.Healthy()))));

    [Fact]
    public void Cluster_nodes_as_text() => Assert.Equal(
        """
        ADDRESS           ROLE     STATE   SLOTS               KEYS  EPOCH  LINK              MASTER          ID
        127.0.0.1:7101    master   failed  0-5460 (5461)       ?     1      disconnected      -               aaaaaaaa
          127.0.0.1:7104  replica  down    -                   2     1      replication down  127.0.0.1:7101  dddddddd
        127.0.0.1:7102    master   down    5461-10922 (5462)   2     2      connected         -               bbbbbbbb
          127.0.0.1:7105  replica  down    -                   2     2      connected         127.0.0.1:7102  eeeeeeee
        127.0.0.1:7103    master   down    10923-16383 (5461)  2     3      connected         -               cccccccc
          127.0.0.1:7106  replica  down    -                   2     3      connected         127.0.0.1:7103  ffffffff
        127.0.0.1:7101: connection refused

        """,
        Written(c => ClusterText.Write(c, ClusterReporter.Nodes(SampleCluster.FirstMasterDown()))));

    [Fact]
    public void The_check_ends_with_a_verdict()
    {
        Assert.EndsWith("healthy: 6 nodes, 3 masters, 16384 of 16384 slots covered, 0 warnings\n", Written(c => ClusterText.Write(c, ClusterReporter.Check(SampleCluster.Healthy()))));
        var down = Written(c => ClusterText.Write(c, ClusterReporter.Check(SampleCluster.FirstMasterDown())));
        Assert.StartsWith("error ", down);
        Assert.Contains("\nnot healthy: ", down);
    }

    [Fact]
    public void Probes_as_text()
    {
        Assert.Equal(
            """
            localhost  1 address in 1.2 ms  asked the system's resolver
              A     127.0.0.1  0.80 ms
              AAAA  none (the name is unknown)  1.2 ms

            """,
            Written(c => DnsText.Write(c, new DnsReport("localhost", "system", 1.234, new DnsAnswer(0.8, ["127.0.0.1"], null), new DnsAnswer(1.2, [], "the name is unknown")))));
        Assert.Equal(
            """
            h:1  127.0.0.1
                1  connected to 127.0.0.1 in 0.20 ms
                2  failed at 127.0.0.1 after 3 s: no answer
            1 of 2 connected, min 0.20 ms, p50 0.20 ms, p90 0.20 ms, p99 0.20 ms, max 0.20 ms
            h:1: 1 of 2 failed: no answer
              cure: open it

            """,
            Written(c => TcpText.Write(c, new([Mixed("h:1")]))));
        Assert.Equal(
            """
            TARGET  ADDRESS    CONNECTED  MIN    P50    P90    P99    MAX    OUTCOME
            h:1     127.0.0.1  1 of 2     0.200  0.200  0.200  0.200  0.200  filtered
            x:1     -          0 of 0     -      -      -      -      -      name-unknown
            h:1: 1 of 2 failed: no answer
              cure: open it
            x:1: cannot resolve 'x'
              cure: ask again

            """,
            Written(c => TcpText.Write(c, new([Mixed("h:1"), new("x:1", [], [], ProbeSummary.Of(0, []), "cannot resolve 'x'", "ask again")]))));
        Assert.Equal(
            """
            GET http://h/  200 OK
              dns 0.10 ms · connect 0.20 ms · first byte 3.0 ms · body 0.01 ms · total 3.4 ms
              HTTP/1.1 from 127.0.0.1:80, text/plain, 10 bytes
            [red]x[/]

            """,
            Written(c => HttpText.Write(c, Answered("[red]x[/]\n"), withHeaders: false)));
        Assert.Contains("\n  Server: [x]\n", Written(c => HttpText.Write(c, Answered("x"), withHeaders: true)));
    }

    [Fact]
    public void Records_as_text() => Assert.Equal(
        """
        n  2 records in 2.0 ms  asked 10.0.0.10:53
          CNAME  m  n, ttl 60 s, 1.0 ms
          A      127.0.0.1  m, ttl 5 s, 1.0 ms
          SRV    none (the name has no SRV record)  1.0 ms

        """,
        Written(c => DnsText.Write(c, new DnsRecordsReport(
            "n", "10.0.0.10:53", true, 2,
            [
                new("A", 1, "NOERROR", [new("n", "CNAME", 60, "m"), new("m", "A", 5, "127.0.0.1")], null),
                new("SRV", 1, "NOERROR", [new("n", "CNAME", 60, "m")], "the name has no SRV record"),
            ]))));

    [Fact]
    public void What_changed_from_one_request_to_the_next_is_marked() => Assert.Equal(
        """
            1  200 OK  3.4 ms    one
            2  200 OK  3.4 ms  = one
            3  200 OK  3.4 ms  * two

        """,
        Written(c =>
        {
            HttpText.WriteLine(c, Attempt("one"));
            HttpText.WriteLine(c, Attempt("one") with { Sequence = 2, Changed = false });
            HttpText.WriteLine(c, Attempt("two") with { Sequence = 3, Changed = true });
        }));

    [Fact]
    public void A_server_cannot_drive_the_terminal() =>
        Assert.DoesNotContain('\u001b', Written(c => HttpText.Write(c, Answered("\u001b[2Jgone"), withHeaders: false)));

    [Fact]
    public void Json_names_are_stable()
    {
        Assert.Equal(
            """{"name":"n","resolver":"system","totalMs":1,"a":{"ms":1,"addresses":["127.0.0.1"],"error":null},"aaaa":{"ms":1,"addresses":[],"error":"e"},"addresses":["127.0.0.1"]}""",
            Json(new DnsReport("n", "system", 1, new DnsAnswer(1, ["127.0.0.1"], null), new DnsAnswer(1, [], "e")), NetBoxJson.Readable.DnsReport));
        Assert.Equal(
            """{"target":"h:1","addresses":["127.0.0.1"],"attempts":[{"sequence":1,"ok":true,"ms":0.2,"address":"127.0.0.1","outcome":"connected","error":null}],"summary":{"sent":1,"ok":1,"failed":0,"minMs":0.2,"avgMs":0.2,"p50Ms":0.2,"p90Ms":0.2,"p99Ms":0.2,"maxMs":0.2},"problem":null,"cure":null}""",
            Json(new TcpReport("h:1", ["127.0.0.1"], [new TcpAttempt(1, true, 0.2, "127.0.0.1", "connected", null)], ProbeSummary.Of(1, [0.2]), null, null), NetBoxJson.Readable.TcpReport));
        Assert.Equal(
            """{"method":"GET","url":"http://h/","requests":[{"sequence":1,"ok":true,"status":200,"reason":"OK","version":"1.1","remoteAddress":"127.0.0.1:80","tls":null,"phases":{"dnsMs":0.1,"connectMs":0.2,"tlsMs":null,"firstByteMs":3,"bodyMs":0.01,"totalMs":3.4},"headers":[{"name":"Server","value":"[x]"}],"contentType":"text/plain","bodyBytes":4,"body":"it's","bodyTruncated":false,"changed":null,"error":null}],"summary":{"sent":1,"ok":0,"failed":1,"minMs":null,"avgMs":null,"p50Ms":null,"p90Ms":null,"p99Ms":null,"maxMs":null}}""",
            Json(Answered("it's"), NetBoxJson.Readable.HttpReport));
        Assert.Equal(
            """{"error":{"code":"unreachable","exitCode":3,"message":"m"}}""",
            Json(ErrorReport.Of(global::NetBox.Tools.ExitCode.Unreachable, "m"), NetBoxJson.Readable.ErrorReport));
        Assert.Equal(
            """{"observedAt":"2026-01-02T03:04:05+00:00","nodes":[{"id":"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa","address":"127.0.0.1:7101","hostname":null,"busPort":17101,"role":"master","state":"ok","masterId":null,"masterAddress":null,"slots":[{"first":0,"last":5460}],"slotCount":5461,"epoch":1,"link":"connected","replicationLink":null,"keys":2,"version":"Redis 7.0.15","problem":null}]}""",
            Json(First(ClusterReporter.Nodes(SampleCluster.Healthy())), NetBoxJson.Readable.ClusterNodesReport));
        Assert.StartsWith(
            """{"observedAt":"2026-01-02T03:04:05+00:00","state":"ok","nodesOk":6,"nodesAnswered":6,"knownNodes":6,"size":3,"slotsAssigned":16384,"slotsOk":16384,"slotsSuspected":0,"slotsFailed":0,"currentEpoch":6,"keys":6,"nodes":[{"address":"127.0.0.1:7101","role":"master","state":"ok","problem":null},""",
            Json(ClusterReporter.Info(SampleCluster.Healthy()), NetBoxJson.Readable.ClusterInfoReport));
        Assert.Equal(
            """{"observedAt":"2026-01-02T03:04:05+00:00","healthy":false,"errors":1,"warnings":0,"nodes":6,"masters":3,"slotsCovered":0,"findings":[{"severity":"error","code":"c","message":"m","node":null}]}""",
            Json(new ClusterCheckReport(SampleCluster.Time, false, 1, 0, 6, 3, 0, [new FindingReport("error", "c", "m", null)]), NetBoxJson.Readable.ClusterCheckReport));
    }

    private static ClusterNodesReport First(ClusterNodesReport report) => report with { Nodes = [report.Nodes[0]] };

    private static HttpAttempt Attempt(string body) => new(
        1, true, 200, "OK", "1.1", "127.0.0.1:80", null, new HttpPhases(0.1, 0.2, null, 3, 0.01, 3.4), [new("Server", "[x]")], "text/plain", body.Length, body, false, null, null);

    private static HttpReport Answered(string body) => new("GET", "http://h/", [Attempt(body)], ProbeSummary.Of(1, []));

    private static TcpReport Mixed(string target) => new(
        target, ["127.0.0.1"],
        [new TcpAttempt(1, true, 0.2, "127.0.0.1", "connected", null), new TcpAttempt(2, false, 3000, "127.0.0.1", "filtered", "no answer")],
        ProbeSummary.Of(2, [0.2]), null, "open it");

    private static string Json<T>(T value, JsonTypeInfo<T> type) =>
        JsonSerializer.Serialize(JsonSerializer.SerializeToElement(value, type), Compact);

    private static string Written(Action<IAnsiConsole> write)
    {
        using var writer = new StringWriter { NewLine = "\n" };
        write(Screen.For(writer, terminal: false, colours: false));
        return string.Join('\n', writer.ToString().ReplaceLineEndings("\n").Split('\n').Select(line => line.TrimEnd()));
    }
}
