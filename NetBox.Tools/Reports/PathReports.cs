namespace NetBox.Tools.Reports;

/// <summary>What lies between here and a place, or between two nodes.</summary>
/// <param name="Legs">From here to each of the places.</param>
/// <param name="Links">Between the nodes, as each of them sees it; empty for a single place, and where one tells nothing.</param>
/// <param name="Problems">What is wrong, each with its cure.</param>
/// <param name="Notes">What could not be looked at, and why.</param>
internal sealed record PathReport(
    IReadOnlyList<PathLeg> Legs, IReadOnlyList<LinkReport> Links, IReadOnlyList<PathProblem> Problems, IReadOnlyList<string> Notes);

/// <summary>The way of packets from here. What is not known is null.</summary>
/// <param name="Target">host:port.</param>
/// <param name="Addresses">What the name resolved to.</param>
/// <param name="Address">The address that was taken.</param>
/// <param name="Local">The address packets bear as their sender.</param>
/// <param name="Interface">Through which interface.</param>
/// <param name="Route">The network of the route; null for addresses of this machine.</param>
/// <param name="Gateway">The router they go to first; null where the network is directly attached.</param>
/// <param name="InterfaceMtu">Bytes.</param>
/// <param name="PathMtu">Bytes, as far as the kernel has learned.</param>
/// <param name="ConnectMs">Until connected.</param>
/// <param name="RoundTripMs">As TCP measured it.</param>
/// <param name="SegmentBytes">Payload of the largest packet TCP sends there.</param>
/// <param name="Outcome">connected, refused, filtered, unreachable, name-unknown or failed.</param>
internal sealed record PathLeg(
    string Target,
    IReadOnlyList<string> Addresses,
    string? Address,
    string? Local,
    string? Interface,
    string? Route,
    string? Gateway,
    int? InterfaceMtu,
    int? PathMtu,
    double? ConnectMs,
    double? RoundTripMs,
    int? SegmentBytes,
    string Outcome);

/// <summary>The cluster bus from one node to another, as the first one tells it.</summary>
/// <param name="From">host:port.</param>
/// <param name="To">host:port.</param>
/// <param name="KnownAt">Where it looks for the other, ip:port@busport; null when it does not know it.</param>
/// <param name="State">What it takes the other for: ok, suspected, failed, handshake or unknown.</param>
/// <param name="Connected">Its own link to the other stands.</param>
/// <param name="LastPongMs">Since the other last answered, in milliseconds; null when it never did.</param>
/// <param name="OutgoingAgeMs">How long its link to the other stands.</param>
/// <param name="IncomingAgeMs">How long the other's link to it stands.</param>
/// <param name="WaitingBytes">What waits to be sent to the other.</param>
/// <param name="Replication">Its link to the other as its master, where it is: up or down; else null.</param>
internal sealed record LinkReport(
    string From,
    string To,
    string? KnownAt,
    string State,
    bool Connected,
    double? LastPongMs,
    double? OutgoingAgeMs,
    double? IncomingAgeMs,
    long? WaitingBytes,
    string? Replication);

internal sealed record PathProblem(string Where, string Cause, string Cure);
