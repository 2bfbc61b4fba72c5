using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;
using NetBox.Tools.Serve.Access;

namespace NetBox.Tools.Serve.Api;

/// <summary>What the OpenAPI document says of all endpoints together.</summary>
internal static class ApiDocument
{
    private const string Scheme = "token";

    private const string Description = $"""
        The live cluster, probes and drills of one netbox.

        Where others than this machine can connect, and wherever {AccessToken.Variable} is set, every call shows the token as a bearer, or the session cookie that
        POST {AccessExtensions.SessionPath} gives for it; else the answer is 401. A POST or DELETE without a bearer also shows the anti-forgery token that
        GET {AccessExtensions.SessionPath} tells, as {AccessExtensions.AntiforgeryHeader}, with the cookie that came along; else the answer is 400. Pages of other sites are answered 403.

        Failures are problem+json (RFC 9457), with the exit code that the command line would end with.
        """;

    public static void Complete(OpenApiOptions options) => options.AddDocumentTransformer((document, _, _) =>
    {
        document.Info.Title = "netbox";
        document.Info.Description = Description;
        document.Components ??= new OpenApiComponents();
        document.Components.SecuritySchemes ??= new Dictionary<string, IOpenApiSecurityScheme>(StringComparer.Ordinal);
        document.Components.SecuritySchemes[Scheme] = new OpenApiSecurityScheme { Type = SecuritySchemeType.Http, Scheme = "bearer" };

        // On loopback nothing has to be shown: the empty requirement says so.
        document.Security = [new() { [new OpenApiSecuritySchemeReference(Scheme, document)] = [] }, []];
        return Task.CompletedTask;
    });
}
