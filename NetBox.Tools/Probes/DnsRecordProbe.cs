using System.Net;
using System.Net.Sockets;
using DnsClient;
using NetBox.Tools.Reports;

namespace NetBox.Tools.Probes;

/// <summary>Asks one name server for records, as written: neither /etc/hosts nor search domains take part.</summary>
internal sealed class DnsRecordProbe(TimeProvider time)
{
    private static readonly Dictionary<string, QueryType> Types = new(StringComparer.OrdinalIgnoreCase)
    {
        ["A"] = QueryType.A,
        ["AAAA"] = QueryType.AAAA,
        ["CNAME"] = QueryType.CNAME,
        ["MX"] = QueryType.MX,
        ["NS"] = QueryType.NS,
        ["PTR"] = QueryType.PTR,
        ["SOA"] = QueryType.SOA,
        ["SRV"] = QueryType.SRV,
        ["TXT"] = QueryType.TXT,
    };

    /// <summary>The types asked for; those of addresses unless told otherwise.</summary>
    /// <exception cref="NetBoxException">One is not known here (usage).</exception>
    public static IReadOnlyList<string> ReadTypes(IEnumerable<string> given, bool isAddress)
    {
        var types = given.SelectMany(text => text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
            .Select(text => text.ToUpperInvariant()).Distinct().ToList();
        return types.Find(type => !Types.ContainsKey(type)) is { } unknown
            ? throw NetBoxException.Usage($"'{unknown}' is not a type of record netbox asks for; these are: {string.Join(", ", Types.Keys)}")
            : types.Count > 0 ? types : isAddress ? ["PTR"] : ["A", "AAAA"];
    }

    /// <param name="name">A name, or an address for the name behind it.</param>
    /// <param name="types">As of <see cref="ReadTypes"/>.</param>
    /// <param name="server">Who is asked; null for the server this system is configured with.</param>
    /// <param name="timeout">For each answer, one repetition included.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    /// <exception cref="NetBoxException">It is no name (usage), or the server knows none of it or did not answer (unreachable).</exception>
    public async Task<DnsRecordsReport> RunAsync(
        string name, IReadOnlyList<string> types, IPEndPoint? server, TimeSpan timeout, CancellationToken cancellationToken)
    {
        var question = Question(name);
        var asked = server ?? NameServers.Configured();
        await WarmUpAsync(cancellationToken).ConfigureAwait(false);
        var client = Client(asked, timeout);
        var start = time.GetTimestamp();
        var answers = await Task.WhenAll(types.Select(type => AskAsync(client, question, type, timeout, cancellationToken))).ConfigureAwait(false);
        return new(question, asked.ToString(), server is not null, time.GetElapsedTime(start).Rounded(), answers);
    }

    /// <summary>A name without any answer at all is a failure; one without records of a type is not.</summary>
    public static DnsRecordsReport Require(DnsRecordsReport report)
    {
        if (report.Answers.Any(answer => answer.Code == DnsTypeAnswer.Fine))
        {
            return report;
        }

        var first = report.Answers[0];
        var cure = first.Code switch
        {
            DnsTypeAnswer.Unknown => "it was asked for as written, search domains are not added: write it in full",
            DnsTypeAnswer.TimedOut or DnsTypeAnswer.Failed => "is that a name server, and is UDP port 53 let through? --server asks another one",
            _ => "--server asks another one",
        };
        throw NetBoxException.Unreachable($"cannot resolve '{report.Name}' with {report.Server}: {first.Error}; {cure}");
    }

    private static string Question(string name)
    {
        if (IPAddress.TryParse(name, out var address))
        {
            return address.GetArpaName();
        }

        DnsProbe.RequireName(name);
        try
        {
            return DnsString.Parse(name).Original;
        }
        catch (ArgumentException)
        {
            throw NetBoxException.Usage($"'{name}' is not a host name");
        }
    }

    private static LookupClient Client(IPEndPoint server, TimeSpan timeout) => new(new LookupClientOptions(server)
    {
        UseCache = false,
        Retries = 1,
        Timeout = timeout / 2,
        ContinueOnDnsError = false,
        ContinueOnEmptyResponse = false,
    });

    private async Task<DnsTypeAnswer> AskAsync(LookupClient client, string name, string type, TimeSpan timeout, CancellationToken cancellationToken)
    {
        var start = time.GetTimestamp();
        string code, error;
        IReadOnlyList<DnsRecordReport> records = [];
        try
        {
            var answer = await client.QueryAsync(name, Types[type], QueryClass.IN, cancellationToken).ConfigureAwait(false);
            records = [.. answer.Answers.Select(DnsRecords.Describe)];
            code = DnsRecords.CodeOf(answer.Header.ResponseCode);
            if (code == DnsTypeAnswer.Fine && records.Any(record => record.Type == type))
            {
                return new(type, time.GetElapsedTime(start).Rounded(), code, records, null);
            }

            error = DnsRecords.Explain(code, type);
        }
        catch (DnsResponseException exception) when (exception.Code == DnsResponseCode.ConnectionTimeout || exception.InnerException is OperationCanceledException or TimeoutException)
        {
            (code, error) = (DnsTypeAnswer.TimedOut, Failures.TimedOut(timeout));
        }
        catch (Exception exception) when (exception is DnsResponseException or SocketException)
        {
            (code, error) = (DnsTypeAnswer.Failed, Failures.Of(exception.InnerException ?? exception));
        }

        return new(type, time.GetElapsedTime(start).Rounded(), code, records, error);
    }

    // The first question pays for compiling the client: it goes to a socket here that hands it back as its own, empty answer.
    private static async Task WarmUpAsync(CancellationToken cancellationToken)
    {
        const int AnswerFlag = 0x80;
        using var echo = new UdpClient(new IPEndPoint(IPAddress.Loopback, 0));
        var question = Client((IPEndPoint)echo.Client.LocalEndPoint!, TimeSpan.FromSeconds(1)).QueryAsync("localhost", QueryType.A, QueryClass.IN, cancellationToken);
        try
        {
            var received = await echo.ReceiveAsync(cancellationToken).AsTask().WaitAsync(TimeSpan.FromSeconds(1), cancellationToken).ConfigureAwait(false);
            received.Buffer[2] |= AnswerFlag;
            await echo.SendAsync(received.Buffer, received.RemoteEndPoint, cancellationToken).ConfigureAwait(false);
            await question.ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is DnsResponseException or SocketException or TimeoutException)
        {
            // The first figure is a little too high then.
        }
    }
}
