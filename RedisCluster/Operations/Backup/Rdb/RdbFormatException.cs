namespace RedisCluster.Operations.Backup.Rdb;

/// <summary>The bytes are no RDB that is known here. The message says what is wrong and where, in one line.</summary>
internal sealed class RdbFormatException(string message) : Exception(message);
