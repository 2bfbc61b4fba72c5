using System.CommandLine;
using System.Globalization;
using RedisCluster.Operations;

namespace NetBox.Tools.CommandLine;

/// <summary>netbox cluster set-timeout.</summary>
internal static class SetTimeoutCommand
{
    public static Command Create()
    {
        var words = new NodeArgument("MILLISECONDS", "the cluster-node-timeout, 100 or more");
        var command = new Command("set-timeout", "Give all nodes one cluster-node-timeout, kept in their configuration files");
        words.AddTo(command);
        return OperationCommand.Complete(
            command,
            words.Target,
            [],
            (parse, target, options, progress, cancellationToken) =>
                ClusterNodeTimeout.RunAsync(target.Seeds, Read(words.Word(parse)), options, progress, cancellationToken),
            "netbox cluster set-timeout 127.0.0.1:7101 5000 --yes");
    }

    private static TimeSpan Read(string text) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var milliseconds)
        ? TimeSpan.FromMilliseconds(milliseconds)
        : throw NetBoxException.Usage($"'{text}' is not a number of milliseconds; write it like 5000");
}
