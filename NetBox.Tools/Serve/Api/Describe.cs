using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace NetBox.Tools.Serve.Api;

/// <summary>What the OpenAPI document says of an endpoint.</summary>
internal static class Describe
{
    /// <summary>An endpoint that answers a report, or that the cluster or the target cannot be reached.</summary>
    public static RouteHandlerBuilder Answers<TReport>(this RouteHandlerBuilder endpoint, string summary) => endpoint
        .WithSummary(summary)
        .Produces<TReport>()
        .ProducesProblem(StatusCodes.Status400BadRequest)
        .ProducesProblem(StatusCodes.Status502BadGateway);
}
