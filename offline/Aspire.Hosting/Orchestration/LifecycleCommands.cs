using Aspire.Hosting.ApplicationModel;
using Microsoft.Extensions.DependencyInjection;

namespace Aspire.Hosting.Orchestration;

/// <summary>Start, stop and restart, on everything that runs as a process or container.</summary>
internal static class LifecycleCommands
{
    public static void AddTo(IResource resource)
    {
        if (resource.Annotations.OfType<ResourceCommandAnnotation>().Any(c => c.Name == KnownResourceCommands.StartCommand))
        {
            return;
        }

        Add(resource, KnownResourceCommands.StartCommand, "Start", "Start resource", "Play", true, StartState, "started",
            static (lifecycle, id, cancellationToken) => lifecycle.StartInstanceAsync(id, cancellationToken));
        Add(resource, KnownResourceCommands.StopCommand, "Stop", "Stop resource", "Stop", true, StopState, "stopped",
            static (lifecycle, id, cancellationToken) => lifecycle.StopInstanceAsync(id, cancellationToken));
        Add(resource, KnownResourceCommands.RestartCommand, "Restart", "Restart resource", "ArrowCounterclockwise", false, RestartState, "restarted",
            static async (lifecycle, id, cancellationToken) =>
            {
                await lifecycle.StopInstanceAsync(id, cancellationToken).ConfigureAwait(false);
                await lifecycle.StartInstanceAsync(id, cancellationToken).ConfigureAwait(false);
            });
    }

    private static void Add(
        IResource resource,
        string name,
        string displayName,
        string description,
        string icon,
        bool highlighted,
        Func<string?, ResourceCommandState> state,
        string done,
        Func<ResourceLifecycle, string, CancellationToken, Task> action) =>
        resource.Annotations.Add(new ResourceCommandAnnotation(
            name,
            displayName,
            context => state(context.ResourceSnapshot.State?.Text),
            async context =>
            {
                var lifecycle = context.ServiceProvider.GetRequiredService<ResourceLifecycle>();
                await action(lifecycle, context.ResourceName, context.CancellationToken).ConfigureAwait(false);
                return CommandResults.Success($"Resource '{resource.Name}' {done} successfully.");
            },
            description,
            parameter: null,
            confirmationMessage: null,
            icon,
            highlighted ? IconVariant.Filled : IconVariant.Regular,
            highlighted));

    private static ResourceCommandState StartState(string? state) =>
        IsUnsettled(state) ? ResourceCommandState.Disabled
        : IsStopped(state) || state == KnownResourceStates.Waiting ? ResourceCommandState.Enabled
        : ResourceCommandState.Hidden;

    private static ResourceCommandState StopState(string? state) =>
        state == KnownResourceStates.Stopping ? ResourceCommandState.Disabled
        : IsStopped(state) || state == KnownResourceStates.Waiting || IsUnsettled(state) ? ResourceCommandState.Hidden
        : ResourceCommandState.Enabled;

    private static ResourceCommandState RestartState(string? state) =>
        state == KnownResourceStates.Stopping || state == KnownResourceStates.Waiting || IsStopped(state) || IsUnsettled(state)
            ? ResourceCommandState.Disabled
            : ResourceCommandState.Enabled;

    private static bool IsUnsettled(string? state) =>
        string.IsNullOrEmpty(state)
        || state == KnownResourceStates.Starting
        || state == KnownResourceStates.Building
        || state == KnownResourceStates.RuntimeUnhealthy;

    private static bool IsStopped(string? state) =>
        state is not null && (KnownResourceStates.TerminalStates.Contains(state) || state == KnownResourceStates.NotStarted);
}
