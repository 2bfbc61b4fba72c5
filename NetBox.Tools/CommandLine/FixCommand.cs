using System.CommandLine;
using RedisCluster.Operations;
using RedisCluster.Planning;

namespace NetBox.Tools.CommandLine;

/// <summary>netbox cluster fix.</summary>
internal static class FixCommand
{
    public static Command Create()
    {
        var search = CheckCommand.SearchMultipleOwners("Look at the keys of every slot on every master, not only of the slots that are not in order");
        var force = new Option<bool>("--fix-with-unreachable-masters", "--cluster-fix-with-unreachable-masters")
        {
            Description = "Give the slots of masters that cannot be reached to others, and the keys they hold up",
        };
        return OperationCommand.Create(
            "fix",
            "Put the slots in order: finish or close what a migration left half way, give every slot one owner; no key is lost",
            [search, force],
            (parse, target, options, progress, cancellationToken) => ClusterFix.RunAsync(
                target.Seeds,
                new FixRequest { SearchMultipleOwners = parse.GetValue(search), FixWithUnreachableMasters = parse.GetValue(force) },
                options,
                progress,
                cancellationToken),
            "netbox cluster fix 127.0.0.1:7101 --dry-run",
            "netbox cluster fix 127.0.0.1:7101 --yes",
            "netbox cluster fix 127.0.0.1:7101 --search-multiple-owners --yes --json");
    }
}
