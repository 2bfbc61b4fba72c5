using System.Diagnostics;
using System.Text;

namespace Aspire.Hosting.Orchestration.Containers;

internal sealed record CliResult(int ExitCode, string Output, string Error)
{
    /// <summary>The line of the error output that says what is wrong: the last one.</summary>
    public string Reason => Error.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).LastOrDefault() ?? $"exit code {ExitCode}";
}

/// <summary>One call of the docker or podman command line.</summary>
internal static class ContainerCli
{
    /// <param name="environment">Added to the client's own, from where "--env NAME" takes the values.</param>
    /// <param name="line">Told each line of the error output as it comes: the progress of a pull goes there.</param>
    public static async Task<CliResult> RunAsync(
        string runtime,
        IEnumerable<string> arguments,
        CancellationToken cancellationToken,
        IReadOnlyDictionary<string, string>? environment = null,
        Stream? input = null,
        Action<string>? line = null)
    {
        var info = new ProcessStartInfo(runtime, arguments)
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var (name, value) in environment ?? new Dictionary<string, string>())
        {
            info.Environment[name] = value;
        }

        using var process = Process.Start(info) ?? throw new InvalidOperationException($"Cannot start '{runtime}'.");
        try
        {
            var output = process.StandardOutput.ReadToEndAsync(cancellationToken);
            var error = ReadAsync(process.StandardError, line, cancellationToken);
            if (input is not null)
            {
                await input.CopyToAsync(process.StandardInput.BaseStream, cancellationToken).ConfigureAwait(false);
            }

            process.StandardInput.Close();
            await process.WaitForExitAsync(cancellationToken).ConfigureAwait(false);
            return new CliResult(process.ExitCode, (await output.ConfigureAwait(false)).Trim(), await error.ConfigureAwait(false));
        }
        catch (OperationCanceledException)
        {
            process.Kill();
            throw;
        }
    }

    private static async Task<string> ReadAsync(StreamReader reader, Action<string>? line, CancellationToken cancellationToken)
    {
        var all = new StringBuilder();
        while (await reader.ReadLineAsync(cancellationToken).ConfigureAwait(false) is { } text)
        {
            all.AppendLine(text);
            line?.Invoke(text);
        }

        return all.ToString();
    }
}
