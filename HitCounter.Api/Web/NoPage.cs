using HitCounter.Api.Counting;
using Microsoft.AspNetCore.Mvc;

namespace HitCounter.Api.Web;

/// <summary>The answer to a name that no page may have: 400 with a problem document that says what names are like.</summary>
internal static class NoPage
{
    private static readonly string Rule = $"A page's name has 1 to {Page.LongestName} characters, each of them a-z, 0-9, - or _, and is not {Page.ReservedNames}.";

    public static Task WriteAsync(HttpContext context)
    {
        context.Response.StatusCode = StatusCodes.Status400BadRequest;
        return context.Response.WriteAsJsonAsync(
            new ProblemDetails { Title = "No page has this name", Status = StatusCodes.Status400BadRequest, Detail = Rule },
            HitJson.Default.ProblemDetails,
            "application/problem+json");
    }
}
