namespace ClusterInit.Worker;

/// <summary>The command line says the same as the environment: <c>--Cluster:Nodes=...</c> for <c>Cluster__Nodes</c>.</summary>
internal static class CommandLineArguments
{
    public const string Help = """
        Forms a Redis Cluster out of empty nodes, or finishes what an earlier run began, or leaves a formed one alone.

        Usage: ClusterInit.Worker [--Cluster:NAME=VALUE ...]     (or environment variables Cluster__NAME=VALUE)

          Nodes               host:port@busport,host:port@busport,...; the first ones become the masters
          ReplicasPerShard    replicas of each master, 0 or more              (default 0)
          User, Password      credentials of the nodes; also the password in ConnectionStrings__NAME (default none)
          Tls                 true when the nodes' client ports speak TLS     (default false)
          Deadline            time until everything has to stand              (default 00:01:00)
          NodeTimeout         cluster-node-timeout of the nodes afterwards    (default: left as it is)
          Mode                Once: exit when the cluster stands              (default Once)
          Name                the cluster's name in what is printed           (default redis-cluster)

        Exit codes: 0 the cluster stands, 1 it has faults, 2 bad usage, 3 a node is unreachable, 4 refused to protect data
        """;

    public static bool AsksForHelp(IReadOnlyList<string> args) => args.Any(a => a is "--help" or "-h" or "-?");

    /// <exception cref="UsageException">An argument is none of the program's.</exception>
    public static IReadOnlyDictionary<string, string?> Parse(IReadOnlyList<string> args)
    {
        const string Prefix = "--" + InitializerSettings.Section + ":";
        var values = new Dictionary<string, string?>(StringComparer.OrdinalIgnoreCase);
        for (var i = 0; i < args.Count; i++)
        {
            var arg = args[i];
            var equals = arg.IndexOf('=');
            var name = equals < 0 ? arg : arg[..equals];
            if (!name.StartsWith(Prefix, StringComparison.OrdinalIgnoreCase) || name.Length == Prefix.Length)
            {
                throw new UsageException($"'{name}' is not understood; options look like {Prefix}Nodes=... (--help lists them)");
            }

            if (equals < 0 && i + 1 == args.Count)
            {
                throw new UsageException($"{name} has no value; write {name}=VALUE");
            }

            values[name[2..]] = equals < 0 ? args[++i] : arg[(equals + 1)..];
        }

        return values;
    }
}
