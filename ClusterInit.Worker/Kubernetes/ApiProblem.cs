using System.Net;
using System.Text.Json;
using k8s;
using k8s.Autorest;

namespace ClusterInit.Worker.Kubernetes;

/// <summary>What went wrong in talking to the API server, in one line, and whether it is one of the answers that mean something.</summary>
internal sealed record ApiProblem(string Message, HttpStatusCode? Status)
{
    /// <summary>Listing anew is the only way on: the server has forgotten the version the watch was to go on from.</summary>
    public bool IsGone => Status == HttpStatusCode.Gone;

    /// <summary>The account lacks the right. One that is not believed (401) is another matter: a new token mends it, and another one may be believed.</summary>
    public bool IsForbidden => Status == HttpStatusCode.Forbidden;

    public bool IsNotFound => Status == HttpStatusCode.NotFound;

    public bool IsConflict => Status == HttpStatusCode.Conflict;

    public override string ToString() => Message;

    /// <summary>Everything a request or a watch can end with but being told to stop. Null: not from the API server, let it through.</summary>
    public static ApiProblem? Of(Exception exception) => exception switch
    {
        HttpOperationException error => new(Text(error), error.Response?.StatusCode),
        KubernetesException { Status: { } status } => new(status.Message ?? status.Reason ?? "it says an error without a message", (HttpStatusCode?)status.Code),
        OperationCanceledException or TimeoutException => new("no answer in time", null),
        HttpRequestException or IOException or JsonException or KubernetesException => new(Line(exception), null),
        _ => null,
    };

    private static string Text(HttpOperationException error)
    {
        var code = error.Response is { } response ? $"{(int)response.StatusCode} {response.StatusCode}" : Line(error);
        try
        {
            return KubernetesJson.Deserialize<k8s.Models.V1Status>(error.Response?.Content ?? "") is { Message: { Length: > 0 } message } ? $"{code}: {message}" : code;
        }
        catch (JsonException)
        {
            return code;
        }
    }

    // The inner one names the cause, such as a refused connection.
    private static string Line(Exception exception) =>
        (exception.InnerException ?? exception).Message.Split('\n', 2)[0].TrimEnd();
}
