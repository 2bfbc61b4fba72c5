using Spectre.Console;

namespace NetBox.Tools.Output;

/// <summary>A question that a person answers with yes, or with anything else.</summary>
internal static class Question
{
    /// <summary>Ends at once when it is cancelled, though nobody can take back the reading of a line.</summary>
    public static async Task<bool> AskAsync(IAnsiConsole console, TextReader answers, string question, CancellationToken cancellationToken)
    {
        console.Markup(Screen.Safe(question));
        var answer = await Task.Run(answers.ReadLine, CancellationToken.None).WaitAsync(cancellationToken).ConfigureAwait(false);
        return answer?.Trim() is "y" or "Y" or "yes";
    }
}
