using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Text;
using RedisCluster.Operations;
using RedisCluster.Protocol;
using RedisCluster.Topology;

namespace Integration.Support;

/// <summary>One redis-server process of a test, with a folder of its own.</summary>
public sealed class RedisServer : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly List<string> _arguments;
    private readonly IReadOnlyDictionary<string, string> _environment;
    private readonly RespConnectionOptions _options;
    private readonly StringBuilder _output = new();
    private Process? _process;

    internal RedisServer(
        NodeEndpoint endpoint, string folder, string[] arguments, IReadOnlyDictionary<string, string> environment, RespConnectionOptions options)
    {
        Endpoint = endpoint;
        Folder = folder;
        _arguments = [.. arguments];
        _environment = environment;
        _options = options;
    }

    /// <summary>Where it listens, bus port included.</summary>
    public NodeEndpoint Endpoint { get; private set; }

    public int Port => Endpoint.Port;

    /// <summary>Its working directory: nodes.conf, dumps.</summary>
    public string Folder { get; }

    public int ProcessId => _process?.Id ?? throw new InvalidOperationException($"{Endpoint} does not run.");

    /// <summary>What it has printed so far.</summary>
    public string Log
    {
        get
        {
            lock (_output)
            {
                return _output.ToString();
            }
        }
    }

    /// <summary>Starts the process and waits until it answers. False when its ports turned out to be taken.</summary>
    public async Task<bool> StartAsync(CancellationToken cancellationToken = default)
    {
        var start = new ProcessStartInfo("redis-server")
        {
            WorkingDirectory = Folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var argument in _arguments)
        {
            start.ArgumentList.Add(argument);
        }

        foreach (var (name, value) in _environment)
        {
            start.Environment[name] = value;
        }

        try
        {
            _process = Process.Start(start)!;
        }
        catch (Win32Exception)
        {
            throw new InvalidOperationException("These tests need redis-server on the PATH: apt-get install redis-server");
        }

        _process.OutputDataReceived += Keep;
        _process.ErrorDataReceived += Keep;
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(Patience);
        while (!_process.HasExited)
        {
            try
            {
                await using var connection = await RespConnection.ConnectAsync(Endpoint.Host, Endpoint.Port, _options, limit.Token);
                return true;
            }
            catch (RespAuthenticationException)
            {
                return true;
            }
            catch (RespConnectionException)
            {
                await Task.Delay(10, limit.Token);
            }
        }

        await _process.WaitForExitAsync(limit.Token);
        var output = Log;
        _process.Dispose();
        _process = null;
        return output.Contains("Address already in use", StringComparison.Ordinal)
            ? false
            : throw new InvalidOperationException($"redis-server at {Endpoint} ended at once:\n{output}");
    }

    /// <summary>Starts it at another address than before, with what its folder holds. False when the ports are taken.</summary>
    public Task<bool> StartAtAsync(NodeEndpoint endpoint, CancellationToken cancellationToken = default)
    {
        Endpoint = endpoint;
        Replace("--port", endpoint.Port.ToString(CultureInfo.InvariantCulture));
        Replace("--cluster-port", endpoint.EffectiveBusPort.ToString(CultureInfo.InvariantCulture));
        Replace("--bind", endpoint.Host);

        // A node's peers take the address it speaks from for its own.
        Replace("--bind-source-addr", endpoint.Host);
        return StartAsync(cancellationToken);
    }

    public Task<RespConnection> ConnectAsync() =>
        RespConnection.ConnectAsync(Endpoint.Host, Endpoint.Port, _options, TestContext.Current.CancellationToken);

    /// <summary>Sends one command over a connection of its own.</summary>
    public async Task<RespValue> CallAsync(params RespArgument[] words)
    {
        await using var connection = await ConnectAsync();
        return await connection.SendAsync(RespCommand.Of(words), TestContext.Current.CancellationToken);
    }

    /// <summary>SIGKILL, and waits until it is gone.</summary>
    public async Task KillAsync()
    {
        if (_process is not { } process)
        {
            return;
        }

        process.Kill();
        await process.WaitForExitAsync(CancellationToken.None);
        process.Dispose();
        _process = null;
    }

    public async ValueTask DisposeAsync() => await KillAsync();

    /// <summary>Makes it as if it had been started with these arguments, pairs of an option and its value; they hold for its next start too.</summary>
    internal async Task ConfigureAsync(string[] arguments)
    {
        if (arguments.Length == 0)
        {
            return;
        }

        _arguments.AddRange(arguments);
        await CallAsync(["CONFIG", "SET", .. arguments.Select((word, i) => (RespArgument)(i % 2 == 0 ? word[2..] : word))]);
    }

    internal void DeleteFolder() => Directory.Delete(Folder, recursive: true);

    private void Replace(string option, string value)
    {
        if (_arguments.IndexOf(option) is >= 0 and var index)
        {
            _arguments[index + 1] = value;
        }
        else
        {
            _arguments.AddRange([option, value]);
        }
    }

    private void Keep(object sender, DataReceivedEventArgs line)
    {
        lock (_output)
        {
            _output.AppendLine(line.Data);
        }
    }
}
