using NetBox.Tools.CommandLine;

namespace Unit.NetBox;

public class CommandLineTests
{
    [Theory]
    [InlineData("foo", "netbox: 'foo' is not understood here (netbox --help explains)")]
    [InlineData("--bogus", "netbox: '--bogus' is not understood here (netbox --help explains)")]
    [InlineData("http", "netbox http: URL is missing (netbox http --help explains)")]
    [InlineData("dns", "netbox dns: NAME is missing (netbox dns --help explains)")]
    [InlineData("dns a --type BOGUS", "netbox: 'BOGUS' is not a type of record netbox asks for; these are: A, AAAA, CNAME, MX, NS, PTR, SOA, SRV, TXT")]
    [InlineData("dns a --server b:c", "netbox: 'b:c' has no port between 1 and 65535 after the last colon")]
    [InlineData("http h --header nonsense", "netbox: 'nonsense' is not a header; write it like 'Accept: application/json'")]
    [InlineData("http h --method G=T", "netbox: 'G=T' is not an HTTP method; write it like GET or DELETE")]
    [InlineData("tcp", "netbox tcp: HOST:PORT is missing (netbox tcp --help explains)")]
    [InlineData("path", "netbox path: HOST:PORT is missing (netbox path --help explains)")]
    [InlineData("path a:1 b:2 c:3", "netbox path: 'c:3' is not understood here (netbox path --help explains)")]
    [InlineData("path a", "netbox: 'a' is not HOST:PORT; write it like 127.0.0.1:7101 or [::1]:7101")]
    [InlineData("trace", "netbox trace: HOST[:PORT] is missing (netbox trace --help explains)")]
    [InlineData("trace a:b", "netbox: 'a:b' has no port between 1 and 65535 after the last colon")]
    [InlineData("trace a --queries 0", "netbox trace: '0' is not a number between 1 and 100000 (--queries) (netbox trace --help explains)")]
    [InlineData("dns a b", "netbox dns: 'b' is not understood here (netbox dns --help explains)")]
    [InlineData("cluster heal", "netbox cluster: 'heal' is not understood here (netbox cluster --help explains)")]
    [InlineData("cluster check --colour", "netbox: '--colour' is not an option of this command (--help lists them)")]
    [InlineData("tcp a:1 --count 0", "netbox tcp: '0' is not a number between 1 and 100000 (--count) (netbox tcp --help explains)")]
    [InlineData("tcp a:1 --timeout soon", "netbox tcp: 'soon' is not a duration of at least 1.0 ms; write it like 5, 250ms or 2m (netbox tcp --help explains)")]
    [InlineData("sockets --port x", "netbox sockets: 'x' is not a number between 1 and 65535 (--port) (netbox sockets --help explains)")]
    [InlineData("sockets --port 65536", "netbox sockets: '65536' is not a number between 1 and 65535 (--port) (netbox sockets --help explains)")]
    [InlineData("tls a:1 --min-days x", "netbox tls: 'x' is not a number between 0 and 10000 (--min-days) (netbox tls --help explains)")]
    [InlineData("cluster create a:1 --replicas x", "netbox cluster create: 'x' is not a number between 0 and 1000 (--replicas) (netbox cluster create --help explains)")]
    [InlineData("http ftp://x", "netbox: 'ftp://x' is not an http or https URL; write it like http://hit-counter/")]
    [InlineData("cluster call 127.0.0.1:1", "netbox: COMMAND is missing; write it behind the node, such as PING")]
    [InlineData("cluster call a:1 PING --only-masters --only-replicas", "netbox: --only-masters and --only-replicas exclude each other; leave both out for all nodes")]
    [InlineData("cluster backup a:1", "netbox: DIR is missing behind a:1; write a folder of such a name as ./a:1")]
    [InlineData("cluster restore a:1 d --replace --merge", "netbox: --replace and --merge exclude each other: overwrite keys of the same name, or leave them")]
    [InlineData("cluster import a:1", "netbox cluster import: Option '--from' is required (netbox cluster import --help explains)")]
    [InlineData("cluster import a:1 --cluster-from nonsense", "netbox: 'nonsense' is not HOST:PORT (--from); write it like 127.0.0.1:6379")]
    [InlineData("cluster check a:1 --ipv4 -6", "netbox: --ipv4 and --ipv6 exclude each other")]
    [InlineData("cluster check a:1 --key k", "netbox: --key is of no use without the certificate it belongs to: --cert FILE")]
    [InlineData("cluster check a:1 --cacertdir /no/such", "netbox: there is no folder '/no/such' (--cacertdir)")]
    [InlineData("cluster check a:1 --cacert /no/such", "netbox: the authorities in '/no/such' cannot be read: Could not find a part of the path '/no/such'.")]
    [InlineData("cluster info nonsense", "netbox: 'nonsense' is not HOST:PORT; write it like 127.0.0.1:7101 or [::1]:7101")]
    [InlineData("drill", "netbox drill: KIND is missing (netbox drill --help explains)")]
    [InlineData("drill quake a:1", "netbox: 'quake' is no kind of drill; there are handover, kill, freeze, partition, restart-all")]
    [InlineData("drill kill a:1 --duration 5s", "netbox: kill has no duration; freeze and partition have")]
    [InlineData("drill restart-all a:1 --node b:2", "netbox: restart-all is done to all nodes; name none")]
    [InlineData("drill kill a:1 --app ftp://x", "netbox: 'ftp://x/' is no http URL")]
    [InlineData("serve --urls nonsense", "netbox: 'nonsense' is not a URL to listen on; write it like http://127.0.0.1:5081")]
    public async Task Bad_usage_is_one_line_and_exit_code_2(string arguments, string message)
    {
        var (exitCode, output, error) = await RunAsync(arguments);
        Assert.Equal(message + Environment.NewLine, error);
        Assert.Equal("", output);
        Assert.Equal(2, exitCode);
    }

