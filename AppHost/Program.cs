using System.Globalization;
using AppHost;
using Aspire.Hosting;

return await AppHostRunner.RunAsync(args, static builder =>
{
    var settings = new AppHostSettings(builder.Configuration);

    var clusterInit = builder.AddProject<Projects.ClusterInit_Worker>("cluster-init");

    var nodeTimeout = TimeSpan.FromSeconds(builder.ExecutionContext.IsRunMode ? 5 : 15);
    var redis = builder.AddRedisCluster("redis-cluster", settings.Shards, settings.ReplicasPerShard)
        .WithNodeTimeout(nodeTimeout)
        .WithInitializer(clusterInit)
        .PublishAsKubernetes(settings.Kubernetes);

    var hitCounter = builder.AddProject<Projects.HitCounter_Api>("hit-counter")
        .WithLocalHttpEndpoint(settings.HitCounterPort)
        .WithExternalHttpEndpoints()
        .WithHttpHealthCheck("/health")
        .WithReplicas(2)
        .WithEnvironment("HitCounter__NodeTimeout", Text(nodeTimeout))
        // A failover takes the node timeout and 2 to 4 s, on a busy machine more: a late answer is better than none.
        .WithEnvironment("HitCounter__FailoverWait", Text(nodeTimeout + TimeSpan.FromSeconds(15)))
        .WithReference(redis)
        .WaitFor(redis)
        .PublishAsKubernetesDeployment(k => k.ServiceName = "hit-counter-lb");

    builder.AddProject<Projects.NetBox_Tools>("netbox")
        .WithArgs("serve")
        .WithLocalHttpEndpoint(settings.NetBoxPort)
        .WithExternalHttpEndpoints()
        .WithHttpHealthCheck("/health")
        .WithReference(redis)
        .WithReference(hitCounter)
        .WithFaultControl(redis)
        .WaitForStart(redis)
        .PublishAsKubernetesDeployment(k =>
        {
            k.Replicas = 2;
            // ping and its kind need more than "restricted" leaves.
            k.PodSecurity = KubernetesPodSecurity.Baseline;
            // One for all pods: whoever is asked knows it.
            k.RandomSecrets["NETBOX_TOKEN"] = "netbox-token";
            settings.NodeSelector(k.NodeSelector);
        });
});

static string Text(TimeSpan time) => time.ToString("c", CultureInfo.InvariantCulture);
