using System.Collections.Immutable;
using NetBox.Tools.Doctor;
using NetBox.Tools.Reports;
using RedisCluster.Operations;
using RedisCluster.Planning;
using RedisCluster.Topology;

namespace Unit.NetBox;

/// <summary>What the doctor makes of facts: the cause and not its consequences, and nothing where all is well.</summary>
public class PhysicianTests
{
    [Fact]
    public void A_bus_that_only_nodes_may_reach_is_no_fault()
    {
        var report = Diagnose(SampleCluster.Healthy(), change: facts => facts with { Bus = Tried(false) });
        Assert.Empty(report.Findings);
    }

    [Fact]
    public void A_bus_port_that_a_peer_does_not_reach_either_is_blocked()
    {
        var cut = Replace(SampleCluster.Healthy(), 2, node => node with { View = Lines(2, line => line.StartsWith(SampleCluster.Id(0), StringComparison.Ordinal) ? line.Replace(" connected", " disconnected", StringComparison.Ordinal) : line) });
        var report = Diagnose(cut, change: facts => facts with { Bus = Tried(false) });
        var first = report.Findings[0];
        Assert.Equal((DiagnosisCodes.BusPortBlocked, "127.0.0.1:7101", "error"), (first.Code, first.Where, first.Severity));
        Assert.EndsWith("127.0.0.1:7103 gets no answer there either", first.Cause);
        Assert.Single(report.Findings, finding => finding.Code == DiagnosisCodes.BusPortBlocked);

        // Where packets are dropped the link looks connected, and a ping stays unanswered while others are.
        var dropped = Replace(SampleCluster.Healthy(), 2, node => node with
        {
            View = Lines(2, line => line.StartsWith(SampleCluster.Id(0), StringComparison.Ordinal) ? line.Replace(" 0 1 ", " 5000 4000 ", StringComparison.Ordinal) : line.Replace(" 0 1 ", " 0 7000 ", StringComparison.Ordinal)),
        });
        Assert.Equal(DiagnosisCodes.BusPortBlocked, Diagnose(dropped, change: facts => facts with { Bus = Tried(false) }).Findings[0].Code);
        Assert.Empty(Diagnose(dropped).Findings);
    }

    [Fact]
    public void A_node_that_hangs_is_not_taken_for_a_blocked_port_while_its_peers_have_not_noticed()
    {
        var hung = Replace(SampleCluster.Healthy(), 1, _ => SampleCluster.Unreachable(1, "INFO: no answer within 1 s"));
        var first = Diagnose(hung).Findings[0];
        Assert.Equal((DiagnosisCodes.NodeSilent, "127.0.0.1:7102"), (first.Code, first.Where));
        Assert.Contains("SIGSTOP", first.Cure);

        // The same node, and nothing comes through to its port.
        first = Diagnose(hung, change: facts => facts.Endpoint.Port == 7102 ? facts with { Client = Tried(false) } : facts).Findings[0];
        Assert.Equal((DiagnosisCodes.ClientPortBlocked, "127.0.0.1:7102"), (first.Code, first.Where));

        // Under a name its peers do not know it by.
        var named = Replace(SampleCluster.Healthy(), 1, _ => SampleCluster.Unreachable(1, "no connection") with { Endpoint = new("node1", 7102) });
        first = Diagnose(named, change: facts => facts.Endpoint.Host == "node1" ? facts with { Client = Tried(false), Addresses = ["127.0.0.1"] } : facts).Findings[0];
        Assert.Equal((DiagnosisCodes.ClientPortBlocked, "node1:7102"), (first.Code, first.Where));
    }

