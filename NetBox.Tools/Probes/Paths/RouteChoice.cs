using System.Net;
using NetBox.Tools.Reports;

namespace NetBox.Tools.Probes.Paths;

/// <summary>Which route a packet takes: the one to the smallest network that holds its destination, of equal ones the one with the lowest metric.</summary>
internal static class RouteChoice
{
    public static RouteReport? Choose(IEnumerable<RouteReport> routes, IPAddress destination) => routes
        .Where(route => IPNetwork.TryParse(route.Destination, out var network) && network.BaseAddress.AddressFamily == destination.AddressFamily && network.Contains(destination))
        .OrderByDescending(route => IPNetwork.Parse(route.Destination).PrefixLength)
        .ThenBy(route => route.Metric)
        .FirstOrDefault();
}
