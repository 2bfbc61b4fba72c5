using RedisCluster.Hosting.Kubernetes;

namespace Unit.Kubernetes;

public sealed class OutputFolderTests : IDisposable
{
    private readonly DirectoryInfo _root = Directory.CreateTempSubdirectory("output-");

    public void Dispose() => _root.Delete(recursive: true);

    [Fact]
    public async Task What_was_written_is_replaced_and_removed_with_its_folder()
    {
        await WriteAsync(("a/one", "1"), ("b/two", "2"));
        var plan = await WriteAsync(("a/one", "changed"));

        Assert.Empty(plan.InTheWay);
        Assert.Equal(["b/two"], plan.Removals);
        Assert.Equal("changed", Read("a/one"));
        Assert.False(Directory.Exists(Path.Combine(_root.FullName, "b")));
    }

    [Fact]
    public async Task The_same_again_writes_nothing()
    {
        await WriteAsync(("a/one", "1"));
        var plan = new OutputFolder(_root.FullName).Look(Files(("a/one", "1")));
        Assert.Empty(plan.Writes);
        Assert.Empty(plan.Removals);
        Assert.Empty(plan.InTheWay);
    }

    [Fact]
    public async Task A_file_that_somebody_changed_is_in_the_way_be_it_to_be_written_or_removed()
    {
        await WriteAsync(("one", "1"), ("two", "2"), ("three", "3"));
        await File.WriteAllTextAsync(Path.Combine(_root.FullName, "one"), "mine", TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(Path.Combine(_root.FullName, "two"), "mine", TestContext.Current.CancellationToken);

        Assert.Equal(["one", "two"], new OutputFolder(_root.FullName).Look(Files(("one", "new"), ("three", "3"))).InTheWay);
    }

    [Fact]
    public async Task A_file_that_was_there_before_is_in_the_way_unless_it_says_the_same()
    {
        await File.WriteAllTextAsync(Path.Combine(_root.FullName, "one"), "mine", TestContext.Current.CancellationToken);
        Assert.Equal(["one"], new OutputFolder(_root.FullName).Look(Files(("one", "other"))).InTheWay);
        Assert.Empty(new OutputFolder(_root.FullName).Look(Files(("one", "mine"))).InTheWay);
    }

    [Fact]
    public async Task A_marker_nobody_can_read_proves_nothing()
    {
        await WriteAsync(("one", "1"));
        await File.WriteAllTextAsync(Path.Combine(_root.FullName, OutputFolder.MarkerFile), "{", TestContext.Current.CancellationToken);
        Assert.Equal(["one"], new OutputFolder(_root.FullName).Look(Files(("one", "2"))).InTheWay);
    }

    [Fact]
    public async Task Interrupted_it_can_be_carried_out_again()
    {
        await WriteAsync(("one", "1"));
        var folder = new OutputFolder(_root.FullName);
        var files = Files(("one", "2"));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => folder.WriteAsync(folder.Look(files), files, new CancellationToken(canceled: true)));

        Assert.Empty((await WriteAsync(("one", "2"))).InTheWay);
        Assert.Equal("2", Read("one"));
    }

    [Fact]
    public async Task A_secret_is_written_once()
    {
        var folder = new OutputFolder(_root.FullName);
        Assert.True(await folder.WriteOnceAsync("s/x", "first", TestContext.Current.CancellationToken));
        Assert.False(await folder.WriteOnceAsync("s/x", "second", TestContext.Current.CancellationToken));
        Assert.Equal("first", Read("s/x"));
    }

    private async Task<OutputFolder.Plan> WriteAsync(params (string File, string Text)[] files)
    {
        var folder = new OutputFolder(_root.FullName);
        var plan = folder.Look(Files(files));
        await folder.WriteAsync(plan, Files(files), TestContext.Current.CancellationToken);
        return plan;
    }

    private static Dictionary<string, string> Files(params (string File, string Text)[] files) => files.ToDictionary(f => f.File, f => f.Text);

    private string Read(string file) => File.ReadAllText(Path.Combine(_root.FullName, file));
}
