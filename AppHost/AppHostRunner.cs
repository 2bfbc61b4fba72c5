using System.Net.Sockets;
using System.Text.RegularExpressions;
using Aspire.Hosting;
using Aspire.Hosting.Publishing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using RedisCluster.Hosting.Kubernetes;

namespace AppHost;

/// <summary>Composes the application and runs or publishes it; faults become one line and an exit code.</summary>
internal static partial class AppHostRunner
{
    private const int Fine = 0;
    private const int Failed = 1;
    private const int BadUsage = 2;
    private const int Refused = 4;

    public static async Task<int> RunAsync(string[] args, Action<IDistributedApplicationBuilder> compose)
    {
        var started = TimeProvider.System.GetTimestamp();
        if (CommandLine.FaultIn(args) is { } fault)
        {
            return Complain(fault);
        }

        try
        {
            var builder = DistributedApplication.CreateBuilder(args);
            compose(builder);
            return builder.ExecutionContext.IsPublishMode ? await PublishAsync(builder) : await RunAsync(builder, started);
        }
        catch (Exception e) when (Expected(e) is { } expected)
        {
            return Complain(ParameterSuffix().Replace(expected.Message, ""));
        }
    }

    private static async Task<int> RunAsync(IDistributedApplicationBuilder builder, long started)
    {
        await using var app = builder.Build();
        using var reporting = new CancellationTokenSource();
        var reporter = LocalEndpoints.IsTest(builder.Configuration) ? Task.CompletedTask : new ConsoleReporter(app, Console.Out, started).RunAsync(reporting.Token);
        try
        {
            await app.RunAsync();
        }
        finally
        {
            await reporting.CancelAsync();
            await reporter;
        }

        return Fine;
    }

    // A failing or unknown step only shows in that the end is never announced; the host itself would exit with 0.
    private static async Task<int> PublishAsync(IDistributedApplicationBuilder builder)
    {
        var published = false;
        builder.Eventing.Subscribe<AfterPublishEvent>((_, _) =>
        {
            published = true;
            return Task.CompletedTask;
        });
        await using var app = builder.Build();
        await app.RunAsync();
        return Report(app.Services.GetService<KubernetesPublishOutcome>()) ?? (published ? Fine : Failed);
    }

    // Null where the step for Kubernetes did not run or says nothing against the end.
    private static int? Report(KubernetesPublishOutcome? outcome)
    {
        if (outcome?.Fault is { } fault)
        {
            return Complain(fault, outcome.IsRefused ? Refused : BadUsage);
        }

        foreach (var file in outcome?.Files ?? [])
        {
            Console.WriteLine(Path.Combine(outcome!.Folder, file));
        }

        foreach (var warning in outcome?.Warnings ?? [])
        {
            Console.Error.WriteLine($"AppHost: warning: {warning}");
        }

        return null;
    }

    private static int Complain(string fault, int code = BadUsage)
    {
        Console.Error.WriteLine($"AppHost: {fault.ReplaceLineEndings(" ")}");
        return code;
    }

    private static Exception? Expected(Exception e) => e switch
    {
        AggregateException { InnerExceptions: [var inner] } => Expected(inner),
        DistributedApplicationException or ArgumentException or IOException or SocketException or UnauthorizedAccessException => e,
        _ => null,
    };

    [GeneratedRegex(@" \(Parameter '[^']*'\)$", RegexOptions.CultureInvariant)]
    private static partial Regex ParameterSuffix();
}
