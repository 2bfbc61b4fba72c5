namespace Integration.Support;

internal static class Eventually
{
    /// <summary>Asks until the answer is yes, or fails after <paramref name="patience"/>.</summary>
    public static Task TrueAsync(Func<Task<bool>> condition, TimeSpan patience, string what) => TrueAsync(condition, patience, () => what);

    /// <summary>The same, saying in the end what was there instead.</summary>
    public static async Task TrueAsync(Func<Task<bool>> condition, TimeSpan patience, Func<string> what)
    {
        var started = TimeProvider.System.GetTimestamp();
        while (!await condition())
        {
            Assert.True(TimeProvider.System.GetElapsedTime(started) < patience, $"Not within {patience}: {what()}");
            await Task.Delay(20);
        }
    }
}
