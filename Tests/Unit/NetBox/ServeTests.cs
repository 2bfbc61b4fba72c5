using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Time.Testing;
using NetBox.Tools;
using NetBox.Tools.Serve;

namespace Unit.NetBox;

public class ServeTests
{
    private static readonly string[] Loopback = ["http://127.0.0.1:5081"];
    private static readonly string[] Everywhere = ["http://[::]:8080"];

    [Fact]
    public void Listens_where_it_is_told_to()
    {
        Assert.Equal(["http://127.0.0.1:1"], Listen("http://127.0.0.1:1", ("ASPNETCORE_URLS", "http://b:2")).Urls);
        Assert.Equal(["http://b:2", "http://c:3"], Listen(null, ("ASPNETCORE_URLS", "http://b:2;http://c:3"), ("HTTP_PORTS", "4")).Urls);
        Assert.Equal(["http://*:8080"], Listen(null, ("HTTP_PORTS", "8080")).Urls);
        Assert.Equal(["http://*:8080"], Listen(null, ("ASPNETCORE_HTTP_PORTS", "8080")).Urls);
        Assert.Equal(["http://127.0.0.1:5081"], Listen(null).Urls);
        Assert.False(Listen(null).Asked);
        Assert.True(Listen("http://127.0.0.1:5081").Asked);
    }

    [Theory]
    [InlineData("nonsense")]
    [InlineData("ftp://127.0.0.1:1")]
    [InlineData("http://127.0.0.1:1/path")]
    public void Refuses_other_urls(string url) => Assert.Equal(ExitCode.Usage, Assert.Throws<NetBoxException>(() => Listen(url)).Code);

    [Theory]
    [InlineData("http://127.0.0.1:5081", true)]
    [InlineData("http://localhost:5081", true)]
    [InlineData("http://[::1]:5081", true)]
    [InlineData("http://0.0.0.0:5081", false)]
    [InlineData("http://[::]:5081", false)]
    [InlineData("http://*:5081", false)]
    [InlineData("http://10.0.0.1:5081", false)]
    public void Knows_loopback(string url, bool loopback) => Assert.Equal(loopback, ListenAddresses.IsLoopback(url));

    [Fact]
    public void On_loopback_local_programs_and_the_own_page_may_probe()
    {
        var gate = new ProbeGate(null) { Listening = Loopback };
        Assert.Null(gate.RefuseProbing(Request("localhost:5081")));
        Assert.Null(gate.RefuseProbing(Request("127.0.0.1:5081", ("Sec-Fetch-Site", "same-origin"), ("Origin", "http://127.0.0.1:5081"))));
        Assert.Null(gate.RefuseProbing(Request("[::1]:5081")));
    }

    [Theory]
    [InlineData("localhost:5081", "Sec-Fetch-Site", "cross-site")]
    [InlineData("localhost:5081", "Sec-Fetch-Site", "same-site")]
    [InlineData("localhost:5081", "Origin", "http://evil.example")]
    [InlineData("localhost:5081", "Origin", "http://localhost:5082")]
    [InlineData("localhost:5081", "Origin", "null")]
    [InlineData("evil.example:5081", "X-Nothing", "")]
    [InlineData("localhost.evil.example:5081", "X-Nothing", "")]
    public void Other_sites_may_neither_probe_nor_read(string host, string header, string value)
    {
        var gate = new ProbeGate(null) { Listening = Loopback };
        Assert.NotNull(gate.RefuseProbing(Request(host, (header, value))));
        Assert.NotNull(gate.RefuseReading(Request(host, (header, value))));
    }

