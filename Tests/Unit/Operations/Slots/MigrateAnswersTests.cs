using RedisCluster.Operations.Slots;
using RedisCluster.Protocol;

namespace Unit.Operations.Slots;

public sealed class MigrateAnswersTests
{
    // As servers of Redis 7.0 word them.
    [Theory]
    [InlineData("IOERR error or timeout reading to target instance", MigrateAnswer.Uncertain)]
    [InlineData("IOERR error or timeout connecting to the client", MigrateAnswer.Uncertain)]
    [InlineData("ERR Target instance replied with error: BUSYKEY Target key name already exists.", MigrateAnswer.Busy)]
    [InlineData("ERR Target instance replied with error: OOM command not allowed when used memory > 'maxmemory'.", MigrateAnswer.OutOfMemory)]
    [InlineData("ERR Target instance replied with error: NOAUTH Authentication required.", MigrateAnswer.AccessDenied)]
    [InlineData("ERR Target instance replied with error: WRONGPASS invalid username-password pair or user is disabled.", MigrateAnswer.AccessDenied)]
    [InlineData("ERR Target instance replied with error: NOPERM this user has no permissions to run the 'restore-asking' command", MigrateAnswer.AccessDenied)]
    [InlineData("ERR Target instance replied with error: NOREPLICAS Not enough good replicas to write.", MigrateAnswer.Later)]
    [InlineData("ERR Target instance replied with error: LOADING Redis is loading the dataset in memory", MigrateAnswer.Later)]
    [InlineData("ERR Target instance replied with error: MISCONF Errors writing to the AOF file", MigrateAnswer.Later)]
    [InlineData("ERR Target instance replied with error: MOVED 5 127.0.0.1:7101", MigrateAnswer.RolesChanged)]
    [InlineData("ERR Target instance replied with error: READONLY You can't write against a read only replica.", MigrateAnswer.RolesChanged)]
    [InlineData("ERR Target instance replied with error: ERR DUMP payload version or checksum are wrong", MigrateAnswer.Failed)]
    [InlineData("CLUSTERDOWN The cluster is down", MigrateAnswer.Later)]
    [InlineData("TRYAGAIN Multiple keys request during rehashing of slot", MigrateAnswer.Later)]
    [InlineData("MOVED 5 127.0.0.1:7101", MigrateAnswer.RolesChanged)]
    [InlineData("NOPERM this user has no permissions to run the 'migrate' command", MigrateAnswer.AccessDenied)]
    [InlineData("ERR syntax error", MigrateAnswer.Failed)]
    internal void An_error_says_what_became_of_the_keys(string error, MigrateAnswer answer) =>
        Assert.Equal(answer, MigrateAnswers.Read(RespValue.Error(error)));

    [Theory]
    [InlineData("OK")]
    [InlineData("NOKEY")]
    public void Keys_that_arrived_and_keys_that_are_gone_need_nothing_more(string answer) =>
        Assert.Equal(MigrateAnswer.Done, MigrateAnswers.Read(RespValue.SimpleString(answer)));
}
