namespace Unit.Topology;

/// <summary>Replies of Redis 7.0.15, as they came.</summary>
internal static class Redis70
{
    /// <summary>CLUSTER NODES of a node that never met another one.</summary>
    public const string Fresh = """
        787c6dfadab2f06570f0b2dbe15efa1a04d2af10 :23101@23201 myself,master - 0 0 0 connected
        """;

    /// <summary>Six nodes, one with an announced hostname.</summary>
    public const string Formed = """
        e7b20b04a199e3db515ee8abb062143fc0a280ef 127.0.0.1:23105@23205 slave 7e79d2dc8dec76a7e615c5567b91e12a4c7575ef 0 1795364186109 3 connected
        2ccba2f9f441e6425cf47cbb5fc1505b13e1d093 127.0.0.1:23104@23204 slave 2ef02a2ccce00dfedde78200a126a963df9dd770 0 1795364186109 2 connected
        7e79d2dc8dec76a7e615c5567b91e12a4c7575ef 127.0.0.1:23103@23203 master - 0 1795364186109 3 connected 10923-16383
        2ef02a2ccce00dfedde78200a126a963df9dd770 127.0.0.1:23102@23202,node-1.example master - 0 1795364186714 2 connected 5461-10922
        031898e9e01891020ec3c26737f0f540058808b7 127.0.0.1:23106@23206 slave 787c6dfadab2f06570f0b2dbe15efa1a04d2af10 0 1795364187019 1 connected
        787c6dfadab2f06570f0b2dbe15efa1a04d2af10 127.0.0.1:23101@23201 myself,master - 0 1795364186000 1 connected 0-5460
        """;

    /// <summary>The nodes.conf of the same node.</summary>
    public const string NodesConf = """
        e7b20b04a199e3db515ee8abb062143fc0a280ef 127.0.0.1:23105@23205 slave 7e79d2dc8dec76a7e615c5567b91e12a4c7575ef 0 1795364184090 3 connected
        2ccba2f9f441e6425cf47cbb5fc1505b13e1d093 127.0.0.1:23104@23204 slave 2ef02a2ccce00dfedde78200a126a963df9dd770 0 1795364184090 2 connected
        7e79d2dc8dec76a7e615c5567b91e12a4c7575ef 127.0.0.1:23103@23203 master - 0 1795364184090 3 connected 10923-16383
        2ef02a2ccce00dfedde78200a126a963df9dd770 127.0.0.1:23102@23202,node-1.example master - 0 1795364184090 2 connected 5461-10922
        031898e9e01891020ec3c26737f0f540058808b7 127.0.0.1:23106@23206 slave 787c6dfadab2f06570f0b2dbe15efa1a04d2af10 0 1795364184692 1 connected
        787c6dfadab2f06570f0b2dbe15efa1a04d2af10 127.0.0.1:23101@23201 myself,master - 0 1795364183000 1 connected 0-5460
        vars currentEpoch 6 lastVoteEpoch 0
        """;

    /// <summary>A slot on its way out.</summary>
    public const string Migrating = """
        e7b20b04a199e3db515ee8abb062143fc0a280ef 127.0.0.1:23105@23205 slave 7e79d2dc8dec76a7e615c5567b91e12a4c7575ef 0 1795364187121 3 connected
        2ccba2f9f441e6425cf47cbb5fc1505b13e1d093 127.0.0.1:23104@23204 slave 2ef02a2ccce00dfedde78200a126a963df9dd770 0 1795364187121 2 connected
        7e79d2dc8dec76a7e615c5567b91e12a4c7575ef 127.0.0.1:23103@23203 master - 0 1795364187000 3 connected 10923-16383
        2ef02a2ccce00dfedde78200a126a963df9dd770 127.0.0.1:23102@23202,node-1.example master - 0 1795364186714 2 connected 5461-10922
        031898e9e01891020ec3c26737f0f540058808b7 127.0.0.1:23106@23206 slave 787c6dfadab2f06570f0b2dbe15efa1a04d2af10 0 1795364187019 1 connected
        787c6dfadab2f06570f0b2dbe15efa1a04d2af10 127.0.0.1:23101@23201 myself,master - 0 1795364187000 1 connected 0-5460 [77->-2ef02a2ccce00dfedde78200a126a963df9dd770]
        """;

