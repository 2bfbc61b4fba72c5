using StackExchange.Redis;

namespace HitCounter.Api.Store;

/// <summary>
/// The connections to the store: one for reading, one for writing hits of the root, which nothing else shares, and one for
/// writing those of pages. The first two are opened while the service starts; when the first hits open them, they do it all at
/// once and wait for each other. The third is opened when a page is hit for the first time.
/// </summary>
internal sealed partial class StoreConnections(IServiceProvider services, ILogger<StoreConnections> logger) : IHostedService
{
    public const string ConnectionName = "redis-cluster";
    public const string PagesName = "redis-cluster-pages";

    private readonly TaskCompletionSource<IConnectionMultiplexer> _reader = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource<IConnectionMultiplexer> _writer = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource<IConnectionMultiplexer> _pageWriter = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _pagesAsked;

    public Task<IConnectionMultiplexer> ReaderAsync(CancellationToken cancellationToken) => _reader.Task.WaitAsync(cancellationToken);

    public Task<IConnectionMultiplexer> WriterAsync(CancellationToken cancellationToken) => _writer.Task.WaitAsync(cancellationToken);

    public Task<IConnectionMultiplexer> PageWriterAsync(CancellationToken cancellationToken)
    {
        if (Interlocked.Exchange(ref _pagesAsked, 1) == 0)
        {
            Open(_pageWriter, () => services.GetRequiredKeyedService<IConnectionMultiplexer>(PagesName));
        }

        return _pageWriter.Task.WaitAsync(cancellationToken);
    }

    public Task StartAsync(CancellationToken cancellationToken)
    {
        // Opening blocks its thread, for seconds where nothing answers; the service starts meanwhile and is not ready.
        Open(_reader, () => services.GetRequiredService<IConnectionMultiplexer>());
        Open(_writer, () => services.GetRequiredKeyedService<IConnectionMultiplexer>(ConnectionName));
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private void Open(TaskCompletionSource<IConnectionMultiplexer> target, Func<IConnectionMultiplexer> open)
        => _ = Task.Factory.StartNew(
            () =>
            {
                try
                {
                    target.SetResult(open());
                }
                catch (Exception exception) when (StoreFaults.IsFault(exception))
                {
                    CannotOpen(exception.Message);
                    target.SetException(exception);
                }
            },
            CancellationToken.None,
            TaskCreationOptions.LongRunning,
            TaskScheduler.Default);

    [LoggerMessage(Level = LogLevel.Error, Message = "The connection to the store cannot be opened: {Reason}")]
    private partial void CannotOpen(string reason);
}
