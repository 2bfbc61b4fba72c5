namespace NetBox.Tools.Drills;

/// <summary>Whether this is an environment in which faults are not made for practice.</summary>
internal static class ProductionMark
{
    public const string Variable = "NETBOX_ENVIRONMENT";

    private static readonly string[] Variables = [Variable, "DOTNET_ENVIRONMENT", "ASPNETCORE_ENVIRONMENT"];

    /// <summary>The variable that says so, as <c>NAME=Production</c>; null where none does. Only what is written counts: .NET takes silence for production as well.</summary>
    public static string? Find(Func<string, string?> environment) => Variables
        .Where(name => "Production".Equals(environment(name), StringComparison.OrdinalIgnoreCase))
        .Select(name => $"{name}={environment(name)}")
        .FirstOrDefault();

    /// <exception cref="NetBoxException">It is one, and nobody insisted (refused).</exception>
    public static void Respect(Func<string, string?> environment, bool force)
    {
        if (!force && Find(environment) is { } mark)
        {
            throw new NetBoxException(ExitCode.Refused, $"this is marked as production ({mark}), and a drill does harm: nothing was done. --force does it all the same");
        }
    }
}
