// The newer constructors of these exceptions are marked experimental.
#pragma warning disable CS0618
using HitCounter.Api.Store;
using StackExchange.Redis;

namespace Unit.HitCounter;

public sealed class StoreFaultsTests
{
    [Theory]
    [InlineData("CLUSTERDOWN The cluster is down")]
    [InlineData("READONLY You can't write against a read only replica.")]
    [InlineData("LOADING Redis is loading the dataset in memory")]
    [InlineData("TRYAGAIN Multiple keys request during rehashing of slot")]
    [InlineData("Key has MOVED to Endpoint 127.0.0.1:7102 and hashslot 4994 but CommandFlags.NoRedirect was specified")]
    [InlineData("UNBLOCKED force unblock from blocking operation, instance state changed (master -> replica?)")]
    [InlineData("NOREPLICAS Not enough good replicas to write.")]
    public void What_a_failover_or_a_restart_causes_passes(string message)
        => Assert.True(StoreFaults.ToFault(new RedisServerException(message)).Retriable);

    [Theory]
    [InlineData("WRONGTYPE Operation against a key holding the wrong kind of value")]
    [InlineData("NOPERM this user has no permissions to run the 'evalsha' command")]
    [InlineData("ERR value is not an integer or out of range script: 1, on @user_script:14.")]
    [InlineData("STALEWRITE a later write of this writer is in the store already")]
    public void What_trying_again_cannot_mend_does_not(string message)
        => Assert.False(StoreFaults.ToFault(new RedisServerException(message)).Retriable);

    [Fact]
    public void Connections_and_time_outs_pass()
    {
        Assert.True(StoreFaults.ToFault(new RedisConnectionException(ConnectionFailureType.SocketClosed, "closed")).Retriable);
        Assert.True(StoreFaults.ToFault(new RedisTimeoutException("late", CommandStatus.Sent)).Retriable);
        Assert.True(StoreFaults.TopologyMayHaveChanged(new RedisTimeoutException("late", CommandStatus.Sent)));
        Assert.False(StoreFaults.TopologyMayHaveChanged(new RedisServerException("WRONGTYPE Operation")));
    }

    [Fact]
    public void A_fault_is_one_line_without_the_clients_diagnostics()
        => Assert.Equal(
            "Timeout awaiting response",
            StoreFaults.ToFault(new RedisTimeoutException("Timeout awaiting response, command=EVALSHA\r\nmore", CommandStatus.Sent)).Message);
}
