namespace Offline.Tests.Api;

/// <summary>Nothing is public in a stand-in that the real assembly does not have in the same shape.</summary>
public class PublicApiTests
{
    public static TheoryData<string> Assemblies => [.. ApiLists.Assemblies];

    [Theory]
    [MemberData(nameof(Assemblies))]
    public void Every_public_signature_is_one_of_the_real_assembly(string assembly)
    {
        var listed = ApiLists.Listed(assembly).ToHashSet(StringComparer.Ordinal);
        var strangers = ApiLists.Read(AppContext.BaseDirectory, assembly, a => ApiPrinter.Print(a).Where(s => !listed.Contains(s) && !IsSmaller(s, listed)).ToArray());
        Assert.True(strangers is [], $"{assembly} has what the real one has not:\n{string.Join('\n', strangers)}");
    }

    /// <summary>
    /// The lists come from the real assemblies and nowhere else: with ASPIRE_REFERENCE naming a folder that holds those, this makes
    /// them anew when ASPIRE_REFERENCE_WRITE is 1, and else compares. See offline/README.md.
    /// </summary>
    [Theory(Explicit = true)]
    [MemberData(nameof(Assemblies))]
    public void The_lists_are_those_of_the_real_assemblies(string assembly)
    {
        var folder = Environment.GetEnvironmentVariable("ASPIRE_REFERENCE");
        Assert.True(folder is not null && File.Exists(Path.Combine(folder, $"{assembly}.dll")), $"ASPIRE_REFERENCE names no folder with {assembly}.dll.");
        var types = ApiLists.Read(AppContext.BaseDirectory, assembly, a => a.GetTypes().Where(t => t.IsVisible).Select(ApiPrinter.NameOf).ToHashSet(StringComparer.Ordinal));
        var real = ApiLists.Read(folder!, assembly, a => ApiPrinter.Print(a).Where(s => types.Contains(TypeOf(s))).ToArray());
        if (Environment.GetEnvironmentVariable("ASPIRE_REFERENCE_WRITE") == "1")
        {
            File.WriteAllLines(ApiLists.FileOf(assembly), [$"# {assembly} 13.5, the types that have a stand-in. Generated from the real assembly: see ../README.md.", .. real]);
        }

        Assert.Equal(real, ApiLists.Listed(assembly));
    }

    // A type may have fewer interfaces than the real one, no others.
    private static bool IsSmaller(string signature, IReadOnlySet<string> listed)
    {
        var (head, bases) = Split(signature);
        return head.Contains("class ", StringComparison.Ordinal) || head.Contains("interface ", StringComparison.Ordinal) || head.Contains("struct ", StringComparison.Ordinal)
            ? listed.Select(Split).Any(real => real.Head == head && bases.IsSubsetOf(real.Bases))
            : false;
    }

    private static (string Head, HashSet<string> Bases) Split(string signature)
    {
        var colon = signature.IndexOf(" : ", StringComparison.Ordinal);
        return colon < 0 ? (signature, []) : (signature[..colon], [.. signature[(colon + 3)..].Split(", ")]);
    }

    private static string TypeOf(string signature)
    {
        var text = signature;
        while (text.StartsWith('['))
        {
            text = text[(text.IndexOf(']', StringComparison.Ordinal) + 2)..];
        }

        foreach (var kind in (string[])["required ", "static class ", "abstract class ", "sealed class ", "class ", "interface ", "struct ", "enum "])
        {
            if (text.StartsWith(kind, StringComparison.Ordinal))
            {
                text = text[kind.Length..];
                if (kind != "required ")
                {
                    return text.Split(" : ")[0].Split(" where ")[0];
                }

                break;
            }
        }

        // Type.Member: the last dot outside of <> and before ( or :
        var depth = 0;
        var last = 0;
        for (var i = 0; i < text.Length && (depth > 0 || text[i] is not ('(' or ':')); i++)
        {
            depth += text[i] == '<' ? 1 : text[i] == '>' ? -1 : 0;
            last = depth == 0 && text[i] == '.' ? i : last;
        }

        return text[..last];
    }
}
