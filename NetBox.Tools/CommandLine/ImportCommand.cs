using System.CommandLine;
using NetBox.Tools.Cluster;
using RedisCluster.Operations;
using RedisCluster.Topology;

namespace NetBox.Tools.CommandLine;

/// <summary>netbox cluster import: the keys of a server outside of the cluster.</summary>
internal static class ImportCommand
{
    public static Command Create()
    {
        var from = new Option<string>("--from", "--cluster-from") { Description = "The server to import from", HelpName = "HOST:PORT", Required = true };
        var user = new Option<string>("--from-user", "--cluster-from-user") { Description = "ACL user on that server", HelpName = "USER" };
        var password = new Option<string>("--from-pass", "--cluster-from-pass") { Description = "Password on that server; every process list shows it", HelpName = "PASSWORD" };
        var ask = new Option<bool>("--from-askpass", "--cluster-from-askpass") { Description = "Ask for that password, or read it from the standard input" };
        var tls = new Option<bool>("--from-tls") { Description = "That server speaks TLS" };
        var copy = new Option<bool>("--copy", "--cluster-copy") { Description = "Leave the keys there as well; otherwise they move" };
        var replace = new Option<bool>("--replace", "--cluster-replace") { Description = "Overwrite keys of the same name in the cluster" };
        return OperationCommand.Create(
            "import",
            "Bring the keys of a server that is in no cluster into the cluster; they move unless --copy is given",
            [from, user, password, ask, tls, copy, replace],
            (parse, target, options, progress, cancellationToken) =>
            {
                var import = new ImportOptions
                {
                    Source = NodeEndpoint.TryParse(parse.GetRequiredValue(from), out var source)
                        ? source
                        : throw NetBoxException.Usage($"'{parse.GetValue(from)}' is not HOST:PORT (--from); write it like 127.0.0.1:6379"),
                    Connection = target.Settings with
                    {
                        User = parse.GetValue(user),
                        Password = parse.GetValue(ask)
                            ? PasswordPrompt.Read(parse.InvocationConfiguration, "the server to import from")
                            : parse.GetValue(password),
                        Tls = parse.GetValue(tls),
                    },
                    Copy = parse.GetValue(copy),
                    Replace = parse.GetValue(replace),
                };
                return ClusterImport.RunAsync(target.Seeds, import, options, progress, cancellationToken);
            },
            "netbox cluster import 127.0.0.1:7101 --from 127.0.0.1:6379",
            "netbox cluster import 127.0.0.1:7101 --from 127.0.0.1:6379 --copy --replace --yes");
    }
}
