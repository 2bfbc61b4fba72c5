using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Hosting;
using NetBox.Tools.Serve.Events;

namespace NetBox.Tools.Serve.Api;

/// <summary>Everything that happens, as server-sent events.</summary>
internal static class EventEndpoints
{
    /// <summary>How long there is silence at the most: a page that hears nothing for longer has lost its connection.</summary>
    public static readonly TimeSpan Beat = TimeSpan.FromSeconds(2);

    private static readonly TimeSpan Reconnect = TimeSpan.FromMilliseconds(500);

    public static void MapEvents(this IEndpointRouteBuilder api) => api
        .MapGet("/events", ([FromHeader(Name = "Last-Event-ID")] string? lastEventId, EventHub hub, TimeProvider time, IHostApplicationLifetime lifetime, CancellationToken cancellationToken) =>
            TypedResults.ServerSentEvents(StreamAsync(hub, lastEventId, time, lifetime.ApplicationStopping, cancellationToken)))
        .WithSummary("The cluster live: hello, picture, findings, trouble, change, drill, beat")
        .Produces<string>(StatusCodes.Status200OK, "text/event-stream");

    // A page that looks for days must not hold up the end of netbox.
    private static async IAsyncEnumerable<SseItem<string>> StreamAsync(
        EventHub hub, string? lastEventId, TimeProvider time, CancellationToken stopping, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(stopping, cancellationToken);
        using var subscription = hub.Subscribe(lastEventId);
        var events = subscription.ReadAsync(Beat, time, either.Token).GetAsyncEnumerator(either.Token);
        await using var _ = events.ConfigureAwait(false);
        while (await NextAsync(events, either.Token).ConfigureAwait(false))
        {
            yield return events.Current switch
            {
                null => new SseItem<string>("{}", EventKinds.Beat),
                { Kind: EventKinds.Hello } hello => new SseItem<string>(hello.Data, hello.Kind) { ReconnectionInterval = Reconnect },
                var happening => new SseItem<string>(happening.Data, happening.Kind) { EventId = hub.IdOf(happening) },
            };
        }
    }

    private static async ValueTask<bool> NextAsync(IAsyncEnumerator<ServerEvent?> events, CancellationToken stop)
    {
        try
        {
            return await events.MoveNextAsync().ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            return false;
        }
    }
}
