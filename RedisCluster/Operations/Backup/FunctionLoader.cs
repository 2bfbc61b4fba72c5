using System.Collections.Immutable;
using System.Text;
using RedisCluster.Protocol;
using RedisCluster.Topology;

namespace RedisCluster.Operations.Backup;

/// <summary>Brings libraries of functions to every master, each once: all shards of a cluster have the same, so a backup has them several times.</summary>
internal sealed class FunctionLoader(StepContext context, ImmutableArray<NodeEndpoint> masters, bool replace) : IDisposable
{
    private readonly HashSet<string> _seen = [];
    private readonly SemaphoreSlim _gate = new(1, 1);

    /// <summary>How many different libraries were brought.</summary>
    public int Loaded { get; private set; }

    /// <exception cref="RespServerException">A node does not take it.</exception>
    public async Task LoadAsync(byte[] code, CancellationToken token)
    {
        await _gate.WaitAsync(token).ConfigureAwait(false);
        try
        {
            if (!_seen.Add(Encoding.UTF8.GetString(code)))
            {
                return;
            }

            var command = replace ? RespCommand.Of("FUNCTION", "LOAD", "REPLACE", code) : RespCommand.Of("FUNCTION", "LOAD", code);
            await Task.WhenAll(masters.Select(master => LoadAsync(master, command, token))).ConfigureAwait(false);
            Loaded++;
            context.Progressed();
        }
        finally
        {
            _gate.Release();
        }
    }

    public void Dispose() => _gate.Dispose();

    private async Task LoadAsync(NodeEndpoint master, RespCommand command, CancellationToken token)
    {
        var connection = await context.Pool.GetAsync(master, token).ConfigureAwait(false);
        var answer = await connection.TrySendAsync(command, token).ConfigureAwait(false);
        if (answer.ErrorCode is { } code)
        {
            if (!answer.AsText().Contains("already exists", StringComparison.Ordinal))
            {
                throw new RespServerException(code, answer.AsText(), master.ToClientString(), command.Name);
            }

            context.Log.Report($"{master.ToClientString()}: a library of functions stays as it is there", answer.AsText());
        }
    }
}
