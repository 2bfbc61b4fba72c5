namespace ClusterInit.Worker;

/// <summary>The command line says the same as the environment: <c>--Cluster:Nodes=...</c> for <c>Cluster__Nodes</c>.</summary>
internal static class CommandLineArguments
{
    public const string Help = """
        Forms a Redis Cluster out of empty nodes, or finishes what an earlier run began, or leaves a formed one alone. In mode Watch it
        stays, and keeps the cluster what it shall be.

        Usage: ClusterInit.Worker [--Cluster:NAME=VALUE ...]     (or environment variables Cluster__NAME=VALUE)

          Nodes               [name=]host:port[@busport],...; the first ones become the masters
          ReplicasPerShard    replicas of each master, 0 or more              (default 0)
          User, Password      credentials of the nodes                        (default none; the password also from ConnectionStrings__NAME)
          Tls                 true when the nodes' client ports speak TLS     (default false)
          Deadline            time until everything has to stand (Once)       (default 00:01:00)
          NodeTimeout         cluster-node-timeout of the nodes afterwards    (default: left as it is)
          Mode                Once: exit when the cluster stands; Watch: stay (default Once)
          Name                the cluster's name in what is printed           (default redis-cluster)

        In mode Watch also:

          NodesFile           instead of Nodes: a file with a node a line, read anew at every look
          Shards              masters with slots there shall be               (default: as many as the nodes make)
          Interval            from one look to the next                       (default 00:00:02)
          Patience            how long a fault is watched that servers may mend by themselves (default 00:00:15)
          RemoveUnlisted      true to drain and remove members that were never listed (default false)
          Lease               which of several watchers acts: Cluster (a key in it), None, or Auto (default Auto:
                              a Lease object in Kubernetes, a key in the cluster elsewhere)

        Health at /health and /alive, what is being done and why at / (ASPNETCORE_URLS says where).

        Exit codes: 0 the cluster stands, 1 it has faults, 2 bad usage, 3 a node is unreachable, 4 refused to protect data;
                    Watch ends with 0 when it is told to stop
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
