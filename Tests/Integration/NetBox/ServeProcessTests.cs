using System.Net;
using System.Text.Json;
using Integration.Support;
using Integration.Worker;

namespace Integration.NetBox;

/// <summary>netbox serve as the process an AppHost starts.</summary>
public class ServeProcessTests
{
    [Fact]
    public async Task Serves_the_page_and_the_endpoints()
    {
        await using var servers = await RedisServers.StartClusterAsync(3, 0);
        using var netbox = ToolProcess.Start(
            "netbox",
            ["serve"],
            ("ConnectionStrings__redis-cluster", string.Join(',', servers.Endpoints.Select(e => e.ToClientString()))),
            ("ASPNETCORE_URLS", "http://127.0.0.1:0"));
        using var client = new HttpClient { BaseAddress = await UrlAsync(netbox) };

        Assert.Equal("Healthy", await client.GetStringAsync("/health", Token));
        Assert.Equal("Healthy", await client.GetStringAsync("/alive", Token));

        using var page = await client.GetAsync("/", Token);
        Assert.Equal("text/html", page.Content.Headers.ContentType?.MediaType);
        Assert.Contains("default-src 'none'", Assert.Single(page.Headers.GetValues("Content-Security-Policy")));

        var cluster = JsonDocument.Parse(await client.GetStringAsync("/api/cluster", Token)).RootElement;
        Assert.Equal("ok", cluster.GetProperty("info").GetProperty("state").GetString());
        Assert.Equal(3, cluster.GetProperty("nodes").GetProperty("nodes").GetArrayLength());
        Assert.True(cluster.GetProperty("check").GetProperty("healthy").GetBoolean());
        foreach (var part in (string[])["info", "nodes", "check"])
        {
            Assert.Equal(HttpStatusCode.OK, (await client.GetAsync($"/api/cluster/{part}", Token)).StatusCode);
        }

        var target = Uri.EscapeDataString(servers[0].Endpoint.ToClientString());
        Assert.Equal(3, JsonDocument.Parse(await client.GetStringAsync($"/api/tcp?target={target}", Token)).RootElement.GetProperty("summary").GetProperty("ok").GetInt32());
        Assert.Equal(HttpStatusCode.OK, (await client.GetAsync($"/api/http?url={client.BaseAddress}alive", Token)).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await client.GetAsync("/api/dns?name=localhost", Token)).StatusCode);
        Assert.Equal(HttpStatusCode.BadGateway, (await client.GetAsync("/api/dns?name=no-such-name.invalid", Token)).StatusCode);
        Assert.Equal(HttpStatusCode.BadRequest, (await client.GetAsync("/api/tcp?target=nonsense", Token)).StatusCode);

        using var foreign = new HttpRequestMessage(HttpMethod.Get, $"/api/tcp?target={target}");
        foreign.Headers.Add("Origin", "http://evil.example");
        Assert.Equal(HttpStatusCode.Forbidden, (await client.SendAsync(foreign, Token)).StatusCode);

        foreach (var server in servers.Servers)
        {
            await server.KillAsync();
        }

        // A look that is a moment old is answered again.
        await Eventually.TrueAsync(
            async () => (await client.GetAsync("/api/cluster", Token)).StatusCode != HttpStatusCode.OK, TimeSpan.FromSeconds(60), "nodes that are gone are missed");
        using var away = await client.GetAsync("/api/cluster", Token);
        Assert.Equal(HttpStatusCode.BadGateway, away.StatusCode);
        Assert.Equal("unreachable", JsonDocument.Parse(await away.Content.ReadAsStringAsync(Token)).RootElement.GetProperty("code").GetString());

        netbox.Terminate();
        var (exitCode, _, error) = await netbox.EndAsync();
        Assert.Equal((0, ""), (exitCode, error));
    }

    [Fact]
    public async Task Where_others_can_connect_a_token_is_wanted_and_printed_unless_it_was_chosen()
    {
        using var chosen = ToolProcess.Start("netbox", ["serve"], ("HTTP_PORTS", "0"), ("NETBOX_TOKEN", "0123456789abcdef"));
        using var made = ToolProcess.Start("netbox", ["serve"], ("HTTP_PORTS", "0"));
        const string Mark = "/#token=";
        var output = await made.WaitForOutputAsync(text => text.Contains(Mark, StringComparison.Ordinal) && text.EndsWith('\n'));
        var token = output[(output.IndexOf(Mark, StringComparison.Ordinal) + Mark.Length)..].Split(' ')[0];
        foreach (var (netbox, bearer) in ((ToolProcess, string)[])[(made, token), (chosen, "0123456789abcdef")])
        {
            using var client = new HttpClient { BaseAddress = await UrlAsync(netbox) };
            Assert.Equal(HttpStatusCode.OK, (await client.GetAsync("/health", Token)).StatusCode);
            Assert.Equal(HttpStatusCode.Unauthorized, (await client.GetAsync("/api/services", Token)).StatusCode);
            client.DefaultRequestHeaders.Authorization = new("Bearer", bearer);
            Assert.Equal(HttpStatusCode.OK, (await client.GetAsync("/api/services", Token)).StatusCode);
            Assert.Equal(HttpStatusCode.BadRequest, (await client.GetAsync("/api/cluster", Token)).StatusCode);
        }

        Assert.DoesNotContain("0123456789abcdef", chosen.Output);
    }

    [Fact]
    public async Task A_port_in_use_is_told_with_its_owner()
    {
        using var first = ToolProcess.Start("netbox", ["serve", "--urls", "http://127.0.0.1:0"]);
        var url = await UrlAsync(first);
        var (exitCode, output, error) = await ToolProcess.RunAsync("netbox", ["serve", "--urls", $"http://127.0.0.1:{url.Port}"]);
        Assert.Equal((2, ""), (exitCode, output));
        Assert.StartsWith($"netbox: cannot listen on http://127.0.0.1:{url.Port}: the port is in use", Assert.Single(error.TrimEnd().Split('\n')));
        if (OperatingSystem.IsLinux())
        {
            Assert.Contains($"(pid {first.Id})", error);
        }
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private static async Task<Uri> UrlAsync(ToolProcess netbox)
    {
        const string Prefix = "netbox: ";
        var output = await netbox.WaitForOutputAsync(text => text.Contains(Prefix, StringComparison.Ordinal) && text.EndsWith('\n'));
        return new Uri(output[Prefix.Length..].Split('\n')[0].Replace("[::]", "127.0.0.1", StringComparison.Ordinal));
    }
}
