using System.Text.Json;
using Integration.Support;
using static Integration.NetBox.ProbeCommandTests;

namespace Integration.NetBox;

/// <summary>netbox dns with a real name server.</summary>
public class DnsRecordTests
{
    private static readonly string[] Records =
    [
        "--local-ttl=60",
        "--host-record=node0.test,10.1.2.3,fd00::3",
        "--cname=alias.test,node0.test",
        "--srv-host=_client._tcp.test,node0.test,6379,1,2",
        "--mx-host=test,mail.test,10",
        "--txt-record=node0.test,zone=a",
    ];

    [Fact]
    public async Task Records_are_told_with_type_value_and_time_to_live()
    {
        await using var server = await NameServer.StartAsync(Records);
        (string Name, string Types, string[] Expected)[] cases =
        [
            ("node0.test", "A,AAAA,TXT", ["node0.test. A 60 10.1.2.3", "node0.test. AAAA 60 fd00::3", "node0.test. TXT 60 \"zone=a\""]),
            ("alias.test", "A", ["alias.test. CNAME 60 node0.test.", "node0.test. A 60 10.1.2.3"]),
            ("_client._tcp.test", "srv", ["_client._tcp.test. SRV 60 1 2 6379 node0.test."]),
            ("test", "MX", ["test. MX 60 10 mail.test."]),
            ("10.1.2.3", "PTR", ["3.2.1.10.in-addr.arpa. PTR 60 node0.test."]),
        ];
        foreach (var (name, types, expected) in cases)
        {
            var (exitCode, output, error) = await RunAsync("dns", name, "--type", types, "--server", server.Address, "--json");
            Assert.Equal((0, ""), (exitCode, error));
            var report = JsonDocument.Parse(output).RootElement;
            Assert.Equal(server.Address, report.GetProperty("server").GetString());
            Assert.Equal(
                expected,
                report.GetProperty("answers").EnumerateArray().SelectMany(answer => answer.GetProperty("records").EnumerateArray())
                    .Select(r => $"{r.GetProperty("name").GetString()} {r.GetProperty("type").GetString()} {r.GetProperty("ttlSeconds").GetInt32()} {r.GetProperty("value").GetString()}"));
        }

        var (plainCode, text, _) = await RunAsync("dns", "10.1.2.3", "--server", server.Address);
        Assert.Equal(0, plainCode);
        Assert.Contains($"asked {server.Address}\n  PTR    node0.test.", text);
    }

    [Fact]
    public async Task A_name_without_such_a_record_an_unknown_one_and_one_that_is_not_answered_for()
    {
        await using var server = await NameServer.StartAsync(Records);
        var (exitCode, output, error) = await RunAsync("dns", "node0.test", "--type", "SRV", "--server", server.Address);
        Assert.Equal((1, ""), (exitCode, error));
        Assert.Contains("SRV    none (the name has no SRV record)", output);

        (exitCode, output, error) = await RunAsync("dns", "no-such-name.test", "--server", server.Address);
        Assert.Equal((3, ""), (exitCode, output));
        Assert.StartsWith($"netbox: cannot resolve 'no-such-name.test' with {server.Address}: the name is unknown; ", error);

        (exitCode, _, error) = await RunAsync("dns", "node0.elsewhere", "--server", server.Address);
        Assert.Equal(3, exitCode);
        Assert.Contains("REFUSED", error);
    }
}
