using Aspire.Hosting.ApplicationModel;

namespace RedisCluster.Hosting;

/// <summary>How a node is started as a process.</summary>
internal static class NodeProcessArguments
{
    public const string ConfigFileName = "redis.conf";

    public static void Add(IList<object> args, RedisClusterNodeProcess node, bool isRunMode)
    {
        var data = node.DataDirectory
            ?? throw new InvalidOperationException($"{node.Name} has no data folder yet: its arguments are known once the application starts.");
        args.Add(Path.Combine(data, ConfigFileName));
        args.Add("--port");
        args.Add(node.PrimaryEndpoint.Property(EndpointProperty.TargetPort));
        args.Add("--cluster-port");
        args.Add(node.BusEndpoint.Property(EndpointProperty.TargetPort));
        args.Add("--bind");
        args.Add("127.0.0.1");
        args.Add("--dir");
        args.Add(data);
        foreach (var option in RedisServerOptions.Of(node.Cluster.Settings, isRunMode))
        {
            args.Add($"--{option.Key}");
            foreach (var word in option.Words)
            {
                args.Add(word);
            }
        }
    }

    /// <summary>
    /// Makes the data folder and the configuration file with the password, which would be readable by everybody on the machine as
    /// an argument.
    /// </summary>
    public static async Task PrepareAsync(RedisClusterNodeProcess node, CancellationToken cancellationToken)
    {
        var password = await node.Cluster.PasswordParameter.GetValueAsync(cancellationToken).ConfigureAwait(false) ?? "";
        var data = Directory.CreateDirectory(node.DataDirectory!).FullName;
        var path = Path.Combine(data, ConfigFileName);
        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        var file = new FileStream(path, options);
        await using (file.ConfigureAwait(false))
        {
            var quoted = Quote(password);
            await file.WriteAsync(System.Text.Encoding.UTF8.GetBytes($"requirepass {quoted}\nmasterauth {quoted}\n"), cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>A word in double quotes as redis.conf reads it.</summary>
    internal static string Quote(string word)
    {
        if (word.AsSpan().ContainsAny('\r', '\n'))
        {
            throw new FormatException("A password of Redis cannot hold a line break here.");
        }

        return $"\"{word.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)}\"";
    }
}
