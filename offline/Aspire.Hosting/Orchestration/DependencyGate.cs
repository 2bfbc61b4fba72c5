using Aspire.Hosting.ApplicationModel;

namespace Aspire.Hosting.Orchestration;

/// <summary>Makes BeforeResourceStartedEvent wait for what the resource waits for.</summary>
internal sealed class DependencyGate(ResourceNotificationService notifications)
{
    public async Task PassAsync(BeforeResourceStartedEvent started, CancellationToken cancellationToken)
    {
        if (!started.Resource.Annotations.OfType<WaitAnnotation>().Any())
        {
            return;
        }

        using var done = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        // Somebody may start the resource by hand: its state then leaves Waiting, and the wait is over.
        var waiting = new HashSet<string>();
        var forced = notifications.WaitForResourceAsync(
            started.Resource.Name,
            e => e.Snapshot.State?.Text == KnownResourceStates.Waiting ? !waiting.Add(e.ResourceId) && false : waiting.Contains(e.ResourceId),
            done.Token);
        try
        {
            var dependencies = notifications.WaitForDependenciesAsync(started.Resource, done.Token);
            await (await Task.WhenAny(dependencies, forced).ConfigureAwait(false)).ConfigureAwait(false);
        }
        finally
        {
            await done.CancelAsync().ConfigureAwait(false);
        }
    }
}
