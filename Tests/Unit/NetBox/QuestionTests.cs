using NetBox.Tools.Output;
using Spectre.Console;

namespace Unit.NetBox;

public sealed class QuestionTests
{
    [Theory]
    [InlineData("y", true)]
    [InlineData(" yes ", true)]
    [InlineData("n", false)]
    [InlineData("", false)]
    public async Task Only_yes_is_yes(string answer, bool expected)
    {
        using var output = new StringWriter();
        using var answers = new StringReader(answer);
        Assert.Equal(expected, await Question.AskAsync(ConsoleOn(output), answers, "Do it? [y/N] ", TestContext.Current.CancellationToken));
        Assert.Equal("Do it? [y/N] ", output.ToString());
    }

    [Fact]
    public async Task It_can_be_interrupted_while_nobody_answers()
    {
        using var output = new StringWriter();
        using var nobody = new Silence();
        using var interrupted = new CancellationTokenSource();
        var asking = Question.AskAsync(ConsoleOn(output), nobody, "Do it? ", interrupted.Token);
        await interrupted.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => asking.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken));
    }

    private static IAnsiConsole ConsoleOn(TextWriter output) => AnsiConsole.Create(new() { Ansi = AnsiSupport.No, Out = new AnsiConsoleOutput(output) });

    private sealed class Silence : TextReader
    {
        private readonly ManualResetEventSlim _over = new();

        public override string? ReadLine()
        {
            _over.Wait();
            return null;
        }

        // As the console's reader does it.
        public override ValueTask<string?> ReadLineAsync(CancellationToken cancellationToken) => new(ReadLine());

        protected override void Dispose(bool disposing)
        {
            _over.Set();
            base.Dispose(disposing);
        }
    }
}
