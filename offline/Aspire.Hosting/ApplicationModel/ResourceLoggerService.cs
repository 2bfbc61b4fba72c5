using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Microsoft.Extensions.Logging;

namespace Aspire.Hosting.ApplicationModel;

public readonly record struct LogLine(int LineNumber, string Content, bool IsErrorMessage);

/// <summary>The output of resources and what the host says of them, per instance; the last lines are kept for those who look later.</summary>
public class ResourceLoggerService : IDisposable
{
    private readonly ConcurrentDictionary<string, ResourceLog> _logs = new(StringComparer.OrdinalIgnoreCase);

    public ILogger GetLogger(IResource resource)
    {
        ArgumentNullException.ThrowIfNull(resource);
        return resource.InstanceNames() is [var only] ? GetLogger(only) : new EveryInstanceLogger(resource, this);
    }

    public ILogger GetLogger(string resourceName)
    {
        ArgumentNullException.ThrowIfNull(resourceName);
        return Log(resourceName).Logger;
    }

    public IAsyncEnumerable<IReadOnlyList<LogLine>> WatchAsync(IResource resource)
    {
        ArgumentNullException.ThrowIfNull(resource);
        return Merge([.. resource.InstanceNames().Select(WatchAsync)]);
    }

    public IAsyncEnumerable<IReadOnlyList<LogLine>> WatchAsync(string resourceName)
    {
        ArgumentNullException.ThrowIfNull(resourceName);
        return Log(resourceName).WatchAsync();
    }

    public IAsyncEnumerable<IReadOnlyList<LogLine>> GetAllAsync(IResource resource)
    {
        ArgumentNullException.ThrowIfNull(resource);
        return Merge([.. resource.InstanceNames().Select(GetAllAsync)]);
    }

    public IAsyncEnumerable<IReadOnlyList<LogLine>> GetAllAsync(string resourceName)
    {
        ArgumentNullException.ThrowIfNull(resourceName);
        return Once(Log(resourceName).Lines);

        static async IAsyncEnumerable<IReadOnlyList<LogLine>> Once(IReadOnlyList<LogLine> lines)
        {
            await Task.CompletedTask.ConfigureAwait(false);
            yield return lines;
        }
    }

    public void Complete(IResource resource)
    {
        ArgumentNullException.ThrowIfNull(resource);
        foreach (var name in resource.InstanceNames())
        {
            Complete(name);
        }
    }

    public void Complete(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        Log(name).Complete();
    }

    public void ClearBacklog(string resourceName)
    {
        ArgumentNullException.ThrowIfNull(resourceName);
        Log(resourceName).Clear();
    }

    public void Dispose()
    {
        foreach (var log in _logs.Values)
        {
            log.Complete();
        }

        GC.SuppressFinalize(this);
    }

    /// <summary>A line as the resource wrote it.</summary>
    internal void AddLine(string instanceName, string content, bool isError) => Log(instanceName).Add(content, isError);

    private ResourceLog Log(string name) => _logs.GetOrAdd(name, static _ => new ResourceLog());

    private static async IAsyncEnumerable<IReadOnlyList<LogLine>> Merge(
        IReadOnlyList<IAsyncEnumerable<IReadOnlyList<LogLine>>> sources, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var merged = Channel.CreateUnbounded<IReadOnlyList<LogLine>>();
        var copying = Task.WhenAll(sources.Select(async source =>
        {
            await foreach (var lines in source.WithCancellation(stop.Token).ConfigureAwait(false))
            {
                merged.Writer.TryWrite(lines);
            }
        })).ContinueWith(done => merged.Writer.TryComplete(done.Exception), CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
        try
        {
            await foreach (var lines in merged.Reader.ReadAllAsync(cancellationToken).ConfigureAwait(false))
            {
                yield return lines;
            }
        }
        finally
        {
            await stop.CancelAsync().ConfigureAwait(false);
            await copying.ConfigureAwait(false);
        }
    }

    // Looks the instances up at each message: they may be decided after the logger was handed out.
    private sealed class EveryInstanceLogger(IResource resource, ResourceLoggerService service) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel != LogLevel.None;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            foreach (var name in resource.InstanceNames())
            {
                service.GetLogger(name).Log(logLevel, eventId, state, exception, formatter);
            }
        }
    }
}
