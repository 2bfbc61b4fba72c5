namespace Aspire.Hosting.Orchestration.Processes;

internal static class AmbientEnvironment
{
    /// <summary>What tells the AppHost itself how to run; its resources get their own values, or none.</summary>
    public static readonly string[] NotInherited =
    [
        "ASPNETCORE_URLS", "ASPNETCORE_ENVIRONMENT", "DOTNET_ENVIRONMENT", "DOTNET_LAUNCH_PROFILE",
    ];
}