    /// <summary>The same slot on its way in.</summary>
    public const string Importing = """
        787c6dfadab2f06570f0b2dbe15efa1a04d2af10 127.0.0.1:23101@23201 master - 0 1795364187121 1 connected 0-5460
        031898e9e01891020ec3c26737f0f540058808b7 127.0.0.1:23106@23206 slave 787c6dfadab2f06570f0b2dbe15efa1a04d2af10 0 1795364187000 1 connected
        e7b20b04a199e3db515ee8abb062143fc0a280ef 127.0.0.1:23105@23205 slave 7e79d2dc8dec76a7e615c5567b91e12a4c7575ef 0 1795364187121 3 connected
        2ccba2f9f441e6425cf47cbb5fc1505b13e1d093 127.0.0.1:23104@23204 slave 2ef02a2ccce00dfedde78200a126a963df9dd770 0 1795364187121 2 connected
        2ef02a2ccce00dfedde78200a126a963df9dd770 127.0.0.1:23102@23202,node-1.example myself,master - 0 1795364186000 2 connected 5461-10922 [77-<-787c6dfadab2f06570f0b2dbe15efa1a04d2af10]
        7e79d2dc8dec76a7e615c5567b91e12a4c7575ef 127.0.0.1:23103@23203 master - 0 1795364187021 3 connected 10923-16383
        """;

    /// <summary>One master killed and declared failed.</summary>
    public const string Failed = """
        e7b20b04a199e3db515ee8abb062143fc0a280ef 127.0.0.1:23105@23205 slave 7e79d2dc8dec76a7e615c5567b91e12a4c7575ef 0 1795364192806 3 connected
        2ccba2f9f441e6425cf47cbb5fc1505b13e1d093 127.0.0.1:23104@23204 slave 2ef02a2ccce00dfedde78200a126a963df9dd770 0 1795364193213 2 connected
        7e79d2dc8dec76a7e615c5567b91e12a4c7575ef 127.0.0.1:23103@23203 master,fail - 1795364188035 1795364187000 3 disconnected 10923-16383
        2ef02a2ccce00dfedde78200a126a963df9dd770 127.0.0.1:23102@23202,node-1.example master - 0 1795364193112 2 connected 5461-10922
        031898e9e01891020ec3c26737f0f540058808b7 127.0.0.1:23106@23206 slave 787c6dfadab2f06570f0b2dbe15efa1a04d2af10 0 1795364193112 1 connected
        787c6dfadab2f06570f0b2dbe15efa1a04d2af10 127.0.0.1:23101@23201 myself,master - 0 1795364193000 1 connected 0-5460 [77->-2ef02a2ccce00dfedde78200a126a963df9dd770]
        """;

    /// <summary>A failed master, and a node being met at a port where nobody listens.</summary>
    public const string Meeting = """
        7e79d2dc8dec76a7e615c5567b91e12a4c7575ef 127.0.0.1:23103@23203 master,fail - 1795364188158 1795364187115 3 disconnected 10923-16383
        2ef02a2ccce00dfedde78200a126a963df9dd770 127.0.0.1:23102@23202,node-1.example master - 0 1795364193063 2 connected 5461-10922
        2ccba2f9f441e6425cf47cbb5fc1505b13e1d093 127.0.0.1:23104@23204 slave 2ef02a2ccce00dfedde78200a126a963df9dd770 0 1795364193292 2 connected
        64b1f9b671b2b71f8c4258826d7a2b20aa7b589c 127.0.0.1:29999@39999 handshake - 0 0 0 disconnected
        e7b20b04a199e3db515ee8abb062143fc0a280ef 127.0.0.1:23105@23205 myself,slave 7e79d2dc8dec76a7e615c5567b91e12a4c7575ef 0 1795364192000 3 connected
        787c6dfadab2f06570f0b2dbe15efa1a04d2af10 127.0.0.1:23101@23201 master - 0 1795364193063 1 connected 0-5460
        031898e9e01891020ec3c26737f0f540058808b7 127.0.0.1:23106@23206 slave 787c6dfadab2f06570f0b2dbe15efa1a04d2af10 0 1795364193063 1 connected
        """;

    /// <summary>CLUSTER INFO of a node that never met another one.</summary>
    public const string FreshInfo = """
        cluster_state:fail
        cluster_slots_assigned:0
        cluster_slots_ok:0
        cluster_slots_pfail:0
        cluster_slots_fail:0
        cluster_known_nodes:1
        cluster_size:1
        cluster_current_epoch:0
        cluster_my_epoch:0
        cluster_stats_messages_sent:0
        cluster_stats_messages_received:0
        total_cluster_links_buffer_limit_exceeded:0
        """;

    /// <summary>CLUSTER INFO of a formed cluster.</summary>
    public const string FormedInfo = """
        cluster_state:ok
        cluster_slots_assigned:16384
        cluster_slots_ok:16384
        cluster_slots_pfail:0
        cluster_slots_fail:0
        cluster_known_nodes:6
        cluster_size:3
        cluster_current_epoch:6
        cluster_my_epoch:1
        cluster_stats_messages_ping_sent:29
        cluster_stats_messages_pong_sent:30
        cluster_stats_messages_sent:59
        cluster_stats_messages_ping_received:25
        cluster_stats_messages_pong_received:29
        cluster_stats_messages_meet_received:5
        cluster_stats_messages_received:59
        total_cluster_links_buffer_limit_exceeded:0
        """;

