using System.Globalization;
using Integration.Support;
using NetBox.Tools.Drills.Faults;

namespace Integration.NetBox;

/// <summary>The shell that undoes a fault when netbox cannot any more.</summary>
public sealed class GuardTests : IDisposable
{
    private readonly string _mark = Path.Combine(Path.GetTempPath(), $"netbox-guard-{Guid.NewGuid():N}");

    [Fact]
    public async Task It_outlives_what_a_terminal_sends_to_all_that_run_in_it()
    {
        // Long enough for all the signals to be sent meanwhile.
        var guard = Guards.After(TimeSpan.FromSeconds(3), $"touch {_mark}");
        await Eventually.TrueAsync(() => Task.FromResult(Children(guard.Id).Any()), TimeSpan.FromSeconds(60), "the guard waits");
        foreach (var signal in (int[])[1, 2, 3, 15])
        {
            foreach (var id in Children(guard.Id).Append(guard.Id))
            {
                Signals.Send(id, signal, "the guard");
            }
        }

        await Eventually.TrueAsync(() => Task.FromResult(File.Exists(_mark)), TimeSpan.FromSeconds(60), "the guard does its work");
        Guards.Release(ref guard!);
    }

    public void Dispose() => File.Delete(_mark);

    private static IEnumerable<int> Children(int id) => File.ReadAllText(string.Create(CultureInfo.InvariantCulture, $"/proc/{id}/task/{id}/children"))
        .Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(text => int.Parse(text, CultureInfo.InvariantCulture));
}
