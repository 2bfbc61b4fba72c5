using System.IO.Hashing;
using System.Text;

namespace Aspire.Hosting.ApplicationModel;

/// <summary>The formats a hole of an expression may carry.</summary>
internal static class ValueFormat
{
    public static string Apply(string value, string? format) => format switch
    {
        null or "" => value,
        _ when format.Equals("uri", StringComparison.OrdinalIgnoreCase) => Uri.EscapeDataString(value),
        _ => throw new NotSupportedException($"The format '{format}' is not supported. Supported formats are 'uri' (encodes a URI)"),
    };
}

internal static class Braces
{
    /// <summary>Doubles single braces, so that they survive string.Format; a pair that is doubled already stays as it is.</summary>
    public static string Escape(string text)
    {
        if (!text.AsSpan().ContainsAny('{', '}'))
        {
            return text;
        }

        var escaped = new StringBuilder(text.Length + 4);
        for (var i = 0; i < text.Length; i++)
        {
            var c = text[i];
            escaped.Append(c);
            if (c is '{' or '}')
            {
                escaped.Append(c);
                if (i + 1 < text.Length && text[i + 1] == c)
                {
                    i++;
                }
            }
        }

        return escaped.ToString();
    }
}

/// <summary>The name a conditional expression gets in a manifest: cond-{condition}-{hash}.</summary>
internal static class ConditionalName
{
    public static string Of(IValueProvider condition, string matchValue, ReferenceExpression whenTrue, ReferenceExpression whenFalse)
    {
        var expression = (condition as IManifestExpressionProvider)?.ValueExpression;
        var hash = new XxHash32();
        foreach (var part in (string[])[expression ?? condition.GetType().Name, whenTrue.ValueExpression, whenFalse.ValueExpression, matchValue])
        {
            hash.Append(Encoding.UTF8.GetBytes(part));
        }

        var label = Words(expression ?? string.Empty);
        return $"cond-{(label.Length > 0 ? label : "expr")}-{Convert.ToHexStringLower(hash.GetCurrentHash())}";
    }

    /// <summary>Letters and digits in lower case, everything between them one hyphen.</summary>
    public static string Words(string text)
    {
        var words = new StringBuilder(text.Length);
        foreach (var c in text)
        {
            if (char.IsLetterOrDigit(c))
            {
                words.Append(char.ToLowerInvariant(c));
            }
            else if (words.Length > 0 && words[^1] != '-')
            {
                words.Append('-');
            }
        }

        return words.ToString().TrimEnd('-');
    }
}