    /// <summary>CLUSTER INFO after the loss of a master.</summary>
    public const string FailedInfo = """
        cluster_state:fail
        cluster_slots_assigned:16384
        cluster_slots_ok:10923
        cluster_slots_pfail:0
        cluster_slots_fail:5461
        cluster_known_nodes:6
        cluster_size:3
        cluster_current_epoch:6
        cluster_my_epoch:1
        cluster_stats_messages_ping_sent:54
        cluster_stats_messages_pong_sent:53
        cluster_stats_messages_sent:107
        cluster_stats_messages_ping_received:48
        cluster_stats_messages_pong_received:53
        cluster_stats_messages_meet_received:5
        cluster_stats_messages_fail_received:1
        cluster_stats_messages_received:107
        total_cluster_links_buffer_limit_exceeded:0
        """;

    /// <summary>INFO of a master, the sections that are read.</summary>
    public const string MasterInfo = """
        # Server
        redis_version:7.0.15
        redis_git_sha1:00000000
        redis_git_dirty:0
        redis_build_id:ae4d7c971a948f0
        redis_mode:cluster
        arch_bits:64
        multiplexing_api:epoll
        atomicvar_api:c11-builtin
        gcc_version:12.2.0
        process_id:21391
        process_supervised:no
        run_id:aead57583dde443f50e9e6aa5addbeea3f4d0599
        tcp_port:23101
        server_time_usec:1795364187132249
        uptime_in_seconds:7
        uptime_in_days:0
        hz:10
        configured_hz:10
        lru_clock:202075
        io_threads_active:0
        # Replication
        role:master
        connected_slaves:1
        slave0:ip=127.0.0.1,port=23106,state=wait_bgsave,offset=0,lag=0
        master_failover_state:no-failover
        master_replid:859527dc274edd4621c915f581c1f8475742fd4b
        master_replid2:0000000000000000000000000000000000000000
        master_repl_offset:50
        second_repl_offset:-1
        repl_backlog_active:1
        repl_backlog_size:1048576
        repl_backlog_first_byte_offset:1
        repl_backlog_histlen:50
        # Cluster
        cluster_enabled:1
        # Keyspace
        db0:keys=1,expires=0,avg_ttl=0
        """;

    /// <summary>INFO of a replica, the sections that are read.</summary>
    public const string ReplicaInfo = """
        # Server
        redis_version:7.0.15
        redis_git_sha1:00000000
        redis_git_dirty:0
        redis_build_id:ae4d7c971a948f0
        redis_mode:cluster
        arch_bits:64
        multiplexing_api:epoll
        atomicvar_api:c11-builtin
        gcc_version:12.2.0
        process_id:21410
        process_supervised:no
        run_id:7f0a57abe37eda8fe926e5368b4f42bb6e7911b0
        tcp_port:23104
        server_time_usec:1795364187140300
        uptime_in_seconds:7
        uptime_in_days:0
        hz:10
        configured_hz:10
        lru_clock:202075
        io_threads_active:0
        # Replication
        role:slave
        master_host:127.0.0.1
        master_port:23102
        master_link_status:down
        master_last_io_seconds_ago:-1
        master_sync_in_progress:0
        slave_read_repl_offset:0
        slave_repl_offset:0
        master_link_down_since_seconds:-1
        slave_priority:100
        slave_read_only:1
        replica_announced:1
        connected_slaves:0
        master_failover_state:no-failover
        master_replid:7678838a22b72ac66edd2b0079af6664e14fd259
        master_replid2:0000000000000000000000000000000000000000
        master_repl_offset:0
        second_repl_offset:-1
        repl_backlog_active:0
        repl_backlog_size:1048576
        repl_backlog_first_byte_offset:0
        repl_backlog_histlen:0
        # Cluster
        cluster_enabled:1
        # Keyspace
        """;

    /// <summary>INFO of a fresh node, the sections that are read.</summary>
    public const string FreshServerInfo = """
        # Server
        redis_version:7.0.15
        redis_git_sha1:00000000
        redis_git_dirty:0
        redis_build_id:ae4d7c971a948f0
        redis_mode:cluster
        arch_bits:64
        multiplexing_api:epoll
        atomicvar_api:c11-builtin
        gcc_version:12.2.0
        process_id:21391
        process_supervised:no
        run_id:aead57583dde443f50e9e6aa5addbeea3f4d0599
        tcp_port:23101
        server_time_usec:1795364181950643
        uptime_in_seconds:1
        uptime_in_days:0
        hz:10
        configured_hz:10
        lru_clock:202069
        io_threads_active:0
        # Replication
        role:master
        connected_slaves:0
        master_failover_state:no-failover
        master_replid:7697adc66f0c79eb18c8ea7229f25ba1706e89f6
        master_replid2:0000000000000000000000000000000000000000
        master_repl_offset:0
        second_repl_offset:-1
        repl_backlog_active:0
        repl_backlog_size:1048576
        repl_backlog_first_byte_offset:0
        repl_backlog_histlen:0
        # Cluster
        cluster_enabled:1
        # Keyspace
        """;
}
