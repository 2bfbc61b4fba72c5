using Microsoft.AspNetCore.Http;
using NetBox.Tools;
using NetBox.Tools.Serve.Access;

namespace Unit.NetBox.Serve;

public class AccessGateTests
{
    private const string Secret = "0123456789abcdef";
    private static readonly string[] Loopback = ["http://127.0.0.1:5081"];
    private static readonly string[] Everywhere = ["http://[::]:8080"];

    [Fact]
    public void On_loopback_local_programs_and_the_own_page_are_served()
    {
        var gate = Gate(null, Loopback);
        foreach (var request in (HttpRequest[])[
            Request("localhost:5081"),
            Request("127.0.0.1:5081", ("Sec-Fetch-Site", "same-origin"), ("Origin", "http://127.0.0.1:5081")),
            Request("[::1]:5081")])
        {
            Assert.Null(gate.RefuseOrigin(request));
            Assert.True(gate.Knows(request));
        }
    }

    [Theory]
    [InlineData("localhost:5081", "Sec-Fetch-Site", "cross-site")]
    [InlineData("localhost:5081", "Sec-Fetch-Site", "same-site")]
    [InlineData("localhost:5081", "Origin", "http://evil.example")]
    [InlineData("localhost:5081", "Origin", "http://localhost:5082")]
    [InlineData("localhost:5081", "Origin", "null")]
    [InlineData("evil.example:5081", "X-Nothing", "")]
    [InlineData("localhost.evil.example:5081", "X-Nothing", "")]
    public void Other_sites_are_not(string host, string header, string value)
    {
        Assert.NotNull(Gate(null, Loopback).RefuseOrigin(Request(host, (header, value))));
        Assert.NotNull(Gate(Secret, Loopback).RefuseOrigin(Request(host, (header, value), ("Authorization", $"Bearer {Secret}"))));
    }

    [Fact]
    public void Behind_a_proxy_with_a_name_of_its_own_the_browser_tells_the_own_page_from_others()
    {
        var gate = Gate(Secret, Everywhere);
        Assert.Null(gate.RefuseOrigin(Request("netbox:8080", ("Origin", "https://netbox.example"), ("Sec-Fetch-Site", "same-origin"))));
        Assert.NotNull(gate.RefuseOrigin(Request("netbox:8080", ("Origin", "https://evil.example"), ("Sec-Fetch-Site", "cross-site"))));
        Assert.NotNull(gate.RefuseOrigin(Request("netbox:8080", ("Origin", "https://netbox.example"))));
        Assert.NotNull(Gate(null, Loopback).RefuseOrigin(Request("evil.example:5081", ("Origin", "http://evil.example:5081"), ("Sec-Fetch-Site", "same-origin"))));
    }

    [Fact]
    public void Where_others_can_connect_the_token_is_wanted()
    {
        foreach (var gate in (AccessGate[])[Gate(null, Everywhere), Gate(Secret, Everywhere), Gate(Secret, Loopback), Gate(null, [.. Loopback, .. Everywhere])])
        {
            var host = gate.IsLocal ? "localhost:5081" : "netbox:8080";
            Assert.True(gate.AsksForToken);
            Assert.False(gate.Knows(Request(host)));
            Assert.False(gate.Knows(Request(host, ("Authorization", "Bearer wrong"))));
            Assert.False(gate.Knows(Request(host, ("Authorization", gate.Token.Text))));
            Assert.False(gate.Knows(Request(host, ("Cookie", $"{gate.Token.CookieName}=wrong"))));
            Assert.False(gate.Knows(Request(host, ("Cookie", $"{gate.Token.CookieName}={gate.Token.Text}"))));
            Assert.True(gate.Knows(Request(host, ("Authorization", $"bearer {gate.Token.Text}"))));
            Assert.True(gate.Knows(Request(host, ("Cookie", $"{gate.Token.CookieName}={gate.Token.Session}"))));
            Assert.NotNull(gate.RefuseOrigin(Request(host, ("Origin", "http://evil.example"))));
        }
    }

    [Fact]
    public void Before_it_is_known_where_it_listens_the_token_is_wanted() => Assert.False(Gate(null, []).Knows(Request("localhost:5081")));

    [Fact]
    public void A_token_makes_the_same_session_everywhere_and_another_one_another()
    {
        var (one, same, other) = (AccessToken.From(Secret), AccessToken.From($" {Secret}\n"), AccessToken.From(null));
        Assert.Equal((one.Session, one.CookieName), (same.Session, same.CookieName));
        Assert.NotEqual(one.Session, other.Session);
        Assert.DoesNotContain(Secret, one.Session);
        Assert.NotEqual(other.Text, AccessToken.From("").Text);
        Assert.False(other.IsConfigured);
    }

    [Fact]
    public void A_token_that_can_be_guessed_is_refused() => Assert.Equal(ExitCode.Usage, Assert.Throws<NetBoxException>(() => AccessToken.From("s3cret")).Code);

    private static AccessGate Gate(string? token, string[] listening) => new(AccessToken.From(token)) { Listening = listening };

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
