using System.Collections.Frozen;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Net.Http.Headers;

namespace NetBox.Tools.Serve;

/// <summary>
/// The page: one document, its style and its modules, all of them in this assembly. They tell nothing of the cluster, so that whoever
/// opens the page can be asked for the token by it.
/// </summary>
internal static class PageFiles
{
    /// <summary>Nothing from elsewhere, no inline code, in nobody's frame.</summary>
    public const string Policy =
        "default-src 'none'; connect-src 'self'; img-src data:; style-src 'self'; script-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    private const string Folder = "/page";
    private const string ResourcePrefix = "page/";

    /// <summary>By name: what it is and what it holds.</summary>
    public static FrozenDictionary<string, (string Type, byte[] Content)> All { get; } = typeof(PageFiles).Assembly.GetManifestResourceNames()
        .Where(name => name.StartsWith(ResourcePrefix, StringComparison.Ordinal))
        .ToFrozenDictionary(name => name[ResourcePrefix.Length..], name => (TypeOf(name), Read(name)), StringComparer.Ordinal);

    public static bool IsPath(PathString path) => path == "/" || path.StartsWithSegments(Folder, StringComparison.Ordinal);

    public static void MapPage(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/", (HttpContext context) => Send(context, "page.html")).ExcludeFromDescription();
        routes.MapGet($"{Folder}/{{name}}", (HttpContext context, string name) => Send(context, name)).ExcludeFromDescription();
    }

    private static IResult Send(HttpContext context, string name)
    {
        if (!All.TryGetValue(name, out var file))
        {
            return TypedResults.NotFound();
        }

        var headers = context.Response.Headers;
        headers.ContentSecurityPolicy = Policy;
        headers.XContentTypeOptions = "nosniff";
        headers["Referrer-Policy"] = "no-referrer";
        headers.CacheControl = "no-cache";
        var tag = new EntityTagHeaderValue($"\"{Convert.ToHexStringLower(SHA256.HashData(file.Content))[..16]}\"");
        return TypedResults.Bytes(file.Content, file.Type, entityTag: tag);
    }

    private static string TypeOf(string name) => Path.GetExtension(name) switch
    {
        ".html" => "text/html; charset=utf-8",
        ".css" => "text/css; charset=utf-8",
        ".js" => "text/javascript; charset=utf-8",
        var other => throw new InvalidOperationException($"{other} is no kind of file the page has."),
    };

    private static byte[] Read(string name)
    {
        using var stream = typeof(PageFiles).Assembly.GetManifestResourceStream(name)!;
        using var reader = new StreamReader(stream, Encoding.UTF8);
        return Encoding.UTF8.GetBytes(reader.ReadToEnd());
    }
}
