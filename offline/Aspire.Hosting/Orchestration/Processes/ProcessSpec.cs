namespace Aspire.Hosting.Orchestration.Processes;

/// <summary>What to run. <paramref name="FileName"/> is a path, or a name to be looked up on PATH; no shell is involved.</summary>
internal sealed record ProcessSpec(
    string FileName,
    IReadOnlyList<string> Arguments,
    string WorkingDirectory,
    IReadOnlyDictionary<string, string> Environment);
