namespace Integration.Kubernetes;

/// <summary>Publishing over what is there: the same bytes, and nothing that somebody else wrote is lost.</summary>
public sealed class RepublishTests(PublishedFolder folder) : IClassFixture<PublishedFolder>
{
    [Fact]
    public async Task The_same_again_changes_nothing_and_a_changed_file_is_refused_with_4()
    {
        var mine = Path.Combine(folder.Path, "overlays", "mine");
        Directory.CreateDirectory(mine);
        await File.WriteAllTextAsync(Path.Combine(mine, "kustomization.yaml"), "resources: [../dev]\n", TestContext.Current.CancellationToken);
        var before = Contents();

        Assert.Equal((0, ""), await EndAsync());
        Assert.Equal(before, Contents());

        var changed = Path.Combine(folder.Path, "base", "netbox", "service.yaml");
        await File.AppendAllTextAsync(changed, "# mine\n", TestContext.Current.CancellationToken);
        before = Contents();
        var (code, errors) = await EndAsync("--Kubernetes:ImageTag=9");
        Assert.Equal(4, code);
        Assert.Equal($"AppHost: {folder.Path}: base/netbox/service.yaml was changed or not written by this step, and nothing was overwritten. Move your changes to an overlay of your own, or remove the files, and publish again.", errors.TrimEnd());
        Assert.Equal(before, Contents());
    }

    [Fact]
    public async Task What_makes_no_sense_is_named()
    {
        Assert.Equal(
            (2, "AppHost: redis-cluster: StorageSize is 'lots'; it has to be a quantity of Kubernetes such as 100m, 256Mi or 5Gi.\n"),
            await EndAsync("--Kubernetes:StorageSize=lots"));
    }

    private async Task<(int ExitCode, string Errors)> EndAsync(params string[] arguments)
    {
        var (code, _, errors) = await PublishedFolder.PublishAsync(folder.Path, arguments);
        return (code, errors);
    }

    private Dictionary<string, string> Contents() => folder.Files().ToDictionary(file => file, folder.Read);
}
