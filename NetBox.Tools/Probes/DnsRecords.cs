using System.Globalization;
using DnsClient;
using DnsClient.Protocol;
using NetBox.Tools.Reports;

namespace NetBox.Tools.Probes;

/// <summary>Records and codes of DNS as people know them.</summary>
internal static class DnsRecords
{
    public static DnsRecordReport Describe(DnsResourceRecord record) =>
        new(record.DomainName.Value, record.RecordType.ToString().ToUpperInvariant(), record.InitialTimeToLive, Value(record));

    public static string CodeOf(DnsHeaderResponseCode code) => code switch
    {
        DnsHeaderResponseCode.NoError => DnsTypeAnswer.Fine,
        DnsHeaderResponseCode.NotExistentDomain => DnsTypeAnswer.Unknown,
        DnsHeaderResponseCode.ServerFailure => "SERVFAIL",
        DnsHeaderResponseCode.Refused => "REFUSED",
        DnsHeaderResponseCode.FormatError => "FORMERR",
        DnsHeaderResponseCode.NotImplemented => "NOTIMP",
        _ => code.ToString().ToUpperInvariant(),
    };

    /// <summary>Why there is no record.</summary>
    public static string Explain(string code, string type) => code switch
    {
        DnsTypeAnswer.Fine => $"the name has no {type} record",
        DnsTypeAnswer.Unknown => "the name is unknown",
        "SERVFAIL" => "the name server could not find out (SERVFAIL)",
        "REFUSED" => "the name server refuses to answer for this name (REFUSED)",
        _ => $"the name server answered {code}",
    };

    private static string Value(DnsResourceRecord record) => record switch
    {
        AddressRecord address => address.Address.ToString(),
        CNameRecord alias => alias.CanonicalName.Value,
        MxRecord mail => string.Create(CultureInfo.InvariantCulture, $"{mail.Preference} {mail.Exchange.Value}"),
        NsRecord server => server.NSDName.Value,
        PtrRecord name => name.PtrDomainName.Value,
        SrvRecord service => string.Create(CultureInfo.InvariantCulture, $"{service.Priority} {service.Weight} {service.Port} {service.Target.Value}"),
        TxtRecord text => string.Join(' ', text.EscapedText.Select(part => $"\"{part}\"")),
        SoaRecord zone => string.Create(
            CultureInfo.InvariantCulture, $"{zone.MName.Value} {zone.RName.Value} {zone.Serial} {zone.Refresh} {zone.Retry} {zone.Expire} {zone.Minimum}"),
        _ => record.ToString(),
    };
}
