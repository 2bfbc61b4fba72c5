using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;

namespace Offline.Tests.Manifest;

/// <summary>What the same calls give a resource when it is started.</summary>
public class RunModeTests
{
    [Fact]
    public async Task A_reference_to_redis_injects_the_connection_string_and_its_parts()
    {
        var builder = Builder();
        var cache = builder.AddRedis("cache", password: builder.AddParameter("pw", "p w", secret: true));
        Allocate(cache.Resource, "tcp", 6390);
        var tool = builder.AddExecutable("tool", "tool", ".").WithReference(cache);

        var variables = await EnvironmentAsync(tool.Resource);
        Assert.Equal("localhost:6390,password=p w", variables["ConnectionStrings__cache"]);
        Assert.Equal("localhost", variables["CACHE_HOST"]);
        Assert.Equal("6390", variables["CACHE_PORT"]);
        Assert.Equal("p w", variables["CACHE_PASSWORD"]);
        Assert.Equal("redis://:p%20w@localhost:6390", variables["CACHE_URI"]);
    }

    [Fact]
    public async Task A_reference_to_an_endpoint_injects_its_url_twice()
    {
        var builder = Builder();
        var node = builder.AddContainer("node-0", "redis").WithEndpoint(targetPort: 6379, name: "tcp", scheme: "tcp");
        Allocate(node.Resource, "tcp", 33925);
        var tool = builder.AddExecutable("tool", "tool", ".").WithReference(node.GetEndpoint("tcp"));

        var variables = await EnvironmentAsync(tool.Resource);
        Assert.Equal("tcp://localhost:33925", variables["NODE_0_TCP"]);
        Assert.Equal("tcp://localhost:33925", variables["services__node-0__tcp__0"]);
    }

    [Fact]
    public async Task A_project_listens_where_its_launch_profile_says()
    {
        var builder = Builder();
        var project = builder.AddProject<WideModel.First>("first").Resource;
        var endpoint = Assert.Single(project.Annotations.OfType<EndpointAnnotation>());
        Assert.Equal((5123, "http", true), (endpoint.Port, endpoint.Name, endpoint.IsProxied));
        endpoint.AllocatedEndpoint = new AllocatedEndpoint(endpoint, "localhost", 5123, targetPortExpression: "40001");

        var variables = await EnvironmentAsync(project);
        Assert.Equal("http://localhost:40001", variables["ASPNETCORE_URLS"]);
        Assert.Equal("Development", variables["ASPNETCORE_ENVIRONMENT"]);
        Assert.Equal("http", variables["DOTNET_LAUNCH_PROFILE"]);
    }

    [Fact]
    public async Task A_parameter_takes_the_configured_value_and_says_which_key_is_missing()
    {
        var builder = Builder();
        builder.Configuration["Parameters:my_name"] = "value";
        Assert.Equal("value", await builder.AddParameter("my-name").Resource.GetValueAsync(TestContext.Current.CancellationToken));
        var missing = builder.AddParameter("other").Resource;
        Assert.Contains("'Parameters:other'", (await Assert.ThrowsAsync<MissingParameterValueException>(async () => await missing.GetValueAsync(TestContext.Current.CancellationToken))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_generated_password_keeps_to_its_rules()
    {
        var parameter = ParameterResourceBuilderExtensions.CreateDefaultPasswordParameter(Builder(), "generated", special: false, minNumeric: 4);
        var value = await parameter.GetValueAsync(TestContext.Current.CancellationToken);
        Assert.Equal(22, value!.Length);
        Assert.All(value, c => Assert.True(char.IsAsciiLetterOrDigit(c)));
        Assert.True(value.Count(char.IsAsciiDigit) >= 4);
    }

    [Theory]
    [InlineData("1st", "start with an ASCII letter")]
    [InlineData("a--b", "consecutive hyphens")]
    [InlineData("a_b", "ASCII letters, digits, and hyphens")]
    [InlineData("a-", "end with a hyphen")]
    public void A_bad_name_is_refused_with_the_reason(string name, string reason) =>
        Assert.Contains(reason, Assert.Throws<ArgumentException>(() => Builder().AddContainer(name, "redis")).Message, StringComparison.Ordinal);

    [Fact]
    public void A_name_is_taken_once_whatever_its_case()
    {
        var builder = Builder();
        builder.AddContainer("node", "redis");
        Assert.Throws<DistributedApplicationException>(() => builder.AddContainer("NODE", "redis"));
    }

    private static IDistributedApplicationBuilder Builder() => DistributedApplication.CreateBuilder(new DistributedApplicationOptions { DisableDashboard = true });

    private static void Allocate(IResourceWithEndpoints resource, string name, int port)
    {
        var endpoint = resource.GetEndpoint(name).EndpointAnnotation;
        endpoint.AllocatedEndpoint = new AllocatedEndpoint(endpoint, "localhost", port);
    }

    private static async Task<Dictionary<string, string?>> EnvironmentAsync(IResource resource)
    {
        var context = new EnvironmentCallbackContext(new DistributedApplicationExecutionContext(DistributedApplicationOperation.Run), resource);
        foreach (var annotation in resource.Annotations.OfType<EnvironmentCallbackAnnotation>())
        {
            await annotation.Callback(context);
        }

        var values = new Dictionary<string, string?>();
        foreach (var (name, value) in context.EnvironmentVariables)
        {
            values[name] = value is IValueProvider provider ? await provider.GetValueAsync(TestContext.Current.CancellationToken) : value.ToString();
        }

        return values;
    }
}
