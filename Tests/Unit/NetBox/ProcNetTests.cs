using NetBox.Tools.Probes;

namespace Unit.NetBox;

public class ProcNetTests
{
    [Fact]
    public void Routes_of_ipv4()
    {
        string[] table =
        [
            "Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT",
            "eth0\t00000000\t0100A8C0\t0003\t0\t0\t100\t00000000\t0\t0\t0",
            "eth0\t0000A8C0\t00000000\t0001\t0\t0\t0\t0000FFFF\t0\t0\t0",
            "eth1\t0000000A\t00000000\t0000\t0\t0\t0\t000000FF\t0\t0\t0",
        ];
        Assert.Equal(
            [("0.0.0.0/0", "192.168.0.1", "eth0", 100L), ("192.168.0.0/16", null, "eth0", 0L)],
            ProcNet.Routes4(table).Select(route => (route.Destination, route.Gateway, route.Interface, route.Metric)));
    }

    [Fact]
    public void Routes_of_ipv6_without_those_every_system_has()
    {
        string[] table =
        [
            "fd000000000000000000000000000000 08 00000000000000000000000000000000 00 00000000000000000000000000000000 00000100 00000001 00000000 00000001     eth0",
            "00000000000000000000000000000000 00 00000000000000000000000000000000 00 fe800000000000000000000000000001 00000400 00000001 00000000 00000003     eth0",
            "00000000000000000000000000000001 80 00000000000000000000000000000000 00 00000000000000000000000000000000 00000000 00000002 00000000 80200001       lo",
            "ff000000000000000000000000000000 08 00000000000000000000000000000000 00 00000000000000000000000000000000 00000100 00000002 00000000 00000001     eth0",
        ];
        Assert.Equal(
            [("fd00::/8", null, 256L), ("::/0", "fe80::1", 1024L)],
            ProcNet.Routes6(table).Select(route => (route.Destination, route.Gateway, route.Metric)));
    }

    [Fact]
    public void Sockets_of_both_families()
    {
        string[] table =
        [
            "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode",
            "   0: 0100007F:1BBD 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 4711 1 0000000000000000 100 0 0 10 0",
            "   1: 0100007F:1BBD 0200007F:C350 01 00000000:00000000 00:00000000 00000000     0        0 4712 1 0000000000000000 100 0 0 10 0",
            "   2: 00000000000000000000000001000000:1F90 00000000000000000000000000000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 4713 1 0000000000000000 100 0 0 10 0",
            "   3: 0000000000000000FFFF00000100007F:1F91 0000000000000000FFFF00000200007F:C351 06 00000000:00000000 00:00000000 00000000     0        0 0 1 0000000000000000 100 0 0 10 0",
        ];
        Assert.Equal(
            [
                ("listening", "127.0.0.1:7101", null, "4711"),
                ("established", "127.0.0.1:7101", "127.0.0.2:50000", "4712"),
                ("listening", "[::1]:8080", null, "4713"),
                ("time-wait", "127.0.0.1:8081", "127.0.0.2:50001", "0"),
            ],
            ProcNet.Sockets(table).Select(entry => (entry.Socket.State, entry.Socket.Local, entry.Socket.Remote, entry.Inode)));
    }
}
