using System.Globalization;
using Integration.HitCounter;
using Integration.Support;
using RedisCluster.Protocol;

namespace Integration.Kubernetes;

/// <summary>Appends to one key, one write after the other, follows the slot to wherever it goes, and measures the longest wait for an acknowledgement.</summary>
internal sealed class ShardWriter(PodSimulation simulation, Pod owner, string key)
{
    private long _acknowledged;
    private Pod _owner = owner;

    public long Acknowledged => Interlocked.Read(ref _acknowledged);

    public TimeSpan LongestGap { get; private set; }

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var connection = await _owner.ConnectAsync();
        var last = TimeProvider.System.GetTimestamp();
        try
        {
            while (!cancellationToken.IsCancellationRequested)
            {
                var answer = await connection.TrySendAsync(RespCommand.Of("RPUSH", key, Acknowledged), CancellationToken.None);
                if (answer.ErrorCode == "MOVED")
                {
                    // MOVED slot host:port, the host by the name that the service gives a pod.
                    var host = answer.AsText().Split(' ')[2].Split(':')[0];
                    _owner = simulation.Pods.Single(pod => pod.HostName == host);
                    await connection.DisposeAsync();
                    connection = await _owner.ConnectAsync();
                    continue;
                }

                Assert.False(answer.IsError, answer.ToString());
                Interlocked.Increment(ref _acknowledged);
                var gap = TimeProvider.System.GetElapsedTime(last);
                last = TimeProvider.System.GetTimestamp();
                LongestGap = gap > LongestGap ? gap : LongestGap;
            }
        }
        finally
        {
            await connection.DisposeAsync();
        }
    }

    public Task ReachAsync(long writes) =>
        Eventually.TrueAsync(() => Task.FromResult(Acknowledged >= writes), TimeSpan.FromSeconds(60), string.Create(CultureInfo.InvariantCulture, $"{writes} writes"));

    public async Task<long> StoredAsync() => (await _owner.CallAsync("LLEN", key)).AsNumber();
}
