using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using NetBox.Tools.Serve.Live;

namespace NetBox.Tools.Serve.Api;

/// <summary>Failures over HTTP: problem+json (RFC 9457) with the exit code that the command line would end with.</summary>
internal static partial class Problems
{
    public static IResult Of(int status, string detail) => TypedResults.Problem(detail, statusCode: status);

    public static IResult Of(ExitCode code, string message) => TypedResults.Problem(
        message,
        statusCode: code switch
        {
            ExitCode.Usage => StatusCodes.Status400BadRequest,
            ExitCode.Refused => StatusCodes.Status409Conflict,
            ExitCode.Unreachable => StatusCodes.Status502BadGateway,
            _ => StatusCodes.Status500InternalServerError,
        },
        extensions: new Dictionary<string, object?> { ["code"] = Name(code), ["exitCode"] = (int)code });

    /// <summary>Around an endpoint: what is expected to fail is told in one line.</summary>
    public static async ValueTask<object?> ExplainAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        try
        {
            return await next(context).ConfigureAwait(false);
        }
        catch (Exception exception) when (Faults.TryExplain(exception, out var code, out var message))
        {
            return Of(code, message);
        }
        catch (OperationCanceledException) when (context.HttpContext.RequestAborted.IsCancellationRequested)
        {
            // The caller has gone; there is nobody to answer.
            return TypedResults.Empty;
        }
    }

    /// <summary>Around everything: a request that cannot be understood is told in one line as well.</summary>
    public static async Task CatchAsync(HttpContext context, RequestDelegate next)
    {
        try
        {
            await next(context).ConfigureAwait(false);
        }
        catch (BadHttpRequestException exception) when (!context.Response.HasStarted)
        {
            await Of(exception.StatusCode, exception.Message).ExecuteAsync(context).ConfigureAwait(false);
        }
        catch (Exception exception) when (!context.Response.HasStarted && !context.RequestAborted.IsCancellationRequested)
        {
            // Nobody foresaw it: the trace is for the log.
            LogUnforeseen(context.RequestServices.GetRequiredService<ILogger<ServeSources>>(), exception, context.Request.Path);
            await Of(StatusCodes.Status500InternalServerError, $"netbox itself failed: {exception.Message.ReplaceLineEndings(" ")}").ExecuteAsync(context).ConfigureAwait(false);
        }
    }

    private static string Name(ExitCode code) => code.ToString().ToLowerInvariant();

    [LoggerMessage(Level = LogLevel.Error, Message = "{Path} could not be answered")]
    private static partial void LogUnforeseen(ILogger logger, Exception exception, PathString path);
}
