using System.Globalization;
using System.Text;

namespace NetBox.Tools.Slots;

/// <summary>A key's name as text: keys are bytes, and what is no printable text is written <c>\xNN</c>, a backslash <c>\\</c>.</summary>
internal static class KeyName
{
    public static string Of(ReadOnlySpan<byte> key)
    {
        var text = new StringBuilder(key.Length);
        while (!key.IsEmpty)
        {
            var status = Rune.DecodeFromUtf8(key, out var rune, out var length);
            if (status == System.Buffers.OperationStatus.Done && !IsUnseen(rune))
            {
                text.Append(rune.Value == '\\' ? @"\\" : rune.ToString());
            }
            else
            {
                foreach (var value in key[..length])
                {
                    text.Append(CultureInfo.InvariantCulture, $@"\x{value:x2}");
                }
            }

            key = key[length..];
        }

        return text.ToString();
    }

    private static bool IsUnseen(Rune rune) => Rune.GetUnicodeCategory(rune)
        is UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator
        or UnicodeCategory.Surrogate or UnicodeCategory.PrivateUse or UnicodeCategory.OtherNotAssigned;
}
