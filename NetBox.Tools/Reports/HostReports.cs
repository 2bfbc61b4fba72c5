namespace NetBox.Tools.Reports;

/// <summary>What a TLS handshake agreed on; <paramref name="Problems"/> is empty where a client would accept it. A server that wants a certificate of its clients too may still turn down one without.</summary>
internal sealed record TlsReport(
    string Target, string ServerName, string Protocol, string Cipher, double HandshakeMs, bool WantsClientCertificate, IReadOnlyList<CertificateReport> Chain, IReadOnlyList<string> Problems);

/// <summary>One certificate of a chain, the server's own first.</summary>
internal sealed record CertificateReport(
    string Subject, string Issuer, IReadOnlyList<string> Names, DateTimeOffset NotBefore, DateTimeOffset NotAfter, int DaysLeft);

internal sealed record InterfacesReport(IReadOnlyList<InterfaceReport> Interfaces);

/// <summary>A network interface; what the system does not tell is null.</summary>
internal sealed record InterfaceReport(
    string Name, string Kind, string State, string? Mac, int? Mtu, double? SpeedMbit, IReadOnlyList<string> Addresses, TrafficReport Traffic);

/// <summary>Since the interface came up.</summary>
internal sealed record TrafficReport(
    long ReceivedBytes, long SentBytes, long ReceiveErrors, long SendErrors, long ReceiveDropped, long SendDropped);

internal sealed record RoutesReport(IReadOnlyList<RouteReport> Routes);

/// <summary>A route of the main table; the gateway is null where the network is directly attached.</summary>
internal sealed record RouteReport(string Destination, string? Gateway, string Interface, long Metric);

internal sealed record SocketsReport(IReadOnlyList<SocketReport> Sockets, bool AllOwnersSeen);

/// <summary>A TCP socket; the process is null where this user may not see it.</summary>
internal sealed record SocketReport(string State, string Local, string? Remote, string? Process, int? ProcessId);
