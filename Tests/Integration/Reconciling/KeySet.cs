using System.Globalization;
using System.Text;
using Integration.Support;
using RedisCluster.Protocol;
using RedisCluster.Topology;

namespace Integration.Reconciling;

/// <summary>Keys all over a cluster whose values can be told from their names.</summary>
internal static class KeySet
{
    public static Task WriteAsync(IReadOnlyList<RedisServer> servers, int count) =>
        SendAsync(servers, count, key => RespCommand.Of("SET", key, $"value of {key}"));

    /// <summary>How many of the keys are there with their values, asked of the slots' owners.</summary>
    public static async Task<int> CountAsync(IReadOnlyList<RedisServer> servers, int count) =>
        (await SendAsync(servers, count, key => RespCommand.Of("GET", key))).Count(pair => pair.Answer is { IsNull: false, IsError: false } && pair.Answer.AsText() == $"value of {pair.Key}");

    private static async Task<List<(string Key, RespValue Answer)>> SendAsync(IReadOnlyList<RedisServer> servers, int count, Func<string, RespCommand> command)
    {
        var token = TestContext.Current.CancellationToken;
        var connections = await Task.WhenAll(servers.Select(server => server.ConnectAsync()));
        try
        {
            var owners = new RespConnection[HashSlot.Count];
            foreach (var connection in connections)
            {
                var view = ClusterView.Parse((await connection.SendAsync(RespCommand.Of("CLUSTER", "NODES"), token)).AsText());
                foreach (var range in view.Myself.Slots.ToRanges())
                {
                    Array.Fill(owners, connection, range.First, range.Last - range.First + 1);
                }
            }

            var answers = Enumerable.Range(0, count).Select(async i =>
            {
                var key = string.Create(CultureInfo.InvariantCulture, $"key:{i}");
                return (key, await owners[HashSlot.Of(Encoding.UTF8.GetBytes(key))].TrySendAsync(command(key), token));
            });
            return [.. await Task.WhenAll(answers)];
        }
        finally
        {
            foreach (var connection in connections)
            {
                await connection.DisposeAsync();
            }
        }
    }
}
