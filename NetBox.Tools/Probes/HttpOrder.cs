using System.Text;

namespace NetBox.Tools.Probes;

/// <summary>What is sent.</summary>
/// <param name="Url">Absolute, http or https.</param>
internal sealed record HttpOrder(Uri Url)
{
    public string Method { get; init; } = "GET";

    public IReadOnlyList<(string Name, string Value)> Headers { get; init; } = [];

    public byte[]? Body { get; init; }

    /// <summary>A certificate that no client would accept does not end the request.</summary>
    public bool Insecure { get; init; }

    /// <exception cref="NetBoxException">It is none (usage).</exception>
    public static Uri ParseUrl(string url)
    {
        ArgumentNullException.ThrowIfNull(url);
        var text = url.Contains("://", StringComparison.Ordinal) ? url : $"http://{url}";
        return Uri.TryCreate(text, UriKind.Absolute, out var address) && address.Scheme is "http" or "https" && address.Host.Length > 0
            ? address
            : throw NetBoxException.Usage($"'{url}' is not an http or https URL; write it like http://hit-counter/");
    }

    /// <summary><c>Name: value</c>.</summary>
    /// <exception cref="NetBoxException">It is none (usage).</exception>
    public static (string Name, string Value) ParseHeader(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var colon = text.IndexOf(':', StringComparison.Ordinal);
        return colon > 0 && !text.Any(char.IsControl) && !text[..colon].Any(char.IsWhiteSpace)
            ? (text[..colon], text[(colon + 1)..].Trim())
            : throw NetBoxException.Usage($"'{text}' is not a header; write it like 'Accept: application/json'");
    }

    /// <summary>The text itself, or with @ before it the file of that name.</summary>
    /// <exception cref="NetBoxException">The file cannot be read (usage).</exception>
    public static async Task<byte[]> ReadBodyAsync(string text, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(text);
        if (!text.StartsWith('@'))
        {
            return Encoding.UTF8.GetBytes(text);
        }

        try
        {
            return await File.ReadAllBytesAsync(text[1..], cancellationToken).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw NetBoxException.Usage($"the body cannot be read: {exception.Message}");
        }
    }

    public HttpRequestMessage ToMessage(ServiceNames services)
    {
        var message = new HttpRequestMessage(new HttpMethod(Method), services.Resolve(Url)) { Version = System.Net.HttpVersion.Version11 };
        if (Body is not null)
        {
            message.Content = new ByteArrayContent(Body);
        }

        foreach (var (name, value) in Headers)
        {
            if (!message.Headers.TryAddWithoutValidation(name, value))
            {
                message.Content?.Headers.TryAddWithoutValidation(name, value);
            }
        }

        if (!message.Headers.Contains("User-Agent"))
        {
            message.Headers.UserAgent.ParseAdd("netbox");
        }

        return message;
    }
}
