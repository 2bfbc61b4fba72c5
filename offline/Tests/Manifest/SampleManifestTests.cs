using System.Text.RegularExpressions;
using Offline.Tests.Api;

namespace Offline.Tests.Manifest;

public partial class SampleManifestTests
{
    /// <summary>Written by the real publisher, 13.5, for the same model; only the generated volume name depends on the AppHost's name.</summary>
    [Theory]
    [InlineData("sample.json")]
    [InlineData("wide.json")]
    public async Task The_whole_text_is_what_the_real_publisher_wrote(string file)
    {
        var path = Path.Combine(ApiLists.RepositoryRoot, "offline", "Tests", "Manifest", file);
        var expected = await File.ReadAllTextAsync(path, TestContext.Current.CancellationToken);
        var written = await ManifestWriter.WriteAsync(file == "sample.json" ? SampleModel.Build : WideModel.Build, Path.GetDirectoryName(SampleModel.Root));
        Assert.Equal(VolumeName().Replace(expected, "VOLUME"), VolumeName().Replace(written, "VOLUME"));
    }

    [GeneratedRegex("\"[a-z.]+-[0-9a-f]{10}-cache-data\"")]
    private static partial Regex VolumeName();
}
