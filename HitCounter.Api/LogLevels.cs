using Microsoft.Extensions.Configuration.Memory;

namespace HitCounter.Api;

/// <summary>
/// Log levels where the configuration says nothing else. In code, because a settings file is looked for in the working
/// directory. The client's own log is off: its connection failures are stack traces, and ours say what they come to.
/// </summary>
internal static class LogLevels
{
    public static MemoryConfigurationSource Defaults => new()
    {
        InitialData = new Dictionary<string, string?>
        {
            ["Logging:LogLevel:Default"] = "Information",
            ["Logging:LogLevel:Microsoft.AspNetCore"] = "Warning",
            // At any level each request gets an activity and a log scope, whether or not anything is logged; traces need neither.
            ["Logging:LogLevel:Microsoft.AspNetCore.Hosting.Diagnostics"] = "None",
            ["Logging:LogLevel:StackExchange.Redis"] = "None",
            // A start that fails is told in one line by the program itself.
            ["Logging:LogLevel:Microsoft.Extensions.Hosting.Internal.Host"] = "None",
        },
    };
}
