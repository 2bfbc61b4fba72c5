using System.Security.Cryptography;
using System.Text;

namespace NetBox.Tools.Serve;

/// <summary>The page as one document: style and script inlined, and a policy that lets exactly these run.</summary>
internal sealed class PageContent
{
    private PageContent(string html, string policy)
    {
        Html = html;
        Policy = policy;
    }

    public string Html { get; }

    /// <summary>The Content-Security-Policy: nothing from elsewhere, no inline code but the page's own.</summary>
    public string Policy { get; }

    public static PageContent Load()
    {
        var style = Resource("page.css");
        var script = Resource("page.js");
        var html = Resource("page.html")
            .Replace("/*style*/", style, StringComparison.Ordinal)
            .Replace("/*script*/", script, StringComparison.Ordinal);
        return new PageContent(
            html,
            $"default-src 'none'; connect-src 'self'; img-src data:; style-src '{Hash(style)}'; script-src '{Hash(script)}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'");
    }

    private static string Hash(string text) => $"sha256-{Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(text)))}";

    private static string Resource(string name)
    {
        using var stream = typeof(PageContent).Assembly.GetManifestResourceStream(name)
            ?? throw new InvalidOperationException($"The resource {name} is missing.");
        using var reader = new StreamReader(stream, Encoding.UTF8);
        return reader.ReadToEnd();
    }
}
