using System.Net;
using System.Text.Json;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.OpenApi;
using NetBox.Tools;
using NetBox.Tools.Serve;

namespace Unit.NetBox.Serve;

public class ServeAppTests
{
    private const string Secret = "0123456789abcdef";

    [Fact]
    public async Task Every_endpoint_is_in_the_document_with_a_summary()
    {
        await using var serve = await RunningServe.StartAsync();
        var (status, document) = await serve.GetAsync("/openapi/v1.json");
        Assert.Equal(HttpStatusCode.OK, status);
        var served = serve.App.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
            .Where(endpoint => endpoint.RoutePattern.RawText!.StartsWith("/api", StringComparison.Ordinal))
            .SelectMany(endpoint => endpoint.Metadata.GetRequiredMetadata<HttpMethodMetadata>().HttpMethods.Select(method => $"{method} {endpoint.RoutePattern.RawText}"))
            .Order().ToList();
        var told = document.GetProperty("paths").EnumerateObject().SelectMany(path => path.Value.EnumerateObject().Select(operation =>
        {
            Assert.NotEqual("", operation.Value.GetProperty("summary").GetString());
            return $"{operation.Name.ToUpperInvariant()} {path.Name}";
        })).Order().ToList();
        Assert.Equal(served, told);
        Assert.Contains("GET /api/topology", told);
        Assert.Equal("bearer", document.GetProperty("components").GetProperty("securitySchemes").GetProperty("token").GetProperty("scheme").GetString());
        Assert.Contains("X-Netbox-Antiforgery", document.GetProperty("info").GetProperty("description").GetString());
    }

    [Fact]
    public async Task The_document_is_valid_and_what_is_answered_is_what_it_says()
    {
        await using var serve = await RunningServe.StartAsync();
        var (_, document) = await serve.GetAsync("/openapi/v1.json");
        Assert.Empty(OpenApiDocument.Parse(document.GetRawText(), "json").Diagnostic?.Errors ?? []);
        var schemas = document.GetProperty("components").GetProperty("schemas");
        var asked = 0;
        foreach (var path in document.GetProperty("paths").EnumerateObject().Where(path => path.Value.TryGetProperty("get", out _) && path.Name != "/api/events"))
        {
            var operation = path.Value.GetProperty("get");
            if (operation.TryGetProperty("parameters", out var parameters) && parameters.EnumerateArray().Any(parameter => parameter.TryGetProperty("required", out var required) && required.GetBoolean()))
            {
                continue;
            }

            var (status, body) = await serve.GetAsync(path.Name);
            Assert.Equal(HttpStatusCode.OK, status);
            var schema = operation.GetProperty("responses").GetProperty("200").GetProperty("content").GetProperty("application/json").GetProperty("schema");
            if (schema.TryGetProperty("$ref", out var reference))
            {
                var told = schemas.GetProperty(reference.GetString()!.Split('/')[^1]).GetProperty("properties").EnumerateObject().Select(property => property.Name);
                Assert.Equal(told.Order(), body.EnumerateObject().Select(property => property.Name).Order());
            }
            else
            {
                Assert.Equal(("array", JsonValueKind.Array), (schema.GetProperty("type").GetString(), body.ValueKind));
            }

            asked++;
        }

        Assert.Equal(11, asked);
    }

    [Fact]
    public async Task Failures_are_problems_in_one_line()
    {
        await using var serve = await RunningServe.StartAsync(adjust: sources => sources with { Examine = _ => throw NetBoxException.Unreachable("nobody there") });
        var (status, problem) = await serve.GetAsync("/api/findings");
        Assert.Equal(HttpStatusCode.BadGateway, status);
        Assert.Equal(("nobody there", "unreachable", 3), (problem.GetProperty("detail").GetString(), problem.GetProperty("code").GetString(), problem.GetProperty("exitCode").GetInt32()));

        await using var broken = await RunningServe.StartAsync(adjust: sources => sources with { Examine = _ => throw new InvalidOperationException("broken\nby a bug") });
        (status, problem) = await broken.GetAsync("/api/findings");
        Assert.Equal((HttpStatusCode.InternalServerError, "netbox itself failed: broken by a bug"), (status, problem.GetProperty("detail").GetString()));

        (status, problem) = await serve.GetAsync("/api/tcp?target=nonsense");
        Assert.Equal((HttpStatusCode.BadRequest, "usage"), (status, problem.GetProperty("code").GetString()));

        (status, problem) = await serve.GetAsync("/api/tcp");
        Assert.Equal(HttpStatusCode.BadRequest, status);
        Assert.Contains("target", problem.GetProperty("detail").GetString());

        (status, problem) = await serve.GetAsync("/api/nothing");
        Assert.Equal((HttpStatusCode.NotFound, 404), (status, problem.GetProperty("status").GetInt32()));
    }

