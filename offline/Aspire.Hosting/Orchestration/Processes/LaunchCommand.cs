namespace Aspire.Hosting.Orchestration.Processes;

/// <summary>What starts a resource, before its own arguments.</summary>
internal sealed record LaunchCommand(string Command, IReadOnlyList<string> Arguments, string WorkingDirectory, string? ProjectPath);
