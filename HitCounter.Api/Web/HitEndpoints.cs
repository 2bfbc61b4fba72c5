using System.Buffers.Text;
using HitCounter.Api.Counting;

namespace HitCounter.Api.Web;

internal static class HitEndpoints
{
    private static ReadOnlySpan<byte> Before => "I have been hit "u8;

    private static ReadOnlySpan<byte> After => " times since deployment."u8;

    public static void MapHits(this IEndpointRouteBuilder routes, HitCounting counting, HitReader reader)
    {
        // Nothing behind the routing has anything to add to these two: they answer their failures themselves.
        routes.MapGet("/", (RequestDelegate)(context => HitAsync(context, counting, default))).ShortCircuit();
        routes.MapGet("/{name}", (RequestDelegate)(context => OfPage(context, page => HitAsync(context, counting, page)))).ShortCircuit();
        routes.MapGet("/count", (RequestDelegate)(context => CountAsync(context, reader, default)));
        routes.MapGet("/{name}/count", (RequestDelegate)(context => OfPage(context, page => CountAsync(context, reader, page))));
    }

    private static Task OfPage(HttpContext context, Func<Page, Task> answer)
        => Page.TryCreate(context.Request.RouteValues["name"] as string, out var page) ? answer(page) : NoPage.WriteAsync(context);

    private static Task HitAsync(HttpContext context, HitCounting counting, Page page)
    {
        var pending = counting.HitAsync(page, context.RequestAborted);
        return pending.IsCompletedSuccessfully ? AnswerAsync(context, pending.Result) : AwaitedAsync(context, pending);

        static async Task AwaitedAsync(HttpContext context, ValueTask<HitResult> pending) => await AnswerAsync(context, await pending);
    }

    private static Task AnswerAsync(HttpContext context, HitResult result) => result.Status switch
    {
        HitStatus.Counted => WriteAsync(context.Response, result.Number),
        HitStatus.Cancelled => Task.CompletedTask,
        _ => Unavailable.WriteAsync(context, result.Status),
    };

    private static Task WriteAsync(HttpResponse response, long number)
    {
        const int LongestNumber = 20;
        var writer = response.BodyWriter;
        var span = writer.GetSpan(Before.Length + LongestNumber + After.Length);
        Before.CopyTo(span);
        var length = Before.Length;
        Utf8Formatter.TryFormat(number, span[length..], out var digits);
        length += digits;
        After.CopyTo(span[length..]);
        length += After.Length;
        response.ContentType = "text/plain; charset=utf-8";
        response.ContentLength = length;
        response.Headers.CacheControl = "no-store";
        writer.Advance(length);
        // What was written is flushed when the request ends.
        return Task.CompletedTask;
    }

    private static async Task CountAsync(HttpContext context, HitReader reader, Page page)
    {
        if (await reader.ReadAsync(page, context.RequestAborted) is not { } count)
        {
            await Unavailable.WriteAsync(context, HitStatus.StoreAway);
            return;
        }

        context.Response.Headers.CacheControl = "no-store";
        await context.Response.WriteAsJsonAsync(new CountAnswer(count), HitJson.Default.CountAnswer);
    }
}
