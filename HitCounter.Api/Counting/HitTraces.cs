using System.Diagnostics;

namespace HitCounter.Api.Counting;

/// <summary>A span for each write, linked to the requests whose hits it carries; nothing where nobody listens or no request is recorded.</summary>
internal static class HitTraces
{
    public const string WriteName = "write hits";

    // The usual limit of a span; beyond it exporters drop links.
    private const int MostLinks = 128;

    private static readonly ActivitySource Source = new(HitMeters.MeterName);

    /// <summary>The request that is being served, if it is recorded.</summary>
    public static ActivityContext CurrentRequest()
        => Source.HasListeners() && Activity.Current is { Recorded: true } request ? request.Context : default;

    public static Activity? StartWrite(HitBatch batch)
    {
        if (!Source.HasListeners())
        {
            return null;
        }

        var links = batch.Waiting.Where(hit => hit.Request != default).Take(MostLinks).Select(hit => new ActivityLink(hit.Request)).ToList();
        return links.Count == 0
            ? null
            : Source.StartActivity(ActivityKind.Internal, tags: [new("hitcounter.batch.size", batch.Count)], links: links, name: WriteName);
    }
}
