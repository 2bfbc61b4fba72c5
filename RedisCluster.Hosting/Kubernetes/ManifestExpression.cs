using System.Text;

namespace RedisCluster.Hosting.Kubernetes;

/// <summary>
/// The text of a value in a manifest, taken apart: <c>{api.bindings.http.port}</c> refers to something, anything else is itself, braces
/// are doubled.
/// </summary>
internal static class ManifestExpression
{
    /// <summary>A piece of the text: a reference, its parts separated by dots, or a literal.</summary>
    public readonly record struct Piece(string Text, bool IsReference);

    /// <exception cref="FormatException">A brace is opened and not closed, or the other way round.</exception>
    public static IReadOnlyList<Piece> Parse(string text)
    {
        var pieces = new List<Piece>();
        var literal = new StringBuilder();
        for (var i = 0; i < text.Length; i++)
        {
            var c = text[i];
            if (c is '{' or '}' && i + 1 < text.Length && text[i + 1] == c)
            {
                literal.Append(c);
                i++;
            }
            else if (c is '{')
            {
                var end = text.IndexOf('}', i);
                if (end < 0)
                {
                    throw Malformed(text);
                }

                Flush();
                pieces.Add(new(text[(i + 1)..end], IsReference: true));
                i = end;
            }
            else if (c is '}')
            {
                throw Malformed(text);
            }
            else
            {
                literal.Append(c);
            }
        }

        Flush();
        return pieces;

        void Flush()
        {
            if (literal.Length > 0)
            {
                pieces.Add(new(literal.ToString(), IsReference: false));
                literal.Clear();
            }
        }
    }

    private static FormatException Malformed(string text) => new($"'{text}' has a brace without its partner.");
}
