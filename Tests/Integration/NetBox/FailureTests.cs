using System.Globalization;
using System.Text.Json;
using Integration.Support;
using static Integration.NetBox.ProbeCommandTests;

namespace Integration.NetBox;

/// <summary>
/// Every command that goes over the network against everything that goes wrong there: the exit code, one line that says what, and the same
/// as JSON. Words in braces are places of <see cref="BrokenPlaces"/>.
/// </summary>
public class FailureTests(BrokenPlaces places) : IClassFixture<BrokenPlaces>
{
    private const string Dropped = "no answer within 300 ms (filtered, or the host is down)";
    private const string Refused = "connection refused (nothing listens on that port)";

    public static TheoryData<string, int, string> Failures => new()
    {
        { "dns no-such-host.invalid --timeout 20", 3, "cannot resolve 'no-such-host.invalid'" },
        { "dns a.test --server no-such-host.invalid --timeout 20", 3, "cannot resolve 'no-such-host.invalid'" },
        { "dns a.test --server {closed} --timeout 300ms", 3, $"cannot resolve 'a.test' with {{closed}}: {Dropped}; is that a name server" },

        { "tcp {unknown} --timeout 20", 3, "; 'netbox dns no-such-host.invalid' asks again" },
        { "tcp {closed}", 3, $"cannot connect to {{closed}}: {Refused}; start what should listen" },
        { "tcp {dropped} --count 1 --timeout 300ms", 3, $"cannot connect to {{dropped}}: {Dropped}; let TCP port" },

        { "http {unknown} --timeout 20", 3, "GET http://{unknown}/ failed: the name " },
        { "http {closed}", 3, $"GET http://{{closed}}/ failed: {Refused}" },
        { "http {dropped} --timeout 300ms", 3, $"failed: {Dropped} while connecting" },
        { "http https://{othername}/", 3, "the TLS handshake failed" },
        { "http https://{othername}/", 3, "'netbox tls {othername}' tells why, --insecure looks all the same" },

        { "tls {unknown} --timeout 20", 3, "no TLS with {unknown}: the name " },
        { "tls {closed}", 3, $"no TLS with {{closed}}: {Refused}" },
        { "tls {dropped} --timeout 300ms", 3, $"no TLS with {{dropped}}: {Dropped}" },
        { "tls {othername}", 1, "the certificate is not for '127.0.0.1' but for redis.example" },

        { "path {unknown} --timeout 20", 3, "cannot resolve 'no-such-host.invalid'" },
        { "path {closed}", 3, Refused },
        { "path {dropped} --timeout 300ms", 3, Dropped },
        { "path {locked} {master}", 1, "-a PASSWORD or REDISCLI_AUTH sets the password" },
        { "path {master} {down}", 1, Refused },

        { "trace no-such-host.invalid --timeout 20", 3, "cannot resolve 'no-such-host.invalid'" },
        { "trace {dropped} --max-hops 2 --timeout 300ms", 3, "nobody answers at all" },

        { "latency {unknown} --timeout 20", 3, "no-such-host.invalid:6379: " },
        { "latency {closed}", 3, "connection refused" },
        { "latency {dropped} --timeout 300ms", 3, "{dropped}: " },
        { "latency {locked}", 3, "-a PASSWORD or REDISCLI_AUTH sets the password" },
        { "latency {locked} -a wrong", 3, "{locked}: " },
        { "latency {master} --count 1", 1, "{down}" },

        { "cluster info {unknown} --timeout 20", 3, "no-such-host.invalid:6379: " },
        { "cluster check {closed}", 3, "connection refused" },
        { "cluster nodes {dropped} --timeout 300ms", 3, "{dropped}: " },
        { "cluster info {locked} -a wrong", 3, "{locked}: " },
        { "cluster check {master}", 1, "{down}" },
        { "cluster call {locked} PING", 3, "the node asks for a password" },

        { "doctor {unknown} --timeout 20", 3, "the name 'no-such-host.invalid' does not resolve" },
        { "doctor {closed}", 3, "nothing answers there" },
        { "doctor {dropped} --timeout 300ms", 3, Dropped },
        { "doctor {locked} -a wrong", 3, "the password was not accepted" },
        { "doctor {master} --timeout 1", 1, "start it again" },
    };

    [Theory]
    [MemberData(nameof(Failures))]
    public async Task It_is_told_in_a_line_with_the_right_exit_code(string command, int expected, string message)
    {
        var arguments = places.Fill(command).Split(' ');
        var (exitCode, output, error) = await RunAsync(arguments);
        Assert.Equal(expected, exitCode);
        Assert.Contains(places.Fill(message), output + error);
        Assert.DoesNotContain("   at ", output + error);
        Assert.True(error.Length == 0 || (error.StartsWith("netbox: ", StringComparison.Ordinal) && error.IndexOf('\n', StringComparison.Ordinal) == error.Length - 1), error);

        (exitCode, output, _) = await RunAsync([.. arguments, "--json"]);
        Assert.Equal(expected, exitCode);
        using var document = JsonDocument.Parse(output);
        Assert.Equal(error.Length > 0, document.RootElement.TryGetProperty("error", out _));
    }
}

/// <summary>Places where something is wrong, and a cluster with a node that is down.</summary>
public sealed class BrokenPlaces : IAsyncLifetime
{
    private readonly FullListener _dropped = new();
    private readonly TlsServer _otherName = new("redis.example", DateTimeOffset.UtcNow.AddDays(-10), DateTimeOffset.UtcNow.AddDays(30));
    private readonly Dictionary<string, string> _places = [];
    private RedisServers? _cluster, _locked;

    public async ValueTask InitializeAsync()
    {
        _locked = await RedisServers.StartAsync(1, new RedisServersOptions { Arguments = ["--requirepass", "right"], Connection = new() { Password = "right" } });
        _cluster = await RedisServers.StartClusterAsync(3, 0, "--cluster-node-timeout", "1000");
        await _cluster[2].KillAsync();
        _places["{unknown}"] = "no-such-host.invalid:6379";
        _places["{closed}"] = Local(1);
        _places["{dropped}"] = Local(_dropped.Port);
        _places["{othername}"] = Local(_otherName.Port);
        _places["{locked}"] = _locked[0].Endpoint.ToClientString();
        _places["{master}"] = _cluster[0].Endpoint.ToClientString();
        _places["{down}"] = _cluster[2].Endpoint.ToClientString();
    }

    public async ValueTask DisposeAsync()
    {
        _dropped.Dispose();
        await _otherName.DisposeAsync();
        if (_cluster is not null)
        {
            await _cluster.DisposeAsync();
        }

        if (_locked is not null)
        {
            await _locked.DisposeAsync();
        }
    }

    public string Fill(string text) => _places.Aggregate(text, (filled, place) => filled.Replace(place.Key, place.Value, StringComparison.Ordinal));

    private static string Local(int port) => string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{port}");
}
