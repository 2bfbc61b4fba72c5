using System.Text.RegularExpressions;
using Offline.Tests.Api;

namespace Offline.Tests.Manifest;

public partial class SampleManifestTests
{
    /// <summary>Written by the real publisher, 13.5.4, for the same model; only the generated volume name depends on the AppHost's name.</summary>
    [Fact]
    public async Task The_whole_text_is_what_the_real_publisher_wrote()
    {
        var expected = await File.ReadAllTextAsync(Path.Combine(ApiLists.RepositoryRoot, "offline", "Tests", "Manifest", "sample.json"), TestContext.Current.CancellationToken);
        var written = await ManifestWriter.WriteAsync(SampleModel.Build, Path.GetDirectoryName(SampleModel.Root));
        Assert.Equal(VolumeName().Replace(expected, "VOLUME"), VolumeName().Replace(written, "VOLUME"));
    }

    [GeneratedRegex("\"[a-z.]+-[0-9a-f]{10}-cache-data\"")]
    private static partial Regex VolumeName();
}