    [Fact]
    public async Task With_a_token_only_health_and_the_empty_page_are_open()
    {
        await using var serve = await RunningServe.StartAsync(Secret);
        foreach (var open in (string[])["/health", "/alive", "/", "/page/page.css"])
        {
            using var response = await serve.Client.GetAsync(open, TestContext.Current.CancellationToken);
            Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        }

        foreach (var closed in (string[])["/api/cluster", "/api/events", "/api/session", "/openapi/v1.json", "/api/nothing"])
        {
            Assert.Equal(HttpStatusCode.Unauthorized, (await serve.GetAsync(closed)).Status);
        }

        Assert.Equal(HttpStatusCode.Unauthorized, (await serve.AskAsync(HttpMethod.Post, "/api/session", new { token = "wrong" })).Status);
        Assert.Equal(HttpStatusCode.Unauthorized, (await serve.GetAsync("/api/cluster")).Status);
        Assert.Equal(HttpStatusCode.NoContent, (await serve.AskAsync(HttpMethod.Post, "/api/session", new { token = Secret })).Status);
        var cookie = Assert.Single(serve.Cookies.GetAllCookies());
        Assert.True(cookie.HttpOnly);
        Assert.DoesNotContain(Secret, cookie.Value);
        Assert.Equal(HttpStatusCode.OK, (await serve.GetAsync("/api/cluster")).Status);

        var (_, session) = await serve.GetAsync("/api/session");
        Assert.True(session.GetProperty("asksForToken").GetBoolean());
        Assert.Equal(HttpStatusCode.BadRequest, (await serve.AskAsync(HttpMethod.Delete, "/api/nothing")).Status);
        var header = (session.GetProperty("antiforgeryHeader").GetString()!, session.GetProperty("antiforgeryToken").GetString()!);
        Assert.Equal(HttpStatusCode.NotFound, (await serve.AskAsync(HttpMethod.Delete, "/api/nothing", null, header)).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await serve.AskAsync(HttpMethod.Delete, "/api/nothing", null, ("Authorization", $"Bearer {Secret}"))).Status);
        Assert.Equal(HttpStatusCode.Forbidden, (await serve.AskAsync(HttpMethod.Delete, "/api/nothing", null, header, ("Origin", "http://evil.example"))).Status);

        Assert.Equal(HttpStatusCode.NoContent, (await serve.AskAsync(HttpMethod.Delete, "/api/session")).Status);
        Assert.Equal(HttpStatusCode.Unauthorized, (await serve.GetAsync("/api/cluster")).Status);
    }

    [Fact]
    public async Task Events_come_as_they_happen_and_say_where_to_go_on()
    {
        await using var serve = await RunningServe.StartAsync();
        using var stream = new StreamReader(await serve.Client.GetStreamAsync("/api/events", TestContext.Current.CancellationToken));
        var seen = new List<string>();
        while (!seen.Exists(line => line.StartsWith("data: {\"takenAt\"", StringComparison.Ordinal)))
        {
            seen.Add((await stream.ReadLineAsync(TestContext.Current.CancellationToken))!);
        }

        Assert.Equal("event: hello", seen[0]);
        Assert.Contains("event: picture", seen);
        while (!seen[^1].StartsWith("id: ", StringComparison.Ordinal))
        {
            seen.Add((await stream.ReadLineAsync(TestContext.Current.CancellationToken))!);
        }
    }

    [Fact]
    public void The_page_is_self_contained_and_small_files_make_it()
    {
        Assert.Contains("page.html", PageFiles.All.Keys);
        foreach (var (name, (_, content)) in PageFiles.All)
        {
            var text = System.Text.Encoding.UTF8.GetString(content);
            Assert.DoesNotContain("http://", text.Replace("http://www.w3.org/2000/svg", "", StringComparison.Ordinal).Replace("http://localhost", "", StringComparison.Ordinal));
            Assert.DoesNotContain("https://", text);
            Assert.DoesNotContain("innerHTML =", text);
            Assert.DoesNotContain("style=\"", text);
            Assert.True(text.Split('\n').Length <= 301, $"{name} is long");
        }
    }
}
