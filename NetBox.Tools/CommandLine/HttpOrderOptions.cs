using System.CommandLine;
using NetBox.Tools.Probes;

namespace NetBox.Tools.CommandLine;

/// <summary>What an HTTP request is made of, named as curl names it.</summary>
internal sealed class HttpOrderOptions
{
    private readonly Argument<string> _url = new("URL") { Description = "What to ask; http:// may be left out" };

    private readonly Option<string> _method = new("--method", "-X") { Description = "GET, or POST where there is a body, unless told otherwise", HelpName = "METHOD" };

    private readonly Option<string[]> _header = new("--header", "-H")
    {
        Description = "A header to send, 'Name: value'; may be given several times",
        HelpName = "HEADER",
        DefaultValueFactory = _ => [],
    };

    private readonly Option<string> _body = new("--body", "-d") { Description = "What to send; @FILE reads it from a file", HelpName = "TEXT" };

    private readonly Option<bool> _insecure = new("--insecure", "-k") { Description = "Go on with a certificate that a client would not accept" };

    public void AddTo(Command command)
    {
        command.Add(_url);
        command.Add(_method);
        command.Add(_header);
        command.Add(_body);
        command.Add(_insecure);
    }

    public async Task<HttpOrder> ReadAsync(ParseResult parse, CancellationToken cancellationToken)
    {
        var url = HttpOrder.ParseUrl(parse.GetRequiredValue(_url));
        var headers = parse.GetRequiredValue(_header).Select(HttpOrder.ParseHeader).ToList();
        var method = parse.GetValue(_method);
        if (method is not null && (method.Length == 0 || !method.All(char.IsAsciiLetter)))
        {
            throw NetBoxException.Usage($"'{method}' is not an HTTP method; write it like GET or DELETE");
        }

        var body = parse.GetValue(_body) is { } text ? await HttpOrder.ReadBodyAsync(text, cancellationToken).ConfigureAwait(false) : null;
        return new(url)
        {
            Method = method?.ToUpperInvariant() ?? (body is null ? "GET" : "POST"),
            Headers = headers,
            Body = body,
            Insecure = parse.GetValue(_insecure),
        };
    }
}
