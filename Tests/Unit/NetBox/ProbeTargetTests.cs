using NetBox.Tools;
using NetBox.Tools.Probes;

namespace Unit.NetBox;

public class ProbeTargetTests
{
    [Theory]
    [InlineData("localhost:6379", "localhost", 6379)]
    [InlineData("10.0.0.1:1", "10.0.0.1", 1)]
    [InlineData("[::1]:65535", "::1", 65535)]
    public void Reads_host_and_port(string text, string host, int port)
    {
        var target = ProbeTarget.Parse(text);
        Assert.Equal(new ProbeTarget(host, port), target);
        Assert.Equal(text, target.ToString());
    }

    [Theory]
    [InlineData("")]
    [InlineData("localhost")]
    [InlineData(":6379")]
    [InlineData("localhost:")]
    [InlineData("localhost:0")]
    [InlineData("localhost:65536")]
    [InlineData("localhost:http")]
    [InlineData("::1:6379")]
    public void Refuses_the_rest_as_bad_usage(string text)
    {
        var fault = Assert.Throws<NetBoxException>(() => ProbeTarget.Parse(text));
        Assert.Equal(ExitCode.Usage, fault.Code);
        Assert.DoesNotContain('\n', fault.Message);
        Assert.Contains($"'{text}'", fault.Message);
    }

    [Fact]
    public void Refuses_a_name_that_no_resolver_takes() => Assert.Equal(
        (ExitCode.Usage, $"'{new string('a', 20)}...' is too long for a host name (256 characters)"),
        Assert.Throws<NetBoxException>(() => ProbeTarget.Parse($"{new string('a', 256)}:80")) is var fault ? (fault.Code, fault.Message) : default);

    [Theory]
    [InlineData("localhost:5080", "http://localhost:5080/")]
    [InlineData("http://hit-counter/count?x=1", "http://hit-counter/count?x=1")]
    [InlineData("https://[::1]:8443/", "https://[::1]:8443/")]
    public void Reads_urls(string text, string url) => Assert.Equal(url, HttpOrder.ParseUrl(text).ToString());

    [Theory]
    [InlineData("")]
    [InlineData("ftp://host/")]
    [InlineData("file:///etc/passwd")]
    [InlineData("http://")]
    [InlineData("http://host:99999/")]
    public void Refuses_other_urls(string text) =>
        Assert.Equal(ExitCode.Usage, Assert.Throws<NetBoxException>(() => HttpOrder.ParseUrl(text)).Code);

    [Fact]
    public void A_service_name_means_the_address_the_app_host_gave()
    {
        var services = new ServiceNames([new("services__hit-counter__http__0", "http://localhost:5080"), new("services__other__http__1", "http://localhost:1"), new("PATH", "/bin")]);
        Assert.Equal("http://localhost:5080/count", services.Resolve(new Uri("http://hit-counter/count")).ToString());
        Assert.Equal("http://hit-counter:8080/", services.Resolve(new Uri("http://hit-counter:8080/")).ToString());
        Assert.Equal("https://hit-counter/", services.Resolve(new Uri("https://hit-counter/")).ToString());
        Assert.Equal(["http://hit-counter"], services.Known);
    }

    [Theory]
    [InlineData("Accept: text/plain", "Accept", "text/plain")]
    [InlineData("X-Empty:", "X-Empty", "")]
    [InlineData("Host: a:1", "Host", "a:1")]
    public void Reads_headers(string text, string name, string value) => Assert.Equal((name, value), HttpOrder.ParseHeader(text));

    [Theory]
    [InlineData("")]
    [InlineData("Accept")]
    [InlineData(": x")]
    [InlineData("A b: c")]
    [InlineData("A: b\r\nC: d")]
    public void Refuses_what_is_no_header(string text) =>
        Assert.Equal(ExitCode.Usage, Assert.Throws<NetBoxException>(() => HttpOrder.ParseHeader(text)).Code);

    [Theory]
    [InlineData("10.0.0.10", "10.0.0.10", null)]
    [InlineData("10.0.0.10:5353", "10.0.0.10", 5353)]
    [InlineData("kube-dns", "kube-dns", null)]
    [InlineData("kube-dns:5353", "kube-dns", 5353)]
    [InlineData("fd00::a", "fd00::a", null)]
    [InlineData("[fd00::a]", "fd00::a", null)]
    [InlineData("[fd00::a]:5353", "fd00::a", 5353)]
    public void Reads_a_host_with_or_without_port(string text, string host, int? port) => Assert.Equal((host, port), ProbeTarget.ParseHost(text));

    [Theory]
    [InlineData("")]
    [InlineData("kube-dns:")]
    [InlineData("a b")]
    [InlineData("kube-dns:dns")]
    public void Refuses_what_is_no_host(string text) =>
        Assert.Equal(ExitCode.Usage, Assert.Throws<NetBoxException>(() => ProbeTarget.ParseHost(text)).Code);

    [Fact]
    public void Types_of_records_may_be_written_together_or_apart()
    {
        Assert.Equal(["SRV", "A", "TXT"], DnsRecordProbe.ReadTypes(["srv,A", "txt", "a"], isAddress: false));
        Assert.Equal(["A", "AAAA"], DnsRecordProbe.ReadTypes([], isAddress: false));
        Assert.Equal(["PTR"], DnsRecordProbe.ReadTypes([], isAddress: true));
        Assert.Contains("'BOGUS'", Assert.Throws<NetBoxException>(() => DnsRecordProbe.ReadTypes(["A,bogus"], isAddress: false)).Message);
    }
}
