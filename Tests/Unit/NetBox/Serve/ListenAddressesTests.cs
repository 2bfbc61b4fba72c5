using NetBox.Tools;
using NetBox.Tools.Serve;

namespace Unit.NetBox.Serve;

public class ListenAddressesTests
{
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

    private static ListenAddresses Listen(string? option, params (string Name, string Value)[] environment) =>
        ListenAddresses.From(option, name => environment.FirstOrDefault(e => e.Name == name).Value);
}
