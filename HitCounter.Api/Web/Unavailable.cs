using HitCounter.Api.Counting;
using Microsoft.AspNetCore.Mvc;

namespace HitCounter.Api.Web;

/// <summary>The answer where no number can be given: 503 with a problem document that says whether the hit may have been counted.</summary>
internal static class Unavailable
{
    private const string RetryAfterSeconds = "1";

    public static Task WriteAsync(HttpContext context, HitStatus status)
    {
        context.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
        context.Response.Headers.RetryAfter = RetryAfterSeconds;
        context.Response.Headers.CacheControl = "no-store";
        return context.Response.WriteAsJsonAsync(
            new ProblemDetails
            {
                Title = "The hit counter is unavailable",
                Status = StatusCodes.Status503ServiceUnavailable,
                Detail = Detail(status),
            },
            HitJson.Default.ProblemDetails,
            "application/problem+json");
    }

    private static string Detail(HitStatus status) => status switch
    {
        HitStatus.QueueFull => "More hits are waiting than the counter takes. This one was not counted; try again.",
        HitStatus.Stopping => "This instance is stopping. The hit was not counted; try again.",
        HitStatus.Unconfirmed => "The store did not confirm the hit in time. It may have been counted or not.",
        _ => "The store is away. Nothing was counted; try again.",
    };
}
