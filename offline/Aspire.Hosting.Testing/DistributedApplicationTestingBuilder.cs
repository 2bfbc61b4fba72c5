using System.Diagnostics;
using System.Reflection;
using System.Runtime.CompilerServices;
using Microsoft.Extensions.Hosting;

namespace Aspire.Hosting.Testing;

public static class DistributedApplicationTestingBuilder
{
    public static Task<IDistributedApplicationTestingBuilder> CreateAsync<TEntryPoint>(CancellationToken cancellationToken = default)
        where TEntryPoint : class => RunAsync(typeof(TEntryPoint), [], static (_, _) => { }, cancellationToken);

    public static Task<IDistributedApplicationTestingBuilder> CreateAsync<TEntryPoint>(string[] args, CancellationToken cancellationToken = default)
        where TEntryPoint : class => RunAsync(typeof(TEntryPoint), args, static (_, _) => { }, cancellationToken);

    public static Task<IDistributedApplicationTestingBuilder> CreateAsync<TEntryPoint>(
        string[] args, Action<DistributedApplicationOptions, HostApplicationBuilderSettings> configureBuilder, CancellationToken cancellationToken = default) =>
        RunAsync(typeof(TEntryPoint), args, configureBuilder, cancellationToken);

    public static Task<IDistributedApplicationTestingBuilder> CreateAsync(Type entryPoint, CancellationToken cancellationToken = default) =>
        RunAsync(entryPoint, [], static (_, _) => { }, cancellationToken);

    public static Task<IDistributedApplicationTestingBuilder> CreateAsync(Type entryPoint, string[] args, CancellationToken cancellationToken = default) =>
        RunAsync(entryPoint, args, static (_, _) => { }, cancellationToken);

    public static Task<IDistributedApplicationTestingBuilder> CreateAsync(
        Type entryPoint, string[] args, Action<DistributedApplicationOptions, HostApplicationBuilderSettings> configureBuilder, CancellationToken cancellationToken = default) =>
        RunAsync(entryPoint, args, configureBuilder, cancellationToken);

    [MethodImpl(MethodImplOptions.NoInlining)]
    public static IDistributedApplicationTestingBuilder Create(params string[] args) => Create(args, static (_, _) => { });

    [MethodImpl(MethodImplOptions.NoInlining)]
    public static IDistributedApplicationTestingBuilder Create(string[] args, Action<DistributedApplicationOptions, HostApplicationBuilderSettings> configureBuilder)
    {
        ThrowIfAnyIsEmpty(args);
        ArgumentNullException.ThrowIfNull(configureBuilder);
        return new OwnTestingBuilder(args, CallingAppHost(), configureBuilder);
    }

    private static async Task<IDistributedApplicationTestingBuilder> RunAsync(
        Type entryPoint, string[] args, Action<DistributedApplicationOptions, HostApplicationBuilderSettings> configureBuilder, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(entryPoint);
        ThrowIfAnyIsEmpty(args);
        ArgumentNullException.ThrowIfNull(configureBuilder);
        var run = new AppHostRun(entryPoint, args, configureBuilder);
        try
        {
            return new EntryPointTestingBuilder(run, await run.Builder.WaitAsync(cancellationToken).ConfigureAwait(false));
        }
        catch
        {
            await run.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    // The nearest caller that the build has marked as an AppHost; a plain test project is none, and may still use executables.
    private static Assembly? CallingAppHost() =>
        new StackTrace().GetFrames().Select(f => f.GetMethod()?.DeclaringType?.Assembly).OfType<Assembly>().Distinct()
            .FirstOrDefault(a => a.GetCustomAttributes<AssemblyMetadataAttribute>().Any(m => string.Equals(m.Key, "apphostprojectpath", StringComparison.OrdinalIgnoreCase)));

    private static void ThrowIfAnyIsEmpty(string[] args)
    {
        ArgumentNullException.ThrowIfNull(args);
        foreach (var arg in args)
        {
            ArgumentException.ThrowIfNullOrEmpty(arg, nameof(args));
        }
    }
}
