using Microsoft.Extensions.Logging;

namespace ClusterInit.Worker;

/// <summary>
/// One plain line per entry, warnings and worse on standard error. The console logger of the framework takes longer to
/// start than the cluster takes to form.
/// </summary>
internal sealed class LineLoggerProvider(TextWriter output, TextWriter error) : ILoggerProvider
{
    public ILogger CreateLogger(string categoryName) => new LineLogger(output, error);

    public void Dispose()
    {
    }

    private sealed class LineLogger(TextWriter output, TextWriter error) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel is >= LogLevel.Information and < LogLevel.None;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (!IsEnabled(logLevel))
            {
                return;
            }

            var line = formatter(state, exception);
            if (logLevel >= LogLevel.Warning)
            {
                error.WriteLine($"{(logLevel >= LogLevel.Error ? "error" : "warning")}: {line}");
            }
            else
            {
                output.WriteLine(line);
            }
        }
    }
}
