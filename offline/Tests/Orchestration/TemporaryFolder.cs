namespace Offline.Tests.Orchestration;

internal sealed class TemporaryFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("offline-tests-").FullName;

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
