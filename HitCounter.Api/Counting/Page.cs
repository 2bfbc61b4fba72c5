using System.Buffers;

namespace HitCounter.Api.Counting;

/// <summary>What has a count of its own: the root, which has no name, or a page.</summary>
internal readonly record struct Page
{
    public const int LongestName = 64;

    // Paths of the service itself.
    private static readonly string[] Reserved = ["count", "health", "alive"];
    private static readonly SearchValues<char> Allowed = SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789-_");

    public static string ReservedNames => string.Join(" or ", Reserved);

    private Page(string name) => Name = name;

    public string? Name { get; }

    public bool IsRoot => Name is null;

    /// <summary>A page by its name; false where that is none a page may have.</summary>
    public static bool TryCreate(string? name, out Page page)
    {
        var valid = name is { Length: > 0 and <= LongestName } && !name.AsSpan().ContainsAnyExcept(Allowed) && !Reserved.Contains(name);
        page = valid ? new Page(name!) : default;
        return valid;
    }
}
