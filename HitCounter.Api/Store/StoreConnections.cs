using StackExchange.Redis;

namespace HitCounter.Api.Store;

/// <summary>
/// The two connections to the store: one for reading and one for writing, which nobody shares with the lane. Both are
/// opened while the service starts; when the first hits open them, they do it all at once and wait for each other.
/// </summary>
internal sealed partial class StoreConnections(IServiceProvider services, ILogger<StoreConnections> logger) : IHostedService
{
    public const string ConnectionName = "redis-cluster";

    private readonly TaskCompletionSource<IConnectionMultiplexer> _reader = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource<IConnectionMultiplexer> _writer = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public bool Opened => _reader.Task.IsCompletedSuccessfully && _writer.Task.IsCompletedSuccessfully;

    public Task<IConnectionMultiplexer> ReaderAsync(CancellationToken cancellationToken) => _reader.Task.WaitAsync(cancellationToken);

    public Task<IConnectionMultiplexer> WriterAsync(CancellationToken cancellationToken) => _writer.Task.WaitAsync(cancellationToken);

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
