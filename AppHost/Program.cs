using AppHost;
using Aspire.Hosting;

return await AppHostRunner.RunAsync(args, static builder =>
{
    var settings = new AppHostSettings(builder.Configuration);

    var clusterInit = builder.AddProject<Projects.ClusterInit_Worker>("cluster-init");

    var redis = builder.AddRedisCluster("redis-cluster", settings.Shards, settings.ReplicasPerShard)
        .WithInitializer(clusterInit);

    var hitCounter = builder.AddProject<Projects.HitCounter_Api>("hit-counter")
        .WithLocalHttpEndpoint(settings.HitCounterPort)
        .WithExternalHttpEndpoints()
        .WithHttpHealthCheck("/health")
        .WithReplicas(2)
        .WithReference(redis)
        .WaitFor(redis);

    builder.AddProject<Projects.NetBox_Tools>("netbox")
        .WithArgs("serve")
        .WithLocalHttpEndpoint(settings.NetBoxPort)
        .WithExternalHttpEndpoints()
        .WithHttpHealthCheck("/health")
        .WithReference(redis)
        .WithReference(hitCounter)
        .WaitForStart(redis);
});
