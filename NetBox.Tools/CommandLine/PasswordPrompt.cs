using System.CommandLine;
using System.Text;

namespace NetBox.Tools.CommandLine;

/// <summary>A password that nobody has to write on a command line.</summary>
internal static class PasswordPrompt
{
    /// <summary>Typed, and not shown; or a line of the standard input where that is no terminal.</summary>
    public static string Read(InvocationConfiguration configuration, string whose)
    {
        if (Console.IsInputRedirected)
        {
            return Console.In.ReadLine() ?? string.Empty;
        }

        configuration.Error.Write($"Password of {whose}: ");
        var typed = new StringBuilder();
        while (Console.ReadKey(intercept: true) is { Key: not ConsoleKey.Enter } key)
        {
            if (key.Key == ConsoleKey.Backspace)
            {
                typed.Length -= Math.Min(1, typed.Length);
            }
            else if (key.KeyChar != '\0')
            {
                typed.Append(key.KeyChar);
            }
        }

        configuration.Error.WriteLine();
        return typed.ToString();
    }
}
