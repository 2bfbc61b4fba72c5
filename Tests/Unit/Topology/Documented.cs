namespace Unit.Topology;

/// <summary>Replies in the formats that later servers document, written by hand.</summary>
internal static class Documented
{
    /// <summary>Redis 7.2 and later: an empty hostname, then auxiliary fields.</summary>
    public const string Redis8 = """
        07c37dfeb235213a872192d90877d0cd55635b91 10.0.0.1:6379@16379,,tls-port=0,shard-id=69bc080733d1355567173199cff4a6a039a2f024 myself,master - 0 1700000000000 1 connected 0-8191
        e7d1eecce10fd6bb5eb35b9f99a514335d9ba9ca 10.0.0.2:6379@16379,redis-1.redis.svc,shard-id=114f6674a35b84949fe567f5dfd41415ee776261 master - 0 1700000000100 2 connected 8192-16383
        292f8b365bb7edb5e285caf0b7e6ddc7265d2f4f 10.0.0.3:6379@16379,redis-2.redis.svc,nodename=third,shard-id=69bc080733d1355567173199cff4a6a039a2f024 slave,nofailover 07c37dfeb235213a872192d90877d0cd55635b91 0 1700000000200 1 connected
        """;

    /// <summary>Valkey 8 and 9: IPv6, availability zones, auxiliary fields without a hostname, a flag nobody knows yet.</summary>
    public const string Valkey9 = """
        07c37dfeb235213a872192d90877d0cd55635b91 fd00::1:6379@16379,,nodename=,shard-id=69bc080733d1355567173199cff4a6a039a2f024,availability-zone=eu-1a myself,master,brandnew - 0 0 1 connected 0 2-5 16383
        e7d1eecce10fd6bb5eb35b9f99a514335d9ba9ca fd00::2:6379@16379,shard-id=114f6674a35b84949fe567f5dfd41415ee776261 replica,fail? 07c37dfeb235213a872192d90877d0cd55635b91 12 13 1 disconnected
        292f8b365bb7edb5e285caf0b7e6ddc7265d2f4f :0@0 master,noaddr - 0 0 0 disconnected
        6ec23923021cf3ffec47632106199cb7f496ce01 redis-cluster-3:6379@16379 noflags - 0 0 0 connected
        """;

    public const string ValkeyInfo = """
        # Server
        redis_version:7.2.4
        server_name:valkey
        valkey_version:8.1.0
        valkey_release_stage:ga
        server_mode:cluster

        # Replication
        role:slave
        master_host:fd00::1
        master_port:6379
        master_link_status:down
        master_sync_in_progress:1
        slave_repl_offset:-1
        master_repl_offset:0

        # Cluster
        cluster_enabled:1

        # Keyspace
        db0:keys=3,expires=0,avg_ttl=0
        db7:keys=4,expires=1,avg_ttl=10
        """;

    public const string RedisPreviewInfo = """
        # Server
        redis_version:8.4-rc1
        redis_mode:standalone
        """;
}