    [Theory]
    [InlineData(NodeProblemKind.Unreachable, "INFO: BUSY Redis is busy running a script", "BUSY", DiagnosisCodes.NodeBusy, "redis-cli -h 127.0.0.1 -p 7102 SCRIPT KILL ")]
    [InlineData(NodeProblemKind.Unreachable, "INFO: LOADING Redis is loading the dataset in memory", "LOADING", DiagnosisCodes.NodeBusy, "redis-cli -h 127.0.0.1 -p 7102 INFO persistence ")]
    [InlineData(NodeProblemKind.Unreachable, "ERR max number of clients + cluster connections reached", null, DiagnosisCodes.NodeRefuses, "close connections ")]
    [InlineData(NodeProblemKind.Unreachable, "DENIED Redis is running in protected mode because", null, DiagnosisCodes.NodeRefuses, "give all nodes a password ")]
    [InlineData(NodeProblemKind.Unreachable, "TLS failed: UntrustedRoot", null, DiagnosisCodes.TlsFailing, "netbox tls 127.0.0.1:7102 ")]
    [InlineData(NodeProblemKind.AccessDenied, "INFO: NOPERM this user has no permissions", "NOPERM", DiagnosisCodes.PermissionMissing, "redis-cli -h 127.0.0.1 -p 7102 ACL SETUSER default +info ")]
    [InlineData(NodeProblemKind.AccessDenied, "wrong password", null, DiagnosisCodes.PasswordMismatch, "give it the password of the others ")]
    [InlineData(NodeProblemKind.Protocol, "a value cannot begin with byte 0x48", null, FindingCodes.ProtocolError, "is it a Redis server")]
    public void What_a_node_answers_instead_is_told_apart(NodeProblemKind kind, string message, string? code, string expected, string cure)
    {
        var problem = SampleCluster.Unreachable(1, message, kind) is var silent ? silent with { Problem = silent.Problem! with { ErrorCode = code } } : null;
        var report = Diagnose(Replace(SampleCluster.Healthy(), 1, _ => problem!));
        var finding = Assert.Single(report.Findings, finding => finding.Where == "127.0.0.1:7102");
        Assert.Equal(expected, finding.Code);
        Assert.StartsWith(cure, finding.Cure);

        // Alone as well there is one finding, and it does not ask to start what runs.
        Assert.Equal(expected, Assert.Single(Diagnose(SampleCluster.Of([problem!])).Findings).Code);
    }

    [Fact]
    public void A_node_that_is_down_is_told_once()
    {
        var down = SampleCluster.Of([SampleCluster.Unreachable(5, "connection refused"), .. Enumerable.Range(0, 5).Select(node => SampleCluster.Node(node, failed: 5))]);
        var report = Diagnose(down, change: facts => facts.Endpoint.Port == 7106 ? facts with { Client = Tried(false) } : facts);
        Assert.Equal(DiagnosisCodes.NodeDown, Assert.Single(report.Findings, finding => finding.Where == "127.0.0.1:7106").Code);

        // Which slots are gone with it is another matter.
        report = Diagnose(SampleCluster.FirstMasterDown(), change: facts => facts.Endpoint.Port == 7101 ? facts with { Client = Tried(false) } : facts);
        Assert.Equal(DiagnosisCodes.NodeDown, report.Findings[0].Code);
        Assert.Contains(report.Findings, finding => finding.Code == FindingCodes.NodeFailed && finding.Cause.Contains("5461 slots"));
    }

    [Fact]
    public void An_address_that_serves_the_nodes_is_not_to_be_changed_for_who_cannot_reach_it()
    {
        var report = Diagnose(SampleCluster.Healthy(), change: facts => facts with { Announced = new("10.0.0.7:7101", false, null, "no connection within 1 s") });
        Assert.Equal(6, report.Errors);
        Assert.All(report.Findings, finding =>
        {
            Assert.Equal(DiagnosisCodes.AnnouncedAddressUnreachable, finding.Code);
            Assert.DoesNotContain("CONFIG SET", finding.Cure);
        });

        var other = NodeId.Parse(SampleCluster.Id(3));
        report = Diagnose(SampleCluster.Healthy(), change: facts => facts.Endpoint.Port == 7101 ? facts with { Announced = new("127.0.0.1:7104", false, other, null) } : facts);
        var finding = Assert.Single(report.Findings);
        Assert.Equal(DiagnosisCodes.AnnouncedAddressWrong, finding.Code);
        Assert.Contains("node dddddddd answers", finding.Cause);
        Assert.StartsWith("redis-cli -h 127.0.0.1 -p 7101 CONFIG SET cluster-announce-ip ", finding.Cure);
    }

