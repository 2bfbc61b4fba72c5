using FsCheck;
using FsCheck.Xunit;
using RedisCluster.Operations.Backup;

namespace Unit.Operations.Backup;

/// <summary>What bounds the memory of a restore: bytes on their way, over all files together.</summary>
public sealed class ByteWindowTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_value_larger_than_the_window_goes_alone_and_the_row_is_kept()
    {
        var window = new ByteWindow(100, 10);
        await window.EnterAsync(60, Stop);
        var huge = window.EnterAsync(1000, Stop);
        var small = window.EnterAsync(1, Stop);
        Assert.False(huge.IsCompleted || small.IsCompleted);
        window.Exit(60);
        await huge;
        Assert.False(small.IsCompleted);
        window.Exit(1000);
        await small;
    }

    [Fact]
    public async Task Whoever_gives_up_waiting_leaves_the_row()
    {
        var window = new ByteWindow(100, 10);
        using var cancel = new CancellationTokenSource();
        await window.EnterAsync(60, Stop);
        var huge = window.EnterAsync(1000, cancel.Token);
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => huge);
        await window.EnterAsync(40, Stop);
    }

    [Property(MaxTest = 30)]
    public async Task Several_files_together_never_have_more_on_its_way_than_the_window(NonEmptyArray<byte>[] files)
    {
        const long Most = 200;
        var window = new ByteWindow(Most, 5);
        var gate = new Lock();
        var (bytes, count, worst) = (0L, 0, "");
        await Task.WhenAll(files.Select(file => Task.Run(async () =>
        {
            var inFlight = new InFlight(window);
            foreach (var size in file.Get.Select(size => size * 2L))
            {
                await inFlight.AddAsync(
                    size,
                    async () =>
                    {
                        lock (gate)
                        {
                            (bytes, count) = (bytes + size, count + 1);
                            worst = (bytes > Most && count > 1) || count > 5 ? $"{count} with {bytes}" : worst;
                        }

                        await Task.Yield();
                        lock (gate)
                        {
                            (bytes, count) = (bytes - size, count - 1);
                        }
                    },
                    CancellationToken.None);
            }

            await inFlight.DrainAsync();
        })));
        Assert.Equal((0L, 0, ""), (bytes, count, worst));
    }
}
