using System.Globalization;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;
using RedisCluster.Operations;

namespace ClusterInit.Worker;

/// <summary>
/// From arguments to exit code. In mode Once no host and no web server are built: the services of the system wait for this process,
/// and there is nothing to serve.
/// </summary>
internal static class Initializer
{
    private const int Fine = 0;
    private const int Usage = (int)ClusterFault.Usage;

    public static async Task<int> RunAsync(IReadOnlyList<string> args, TextWriter output, TextWriter error)
    {
        if (CommandLineArguments.AsksForHelp(args))
        {
            await output.WriteLineAsync(CommandLineArguments.Help).ConfigureAwait(false);
            return Fine;
        }

        using var loggers = Telemetry.CreateLoggers(new LineLoggerProvider(output, error), Environment.GetEnvironmentVariable);
        var logger = loggers.CreateLogger("ClusterInit.Worker");
        using var stop = new StopSignals();
        try
        {
            var configuration = new ConfigurationBuilder()
                .AddEnvironmentVariables()
                .AddInMemoryCollection(CommandLineArguments.Parse(args))
                .Build();
            var settings = InitializerSettings.Read(configuration);
            if (settings.Mode == InitializerMode.Watch)
            {
                return await Watcher.RunAsync(settings, output, error).ConfigureAwait(false);
            }

            Log.Starting(logger, settings.Name, settings.Nodes.Count, settings.ReplicasPerShard, settings.Deadline);
            var result = await ClusterCreation.RunAsync(settings.Nodes, Options(settings), new StepLogger(logger), stop.Token).ConfigureAwait(false);
            foreach (var line in ResultText.Lines(settings.Name, result))
            {
                await output.WriteLineAsync(line).ConfigureAwait(false);
            }

            return result.Report.Healthy ? Fine : (int)ClusterFault.Faults;
        }
        catch (UsageException exception)
        {
            Log.Failed(logger, exception.Message);
            return Usage;
        }
        catch (ClusterException exception)
        {
            Log.Failed(logger, exception.Message);
            return (int)exception.Fault;
        }
        catch (OperationCanceledException) when (stop.Received is { } signal)
        {
            Log.Interrupted(logger, signal);
            return stop.ExitCode;
        }
    }

    private static CreateOptions Options(InitializerSettings settings) => new()
    {
        ReplicasPerShard = settings.ReplicasPerShard,
        Deadline = settings.Deadline,
        NodeTimeout = settings.NodeTimeout,
        Connection = new ClusterConnectionSettings { User = settings.User, Password = settings.Password, Tls = settings.Tls },
    };
}
