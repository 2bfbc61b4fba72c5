using Integration.Support;
using Integration.Worker;

namespace Integration.NetBox;

/// <summary>What becomes of netbox when nobody reads what it prints, or when it cannot be written.</summary>
public sealed class OutputTests
{
    [Fact]
    public async Task A_watch_ends_with_its_reader_and_what_cannot_be_written_is_told_in_a_line()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "needs a shell");
        await using var servers = await RedisServers.StartAsync(1);
        var seed = servers[0].Endpoint.ToClientString();
        var (exitCode, output, error) = await BehindAsync("\"$@\" | head -n 1", "watch", seed, "--interval", "100ms", "--json");
        Assert.Equal((0, ""), (exitCode, error));
        Assert.StartsWith("{\"picture\":", Assert.Single(output.TrimEnd().Split('\n')));

        // Not endless, but long: as a program ends that is told by SIGPIPE.
        (_, output, error) = await BehindAsync("(\"$@\"; echo $? >&2) | head -n 1", "http", seed, "--repeat", "100000", "--interval", "10ms");
        Assert.Equal("141", error.Trim());
        Assert.Single(output.TrimEnd().Split('\n'));

        Assert.SkipUnless(File.Exists("/dev/full"), "no /dev/full");
        foreach (var command in (string[][])[["topology", seed, "--json"], ["interfaces"]])
        {
            (exitCode, output, error) = await BehindAsync("\"$@\" > /dev/full", command);
            Assert.Equal((1, ""), (exitCode, output));
            Assert.Equal("netbox: what there is to say cannot be written: No space left on device", error.TrimEnd());
        }
    }

    private static async Task<(int ExitCode, string Output, string Error)> BehindAsync(string script, params string[] arguments)
    {
        using var tool = ToolProcess.StartBehind(["sh", "-c", script, "sh"], "netbox", arguments);
        return await tool.EndAsync();
    }
}
