using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using NetBox.Tools.Reports;
using NetBox.Tools.Serve.Api;

namespace NetBox.Tools.Serve.Access;

/// <summary>The gate as part of the web server, and the session by which a browser passes it.</summary>
internal static class AccessExtensions
{
    public const string SessionPath = "/api/session";

    public const string AntiforgeryHeader = "X-Netbox-Antiforgery";

    public static IServiceCollection AddAccess(this IServiceCollection services, AccessGate gate)
    {
        // The page asks for a new anti-forgery token when netbox has started anew: nothing to keep on disk.
        services.AddDataProtection().UseEphemeralDataProtectionProvider();
        services.AddAntiforgery(options =>
        {
            options.HeaderName = AntiforgeryHeader;
            options.SuppressXFrameOptionsHeader = true;
            options.Cookie.Name = $"{gate.Token.CookieName}-form";
            options.Cookie.HttpOnly = true;
            options.Cookie.SameSite = SameSiteMode.Strict;
            options.Cookie.SecurePolicy = CookieSecurePolicy.SameAsRequest;
            options.Cookie.Path = "/";
        });
        return services.AddSingleton(gate);
    }

    /// <summary>Health is open to everybody and the page's own files tell nothing; all else goes through the gate.</summary>
    public static void UseAccess(this WebApplication app) => app.Use(async (context, next) =>
    {
        var gate = context.RequestServices.GetRequiredService<AccessGate>();
        var path = context.Request.Path;
        context.Response.Headers.XContentTypeOptions = "nosniff";
        if (path == HealthEndpoints.ReadyPath || path == HealthEndpoints.LivePath || PageFiles.IsPath(path))
        {
            await next(context).ConfigureAwait(false);
            return;
        }

        context.Response.Headers.CacheControl = "no-store";
        var isSession = path == SessionPath;
        if (gate.RefuseOrigin(context.Request) is { } reason)
        {
            await Problems.Of(StatusCodes.Status403Forbidden, reason).ExecuteAsync(context).ConfigureAwait(false);
        }
        else if (!isSession && !gate.Knows(context.Request))
        {
            context.Response.Headers.WWWAuthenticate = "Bearer";
            await Problems.Of(StatusCodes.Status401Unauthorized, $"the token is missing or wrong: netbox printed it when it started, or {AccessToken.Variable} holds it").ExecuteAsync(context).ConfigureAwait(false);
        }
        else if (!isSession && !await IsMeantAsync(gate, context).ConfigureAwait(false))
        {
            await Problems.Of(StatusCodes.Status400BadRequest, $"the anti-forgery token is missing or old; GET {SessionPath} tells the one to send as {AntiforgeryHeader}").ExecuteAsync(context).ConfigureAwait(false);
        }
        else
        {
            await next(context).ConfigureAwait(false);
        }
    });

    public static void MapSession(this IEndpointRouteBuilder routes)
    {
        routes.MapGet(SessionPath, IResult (HttpContext context, AccessGate gate, IAntiforgery antiforgery) => gate.Knows(context.Request)
                ? TypedResults.Ok(Session(context, gate, antiforgery))
                : Problems.Of(StatusCodes.Status401Unauthorized, "send the token"))
            .Answers<SessionReport>("Whether this browser has a session, and its anti-forgery token")
            .ProducesProblem(StatusCodes.Status401Unauthorized);

        routes.MapPost(SessionPath, IResult (SignInRequest request, HttpContext context, AccessGate gate) =>
            {
                if (!gate.Token.Matches(request.Token?.Trim()))
                {
                    return Problems.Of(StatusCodes.Status401Unauthorized, "this is not the token");
                }

                context.Response.Cookies.Append(gate.Token.CookieName, gate.Token.Session, Cookie(context));
                return TypedResults.NoContent();
            })
            .WithSummary("Take the token and keep it as a session in a cookie")
            .Produces(StatusCodes.Status204NoContent)
            .ProducesProblem(StatusCodes.Status401Unauthorized);

        routes.MapDelete(SessionPath, (HttpContext context, AccessGate gate) =>
            {
                context.Response.Cookies.Delete(gate.Token.CookieName, Cookie(context));
                return TypedResults.NoContent();
            })
            .WithSummary("Forget the session");
    }

    private static SessionReport Session(HttpContext context, AccessGate gate, IAntiforgery antiforgery) =>
        new(AntiforgeryHeader, antiforgery.GetAndStoreTokens(context).RequestToken!, gate.AsksForToken);

    private static async ValueTask<bool> IsMeantAsync(AccessGate gate, HttpContext context) =>
        HttpMethods.IsGet(context.Request.Method) || HttpMethods.IsHead(context.Request.Method)
        || gate.HasBearer(context.Request)
        || await context.RequestServices.GetRequiredService<IAntiforgery>().IsRequestValidAsync(context).ConfigureAwait(false);

    private static CookieOptions Cookie(HttpContext context) => new()
    {
        HttpOnly = true,
        SameSite = SameSiteMode.Strict,
        Secure = context.Request.IsHttps,
        Path = "/",
        IsEssential = true,
    };
}
