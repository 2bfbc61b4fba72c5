using System.Net;
using System.Runtime.InteropServices;
using FsCheck.Xunit;
using NetBox.Tools.Probes.Traces;
using NetBox.Tools.Reports;

namespace Unit.NetBox;

public class TraceTests
{
    [Theory]
    [InlineData(2, 11, 0, IcmpKind.TimeExceeded)]
    [InlineData(2, 3, 3, IcmpKind.PortUnreachable)]
    [InlineData(2, 3, 13, IcmpKind.Prohibited)]
    [InlineData(2, 3, 4, IcmpKind.TooBig)]
    [InlineData(2, 3, 1, IcmpKind.Unreachable)]
    [InlineData(3, 3, 0, IcmpKind.TimeExceeded)]
    [InlineData(3, 1, 4, IcmpKind.PortUnreachable)]
    [InlineData(3, 1, 1, IcmpKind.Prohibited)]
    [InlineData(1, 0, 0, IcmpKind.Other)]
    internal void What_a_router_said_is_read_with_its_address(byte origin, byte type, byte code, IcmpKind kind)
    {
        Assert.SkipUnless(IntPtr.Size == 8, "written for 64 bits");
        var address = IPAddress.Parse(origin == 3 ? "fd00::1" : "10.0.0.1");
        var control = Control(origin, type, code, address);
        Assert.Equal(new IcmpError(address, kind), IcmpError.Parse(control));

        // Other control messages may come first.
        Assert.Equal(new IcmpError(address, kind), IcmpError.Parse([.. Header(24, 1, 29), .. new byte[8], .. control]));
    }

    [Property]
    public void Anything_else_is_no_error_and_no_exception(byte[] control)
    {
        if (IcmpError.Parse(control) is { } error)
        {
            Assert.True(Enum.IsDefined(error.Kind));
        }
    }

    [Fact]
    public void A_host_that_is_reached_ends_the_way()
    {
        var report = TraceVerdict.Of(("h", 80), "10.0.0.9", [Router(1, 1), TraceVerdict.HopOf(2, [HopAnswer.Silence]), End(3, "10.0.0.9", "connected"), End(4, "10.0.0.9", "connected")], 1500);
        Assert.Equal((true, "connected", null), (report.Reached, report.Outcome, report.Cure));
        Assert.Equal("h:80 is reached and takes connections, 2 routers away", report.Verdict);
        Assert.Equal([1, 2, 3], report.Hops.Select(hop => hop.Ttl));
        Assert.Equal(("tcp", "h:80"), (report.Protocol, report.Target));
    }

    [Theory]
    [InlineData(null, "filtered", "nobody answers behind hop 2 (10.0.0.2)", "drops TCP to port 80")]
    [InlineData("prohibited", "filtered", "a firewall at 10.0.0.3 forbids it", "let it through at 10.0.0.3")]
    [InlineData("unreachable", "unreachable", "10.0.0.3 knows no way to it", "have a route to its network?")]
    public void Where_it_ends_otherwise_is_told_with_what_to_do(string? said, string outcome, string verdict, string cure)
    {
        var third = said is null ? TraceVerdict.HopOf(3, [HopAnswer.Silence]) : End(3, "10.0.0.3", said);
        var report = TraceVerdict.Of(("h", 80), "10.0.0.9", [Router(1, 1), Router(2, 2), third], null);
        Assert.Equal((false, outcome, verdict), (report.Reached, report.Outcome, report.Verdict));
        Assert.Contains(cure, report.Cure);
    }

    [Fact]
    public void Nobody_at_all()
    {
        var report = TraceVerdict.Of(("h", null), "10.0.0.9", [TraceVerdict.HopOf(1, [HopAnswer.Silence])], null);
        Assert.Equal((false, "filtered", "udp"), (report.Reached, report.Outcome, report.Protocol));
        Assert.Empty(report.Hops);
    }

    [Fact]
    public void A_hop_tells_who_answered_and_how_many_were_lost()
    {
        var hop = TraceVerdict.HopOf(1, [new(IPAddress.Parse("10.0.0.1"), 1, null), HopAnswer.Silence, new(IPAddress.Parse("10.0.0.2"), 3, null)]);
        Assert.Equal(["10.0.0.1", "10.0.0.2"], hop.Addresses);
        Assert.Equal([1, 3], hop.TimesMs);
        Assert.Equal((1, null), (hop.Lost, hop.Said));
    }

    private static TraceHop Router(int ttl, int last) => TraceVerdict.HopOf(ttl, [new(IPAddress.Parse($"10.0.0.{last}"), 1, null)]);

    private static TraceHop End(int ttl, string address, string said) => TraceVerdict.HopOf(ttl, [new(IPAddress.Parse(address), 1, said)]);

    private static byte[] Control(byte origin, byte type, byte code, IPAddress address)
    {
        var six = origin == 3;
        byte[] error = [113, 0, 0, 0, origin, type, code, .. new byte[9]];
        byte[] name = six ? [10, 0, .. new byte[6], .. address.GetAddressBytes(), .. new byte[4]] : [2, 0, 0, 0, .. address.GetAddressBytes(), .. new byte[8]];
        return [.. Header(16 + error.Length + name.Length, six ? 41 : 0, six ? 25 : 11), .. error, .. name];
    }

    private static byte[] Header(long length, int level, int type) =>
        [.. MemoryMarshal.AsBytes([length]), .. MemoryMarshal.AsBytes([level, type])];
}