    [Fact]
    public void Cures_log_in_as_the_doctor_did_and_are_lines_for_a_shell()
    {
        var observation = Replace(SampleCluster.Healthy(), 0, node => node with { View = Lines(0, line => line.Contains("myself", StringComparison.Ordinal) ? $"{line} [100->-{SampleCluster.Id(1)}]" : line) });
        NodeFacts Full(NodeFacts facts) => facts with { Server = new ServerFacts { UsedMemory = 100, MaxMemory = 100 } };
        var secure = new ClusterConnectionSettings { Tls = true, User = "o'neil", Password = "t1ger" };
        var report = Diagnose(observation, secure, change: Full);
        Assert.Equal(@"netbox cluster fix 127.0.0.1:7101 --tls --user 'o'\''neil'", report.Findings.Single(finding => finding.Code == FindingCodes.SlotOpen).Cure);
        Assert.StartsWith(@"redis-cli -h 127.0.0.1 -p 7101 --tls --user 'o'\''neil' CONFIG SET maxmemory BYTES   #", report.Findings.First(finding => finding.Code == DiagnosisCodes.MemoryFull).Cure);
        Assert.All(report.Findings, finding => Assert.DoesNotContain("t1ger", finding.Cure));
        Assert.All(report.Findings.Where(finding => finding.Cure.StartsWith("redis-cli", StringComparison.Ordinal) || finding.Cure.StartsWith("netbox", StringComparison.Ordinal)), finding =>
            Assert.DoesNotContain(finding.Cure.Split("   #")[0], character => character is '(' or ')' or ',' or ';' or '|'));

        report = Diagnose(observation, secure with { User = null }, tlsWords: ["--cacert", "/etc/my ca.pem"]);
        Assert.Equal("netbox cluster fix 127.0.0.1:7101 --tls --cacert '/etc/my ca.pem'", report.Findings.Single(finding => finding.Code == FindingCodes.SlotOpen).Cure);

        // In a pod the environment tells where the cluster is, and a node named by hand would be asked without the password.
        report = Diagnose(observation, secure, isFromEnvironment: true);
        Assert.Equal("netbox cluster fix", report.Findings.Single(finding => finding.Code == FindingCodes.SlotOpen).Cure);
    }

    [Fact]
    public void A_node_that_is_gone_is_forgotten_by_its_whole_id()
    {
        var gone = new string('7', 40);
        var observation = Replace(SampleCluster.Healthy(), 4, node => node with
        {
            View = ClusterView.Parse($"{SampleCluster.NodesText(4)}{gone} 127.0.0.1:7199@17199 master,fail - 0 1 9 disconnected\n"),
        });
        var finding = Assert.Single(Diagnose(observation).Findings, finding => finding.Code == FindingCodes.StaleNode);
        Assert.StartsWith($"netbox cluster call 127.0.0.1:7101 CLUSTER FORGET {gone}   #", finding.Cure);
    }

    [Fact]
    public void What_all_nodes_lack_is_told_once()
    {
        NodeFacts Volatile(NodeFacts facts) => facts with { Server = new ServerFacts() };
        var finding = Assert.Single(Diagnose(SampleCluster.Healthy(), change: Volatile).Findings);
        Assert.Equal((DiagnosisCodes.NoPersistence, string.Empty), (finding.Code, finding.Where));
        Assert.StartsWith("netbox cluster call 127.0.0.1:7101 CONFIG SET appendonly yes   #", finding.Cure);

        finding = Assert.Single(Diagnose(SampleCluster.Healthy(), change: facts => facts.Endpoint.Port == 7103 ? Volatile(facts) : facts).Findings);
        Assert.Equal((DiagnosisCodes.NoPersistence, "127.0.0.1:7103"), (finding.Code, finding.Where));
    }

    private static DoctorReport Diagnose(
        ClusterObservation observation, ClusterConnectionSettings? settings = null, bool isFromEnvironment = false, Func<NodeFacts, NodeFacts>? change = null, string[]? tlsWords = null) =>
        Physician.Diagnose(new(
            observation,
            [
                .. observation.Nodes.Select(node => new NodeFacts
                {
                    Endpoint = node.Endpoint,
                    Addresses = ["127.0.0.1"],
                    Client = Tried(true),
                    Bus = Tried(true),
                    Server = node.IsReachable ? new ServerFacts { IsAofEnabled = true } : null,
                }).Select(facts => change?.Invoke(facts) ?? facts),
            ],
            null,
            new([], settings ?? new()) { IsFromEnvironment = isFromEnvironment, TlsWords = tlsWords ?? [] }));

    private static TcpAttempt Tried(bool ok) => new(1, ok, 1, "127.0.0.1", ok ? "connected" : "filtered", ok ? null : "no answer within 1 s (filtered, or the host is down)");

    private static ClusterObservation Replace(ClusterObservation observation, int index, Func<NodeObservation, NodeObservation> change) =>
        observation with { Nodes = observation.Nodes.SetItem(index, change(observation.Nodes[index])) };

    private static ClusterView Lines(int asked, Func<string, string> change) =>
        ClusterView.Parse(string.Concat(SampleCluster.NodesText(asked).Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => $"{change(line)}\n")));
}