    [Fact]
    public void Where_others_can_connect_probes_are_off_without_a_token()
    {
        var off = new ProbeGate(null) { Listening = Everywhere };
        Assert.Contains("NETBOX_PROBE_TOKEN", off.RefuseProbing(Request("netbox:8080")));
        Assert.Null(off.RefuseReading(Request("netbox:8080")));

        var guarded = new ProbeGate("s3cret") { Listening = Everywhere };
        Assert.NotNull(guarded.RefuseProbing(Request("netbox:8080")));
        Assert.NotNull(guarded.RefuseProbing(Request("netbox:8080", ("Authorization", "Bearer wrong"))));
        Assert.Null(guarded.RefuseProbing(Request("netbox:8080", ("Authorization", "Bearer s3cret"))));
        Assert.NotNull(guarded.RefuseProbing(Request("netbox:8080", ("Authorization", "Bearer s3cret"), ("Origin", "http://evil.example"))));
    }

    [Fact]
    public void Before_it_is_known_where_it_listens_nobody_may_probe() =>
        Assert.NotNull(new ProbeGate(null).RefuseProbing(Request("localhost:5081")));

    [Fact]
    public async Task Viewers_share_one_observation_per_second()
    {
        var time = new FakeTimeProvider();
        var asked = 0;
        using var cache = new ObservationCache(_ => Task.FromResult(SampleCluster.Healthy() with { Time = SampleCluster.Time.AddSeconds(Interlocked.Increment(ref asked)) }), time);
        var seen = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => cache.GetAsync(CancellationToken.None)));
        Assert.Equal(1, asked);
        Assert.Single(seen.Distinct());

        time.Advance(ObservationCache.MaximumAge - TimeSpan.FromMilliseconds(1));
        await cache.GetAsync(CancellationToken.None);
        Assert.Equal(1, asked);

        time.Advance(TimeSpan.FromMilliseconds(1));
        await cache.GetAsync(CancellationToken.None);
        Assert.Equal(2, asked);
    }

    [Fact]
    public async Task A_slow_observation_is_not_started_twice_and_a_viewer_who_leaves_does_not_end_it()
    {
        var time = new FakeTimeProvider();
        var asked = 0;
        var answer = new TaskCompletionSource();
        using var cache = new ObservationCache(
            async _ =>
            {
                Interlocked.Increment(ref asked);
                await answer.Task;
                return SampleCluster.Healthy();
            },
            time);
        using var leaves = new CancellationTokenSource();
        var first = cache.GetAsync(leaves.Token);
        time.Advance(TimeSpan.FromMinutes(1));
        var second = cache.GetAsync(CancellationToken.None);
        await leaves.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first);
        answer.SetResult();
        Assert.Equal(6, (await second).Nodes.Length);
        Assert.Equal(1, asked);
    }

    [Fact]
    public void The_page_is_self_contained_and_its_policy_lets_just_its_own_code_run()
    {
        var page = PageContent.Load();
        Assert.DoesNotContain("/*s", page.Html.Replace("/**", ""));
        Assert.DoesNotContain("src=", page.Html);
        Assert.DoesNotContain("innerHTML =", page.Html);
        foreach (var (tag, directive) in (ReadOnlySpan<(string, string)>)[("style", "style-src"), ("script", "script-src")])
        {
            var start = page.Html.IndexOf($"<{tag}>", StringComparison.Ordinal) + tag.Length + 2;
            var code = page.Html[start..page.Html.IndexOf($"</{tag}>", start, StringComparison.Ordinal)];
            Assert.True(code.Length > 1000);
            Assert.Contains($"{directive} 'sha256-{Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(code)))}'", page.Policy);
        }
    }

    private static ListenAddresses Listen(string? option, params (string Name, string Value)[] environment) =>
        ListenAddresses.From(option, name => environment.FirstOrDefault(e => e.Name == name).Value);

    private static HttpRequest Request(string host, params (string Name, string Value)[] headers)
    {
        var request = new DefaultHttpContext().Request;
        request.Scheme = "http";
        request.Host = new HostString(host);
        foreach (var (name, value) in headers)
        {
            request.Headers[name] = value;
        }

        return request;
    }
}
