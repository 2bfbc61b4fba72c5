using Aspire.Hosting;
using Microsoft.Extensions.Configuration;

var builder = DistributedApplication.CreateBuilder(args);

var web = builder.AddProject<Projects.SampleService>("web")
    .WithHttpEndpoint(port: builder.Configuration.GetValue<int?>("WebPort"))
    .WithHttpHealthCheck("/health")
    .WithReplicas(2);

var job = builder.AddExecutable("job", "/bin/sh", ".", "-c", "echo from the job; exit 0")
    .WaitFor(web);

// One process in the group of the resource, one that has left it.
builder.AddExecutable("sleeper", "/bin/sh", ".", "-c", "setsid sleep 3211 & exec sleep 3212")
    .WaitForCompletion(job);

builder.Build().Run();
