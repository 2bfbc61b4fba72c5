using System.Security.Cryptography;
using System.Text;

namespace NetBox.Tools.Serve.Access;

/// <summary>
/// What others than this machine have to know. The session a browser gets for it follows from it, so that replicas of netbox with one
/// token share sessions, and a new token ends them.
/// </summary>
internal sealed class AccessToken
{
    public const string Variable = "NETBOX_TOKEN";

    private const int ShortestText = 16;
    private const int GeneratedBytes = 20;

    private readonly byte[] _hash;
    private readonly byte[] _sessionHash;

    private AccessToken(string text, bool isConfigured)
    {
        Text = text;
        IsConfigured = isConfigured;
        Session = Derive("session");
        // Cookies do not tell ports apart: two of netbox on one machine would overwrite each other's.
        CookieName = $"netbox-{Derive("cookie")[..8]}";
        _hash = Hash(text);
        _sessionHash = Hash(Session);
    }

    public string Text { get; }

    /// <summary>Whether somebody chose it. A generated one nobody knows yet.</summary>
    public bool IsConfigured { get; }

    /// <summary>The value of the cookie.</summary>
    public string Session { get; }

    public string CookieName { get; }

    /// <summary>The configured token, or a random one.</summary>
    /// <exception cref="NetBoxException">It is too short to keep anybody out (usage).</exception>
    public static AccessToken From(string? configured) => configured?.Trim() switch
    {
        null or "" => new AccessToken(Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(GeneratedBytes)), isConfigured: false),
        { Length: < ShortestText } => throw NetBoxException.Usage(
            $"the token has to have {ShortestText} characters or more ({Variable} or --token); openssl rand -hex 20 makes one, and without any netbox does"),
        var text => new AccessToken(text, isConfigured: true),
    };

    /// <summary>Takes as long for a nearly right token as for a wrong one.</summary>
    public bool Matches(string? text) => text is not null && CryptographicOperations.FixedTimeEquals(Hash(text), _hash);

    /// <summary>The same for a session.</summary>
    public bool MatchesSession(string? text) => text is not null && CryptographicOperations.FixedTimeEquals(Hash(text), _sessionHash);

    private string Derive(string purpose) =>
        Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(Text), Encoding.UTF8.GetBytes($"netbox {purpose}")));

    private static byte[] Hash(string text) => SHA256.HashData(Encoding.UTF8.GetBytes(text));
}
