using System.CommandLine;
using NetBox.Tools.Cluster;
using RedisCluster.Operations;
using RedisCluster.Planning;
using RedisCluster.Topology;

namespace NetBox.Tools.CommandLine;

/// <summary>netbox cluster backup and restore: a folder, and the cluster it is about.</summary>
internal static class BackupCommands
{
    public static Command Backup()
    {
        var fromReplicas = new Option<bool>("--from-replicas") { Description = "Take the data from replicas that are in step, so that no master has a snapshot to make" };
        return WithFolder(
            "backup",
            "Save all data to a folder: an RDB file per shard, taken at the same time, nodes.json, and a manifest with checksums",
            "A new or empty folder",
            [fromReplicas],

            // Nothing is changed in the cluster and nothing overwritten: there is nothing to agree to.
            (folder, parse, target, options, progress, cancellationToken) => ClusterBackup.RunAsync(
                target.Seeds, folder, parse.GetValue(fromReplicas), options with { ConfirmAsync = null }, progress, cancellationToken),
            "netbox cluster backup 127.0.0.1:7101 ./backup-monday",
            "netbox cluster backup 127.0.0.1:7101 ./backup-monday --from-replicas --json");
    }

    public static Command Restore()
    {
        var replace = new Option<bool>("--replace", "--cluster-replace") { Description = "Overwrite keys of the same name; also goes on with an interrupted restore" };
        var merge = new Option<bool>("--merge") { Description = "Leave keys of the same name as they are" };
        return WithFolder(
            "restore",
            "Load a backup into a cluster of any number of shards, which has to be empty unless an option says otherwise",
            "A folder that backup made",
            [replace, merge],
            (folder, parse, target, options, progress, cancellationToken) => ClusterRestore.RunAsync(
                target.Seeds, folder, Existing(parse.GetValue(replace), parse.GetValue(merge)), options, progress, cancellationToken),
            "netbox cluster restore 127.0.0.1:7101 ./backup-monday",
            "netbox cluster restore 127.0.0.1:7101 ./backup-monday --replace --yes");
    }

    private static ExistingKeys Existing(bool replace, bool merge) => (replace, merge) switch
    {
        (true, true) => throw NetBoxException.Usage("--replace and --merge exclude each other: overwrite keys of the same name, or leave them"),
        (true, _) => ExistingKeys.Replace,
        (_, true) => ExistingKeys.Keep,
        _ => ExistingKeys.Refuse,
    };

    private delegate Task<OperationResult> FolderOperation(
        string folder, ParseResult parse, ClusterTarget target, OperationOptions options, IProgress<ClusterProgress> progress, CancellationToken cancellationToken);

    private static Command WithFolder(
        string name, string description, string what, IReadOnlyList<Option> own, FolderOperation operation, params string[] examples)
    {
        var words = new Argument<string[]>("HOST:PORT DIR")
        {
            Description = $"Any nodes of the cluster ({ClusterTarget.ConnectionStringVariable} may stand in), then the folder. {what}",
            Arity = ArgumentArity.OneOrMore,
        };
        var cluster = new ClusterOptions(timeoutSeconds: 5);
        var command = new Command(name, description) { words };
        cluster.AddTo(command, withSeeds: false);
        return OperationCommand.Complete(
            command,
            parse => cluster.Read(parse, Split(parse.GetRequiredValue(words)).Seeds),
            own,
            (parse, target, options, progress, cancellationToken) =>
                operation(Split(parse.GetRequiredValue(words)).Folder, parse, target, options, progress, cancellationToken),
            examples);
    }

    // The folder is the last word; one that looks like a node most likely stands for a forgotten folder.
    private static (string[] Seeds, string Folder) Split(string[] words) => NodeEndpoint.TryParse(words[^1], out _)
        ? throw NetBoxException.Usage($"DIR is missing behind {words[^1]}; write a folder of such a name as ./{words[^1]}")
        : (words[..^1], words[^1]);
}
