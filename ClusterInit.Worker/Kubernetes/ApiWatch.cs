using System.Collections.Immutable;
using k8s;
using k8s.Models;

namespace ClusterInit.Worker.Kubernetes;

/// <summary>How an <see cref="ApiWatch{T}"/> asks for its objects.</summary>
/// <typeparam name="T">Such as a pod.</typeparam>
/// <param name="What">What it asks for and where, for messages: <c>pods in namespace default</c>.</param>
/// <param name="ListAsync">All of them, and the version of the list.</param>
/// <param name="Watch">What changes after a version; failures go to the callback.</param>
internal sealed record WatchedObjects<T>(
    string What,
    Func<CancellationToken, Task<(IEnumerable<T> Items, string? Version)>> ListAsync,
    Func<string?, TimeSpan, Action<Exception>, CancellationToken, IAsyncEnumerable<(WatchEventType Type, T Item)>> Watch);

/// <summary>
/// Knows the objects of one kind as they are now: lists them once, then follows what changes. Whatever happens to the watch, what is known
/// stays known; it goes on from the last version, and lists anew where the server has forgotten that one (410).
/// </summary>
internal sealed class ApiWatch<T>(WatchedObjects<T> objects, TimeSpan requestTimeout, TimeProvider time, ILogger logger)
    where T : IKubernetesObject<V1ObjectMeta>
{
    // The server ends a watch after this time, and so it is noticed when the line has died without a word.
    private static readonly TimeSpan WatchTime = TimeSpan.FromMinutes(4);
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(15);

    private readonly TaskCompletionSource _firstAnswer = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Backoff _backoff = new(time);
    private volatile ImmutableDictionary<string, T>? _items;
    private string? _version;
    private string? _problem;

    /// <summary>By name; null until they could be listed once.</summary>
    public ImmutableDictionary<string, T>? Items => _items;

    /// <summary>The first listing has led to something, be it to a problem.</summary>
    public Task FirstAnswer => _firstAnswer.Task;

    /// <summary>Follows the objects until told to stop. Throws nothing but the cancellation.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                if (_version is null)
                {
                    await ListAsync(cancellationToken).ConfigureAwait(false);
                }

                await FollowAsync(cancellationToken).ConfigureAwait(false);
                continue;
            }
            catch (Exception error) when (!cancellationToken.IsCancellationRequested && ApiProblem.Of(error) is { } problem)
            {
                Report(problem);
            }

            await _backoff.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task ListAsync(CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(requestTimeout);
        var (items, version) = await objects.ListAsync(limit.Token).ConfigureAwait(false);
        _items = items.ToImmutableDictionary(item => item.Metadata.Name, StringComparer.Ordinal);
        _version = version;
        _firstAnswer.TrySetResult();
    }

    private async Task FollowAsync(CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(WatchTime + Grace);
        Exception? broken = null;
        await foreach (var (type, item) in objects.Watch(_version, WatchTime, error => broken = error, limit.Token).ConfigureAwait(false))
        {
            Apply(type, item);
            Recovered();
        }

        if (broken is not null)
        {
            throw broken;
        }

        // Ended in order, without any event perhaps: the next one goes on from there, but not in a tight circle.
        Recovered();
        await _backoff.WaitAsync(cancellationToken).ConfigureAwait(false);
        _backoff.Reset();
    }

    private void Apply(WatchEventType type, T item)
    {
        _version = item.Metadata?.ResourceVersion ?? _version;
        switch (type)
        {
            case WatchEventType.Added or WatchEventType.Modified:
                _items = _items!.SetItem(item.Metadata!.Name, item);
                break;
            case WatchEventType.Deleted:
                _items = _items!.Remove(item.Metadata!.Name);
                break;
        }
    }

    private void Report(ApiProblem problem)
    {
        // An answer, as opposed to none: going on from here is refused, listing may not be.
        if (problem.Status is not null)
        {
            _version = null;
        }

        if (!problem.IsGone && _problem != problem.Message)
        {
            _problem = problem.Message;
            KubernetesLog.WatchFailed(logger, objects.What, problem.Message, _items is null ? "going on without" : "going on with what is known");
        }

        _firstAnswer.TrySetResult();
    }

    private void Recovered()
    {
        _backoff.Reset();
        if (_problem is not null)
        {
            _problem = null;
            KubernetesLog.WatchRecovered(logger, objects.What);
        }
    }
}
