using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using NetBox.Tools.Drills;
using NetBox.Tools.Serve.Drills;

namespace NetBox.Tools.Serve.Api;

/// <summary>Drills: what one would do, starting it, watching it, ending it.</summary>
internal static class DrillEndpoints
{
    public static void MapDrills(this IEndpointRouteBuilder api)
    {
        api.MapPost("/drills/plan", async (DrillOrder order, DrillBook drills, CancellationToken cancellationToken) =>
                TypedResults.Ok(await drills.PlanAsync(order.ToRequest(), cancellationToken).ConfigureAwait(false)))
            .Answers<DrillPlan>("What a drill would do; nothing is touched")
            .ProducesProblem(StatusCodes.Status409Conflict);

        api.MapPost("/drills", async (DrillOrder order, DrillBook drills, CancellationToken cancellationToken) =>
            {
                var entry = await drills.StartAsync(order.ToRequest(), cancellationToken).ConfigureAwait(false);
                return TypedResults.Accepted($"drills/{entry.Id}", entry);
            })
            .WithSummary("Start a drill; one at a time")
            .ProducesProblem(StatusCodes.Status400BadRequest)
            .ProducesProblem(StatusCodes.Status409Conflict)
            .ProducesProblem(StatusCodes.Status502BadGateway);

        api.MapGet("/drills", (DrillBook drills) => TypedResults.Ok(drills.All())).WithSummary("The last drills, the newest first");

        api.MapGet("/drills/{id}", IResult (string id, DrillBook drills) => Found(drills.Find(id)))
            .WithSummary("A drill, with its report when it is over")
            .Produces<DrillEntry>()
            .ProducesProblem(StatusCodes.Status404NotFound);

        api.MapDelete("/drills/{id}", IResult (string id, DrillBook drills) => Found(drills.End(id)))
            .WithSummary("End a drill; it heals first")
            .Produces<DrillEntry>()
            .ProducesProblem(StatusCodes.Status404NotFound);
    }

    private static IResult Found(DrillEntry? entry) =>
        entry is null ? Problems.Of(StatusCodes.Status404NotFound, "there is no such drill; netbox remembers the last ones until it ends") : TypedResults.Ok(entry);
}