    [Fact]
    public async Task A_command_with_commands_names_them()
    {
        var (exitCode, output, error) = await RunAsync("cluster");
        Assert.StartsWith("netbox cluster: say what to do: info, nodes, ", error);
        Assert.Equal((2, ""), (exitCode, output));

        (exitCode, output, error) = await RunAsync("");
        Assert.StartsWith("netbox: say what to do: http, dns, ", error);
        Assert.Equal((2, ""), (exitCode, output));
    }

    [Fact]
    public async Task With_json_a_failure_is_json_too()
    {
        var (exitCode, output, error) = await RunAsync("tcp nonsense --json");
        Assert.Equal(2, exitCode);
        Assert.Contains("\"exitCode\": 2", output);
        Assert.StartsWith("netbox: 'nonsense' is not HOST:PORT", error);
    }

    [Theory]
    [InlineData("--help", "netbox serve")]
    [InlineData("http --help", "netbox http http://localhost:5080/")]
    [InlineData("dns -h", "netbox dns localhost")]
    [InlineData("tcp --help", "netbox tcp localhost:7101")]
    [InlineData("path --help", "netbox path 127.0.0.1:7101 127.0.0.1:7102")]
    [InlineData("trace --help", "netbox trace redis-cluster-0:6379")]
    [InlineData("cluster --help", "netbox cluster check 127.0.0.1:7101 --json")]
    [InlineData("cluster nodes --help", "netbox cluster nodes 127.0.0.1:7101")]
    [InlineData("drill --help", "netbox drill restart-all --yes --json")]
    [InlineData("serve --help", "netbox serve --urls http://127.0.0.1:8080")]
    public async Task Help_has_examples_and_the_exit_codes(string arguments, string example)
    {
        var (exitCode, output, error) = await RunAsync(arguments);
        Assert.Equal(0, exitCode);
        Assert.Equal("", error);
        Assert.Contains(example, output);
        Assert.Contains("4 refused to protect data", output);
    }

    [Theory]
    [InlineData("create")]
    [InlineData("rebalance")]
    [InlineData("import")]
    [InlineData("call")]
    public async Task Help_keeps_the_names_of_redis_cli_to_itself(string command)
    {
        var (_, output, _) = await RunAsync($"cluster {command} --help");
        Assert.DoesNotContain("--cluster-", output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("watch", "[default: 1s]")]
    [InlineData("cluster rebalance", "[default: 60s]")]
    public async Task Help_shows_durations_as_they_can_be_typed(string command, string text)
    {
        var (_, output, _) = await RunAsync($"{command} --help");
        Assert.Contains(text, string.Join(' ', output.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)), StringComparison.Ordinal);
        Assert.DoesNotContain("00:", output, StringComparison.Ordinal);
    }

    private static async Task<(int ExitCode, string Output, string Error)> RunAsync(string arguments)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        var exitCode = await NetBoxApp.RunAsync(arguments.Split(' ', StringSplitOptions.RemoveEmptyEntries), output, error);
        return (exitCode, output.ToString(), error.ToString());
    }
}
