using System.Text;

namespace Aspire.Hosting.Orchestration.Processes;

internal static class OutputReader
{
    private const int StackSize = 256 * 1024;

    /// <summary>
    /// Hands on line by line what a process writes, until it and its children have closed the pipe.
    /// A thread of its own: reading a pipe blocks, and a dozen blocked readers would starve the thread pool.
    /// </summary>
    public static Task Start(Stream stream, string name, Action<string> line)
    {
        var completed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var thread = new Thread(() => Read(stream, line, completed), StackSize) { IsBackground = true, Name = name };
        thread.Start();
        return completed.Task;
    }

    private static void Read(Stream stream, Action<string> line, TaskCompletionSource completed)
    {
        try
        {
            using var reader = new StreamReader(stream, Encoding.UTF8, detectEncodingFromByteOrderMarks: false);
            while (reader.ReadLine() is { } text)
            {
                line(text);
            }
        }
        catch (Exception ex) when (ex is IOException or ObjectDisposedException)
        {
            // The pipe broke with the process: there is nothing more to read.
        }
        finally
        {
            completed.TrySetResult();
        }
    }
}
