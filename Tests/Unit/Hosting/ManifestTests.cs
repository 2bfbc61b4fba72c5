using Aspire.Hosting;

namespace Unit.Hosting;

public sealed class ManifestTests
{
    // As the publisher of Aspire 13.5 writes it.
    private const string Expected = """
        {
          "resources": {
            "redis": {
              "type": "value.v0",
              "connectionString": "{redis-0.bindings.tcp.host}:{redis-0.bindings.tcp.port},{redis-1.bindings.tcp.host}:{redis-1.bindings.tcp.port},{redis-2.bindings.tcp.host}:{redis-2.bindings.tcp.port},password={redis-password.value}"
            },
            "redis-0": {
              "type": "container.v0",
              "connectionString": "{redis-0.bindings.tcp.host}:{redis-0.bindings.tcp.port},password={redis-password.value}",
              "image": "docker.io/valkey/valkey:9.0",
              "entrypoint": "/bin/sh",
              "args": [
                "-c",
                "set -f; IFS=; exec redis-server --port 6379 --cluster-port 16379 --dir /data --cluster-announce-ip $REDIS_NODE_NAME --cluster-enabled yes --cluster-config-file nodes.conf --cluster-node-timeout 2000 --cluster-require-full-coverage no --cluster-migration-barrier 1 --appendonly yes --repl-diskless-sync-delay 0 --protected-mode no --save 3600 1 --proc-title-template $REDIS_PROC_TITLE_TEMPLATE_0 --requirepass $ConnectionStrings__password --masterauth $ConnectionStrings__password"
              ],
              "volumes": [
                {
                  "name": "orders-0-data",
                  "target": "/data",
                  "readOnly": false
                }
              ],
              "env": {
                "ConnectionStrings__password": "{redis-password.value}",
                "REDIS_NODE_NAME": "redis-0",
                "REDIS_PROC_TITLE_TEMPLATE_0": "\u0022{title}\u0022"
              },
              "bindings": {
                "tcp": {
                  "scheme": "redis",
                  "protocol": "tcp",
                  "transport": "tcp",
                  "targetPort": 6379
                },
                "bus": {
                  "scheme": "tcp",
                  "protocol": "tcp",
                  "transport": "tcp",
                  "targetPort": 16379
                }
              }
            },
            "redis-1": {
              "type": "container.v0",
              "connectionString": "{redis-1.bindings.tcp.host}:{redis-1.bindings.tcp.port},password={redis-password.value}",
              "image": "docker.io/valkey/valkey:9.0",
              "entrypoint": "/bin/sh",
              "args": [
                "-c",
                "set -f; IFS=; exec redis-server --port 6379 --cluster-port 16379 --dir /data --cluster-announce-ip $REDIS_NODE_NAME --cluster-enabled yes --cluster-config-file nodes.conf --cluster-node-timeout 2000 --cluster-require-full-coverage no --cluster-migration-barrier 1 --appendonly yes --repl-diskless-sync-delay 0 --protected-mode no --save 3600 1 --proc-title-template $REDIS_PROC_TITLE_TEMPLATE_0 --requirepass $ConnectionStrings__password --masterauth $ConnectionStrings__password"
              ],
              "volumes": [
                {
                  "name": "orders-1-data",
                  "target": "/data",
                  "readOnly": false
                }
              ],
              "env": {
                "ConnectionStrings__password": "{redis-password.value}",
                "REDIS_NODE_NAME": "redis-1",
                "REDIS_PROC_TITLE_TEMPLATE_0": "\u0022{title}\u0022"
              },
              "bindings": {
                "tcp": {
                  "scheme": "redis",
                  "protocol": "tcp",
                  "transport": "tcp",
                  "targetPort": 6379
                },
                "bus": {
                  "scheme": "tcp",
                  "protocol": "tcp",
                  "transport": "tcp",
                  "targetPort": 16379
                }
              }
            },
            "redis-2": {
              "type": "container.v0",
              "connectionString": "{redis-2.bindings.tcp.host}:{redis-2.bindings.tcp.port},password={redis-password.value}",
              "image": "docker.io/valkey/valkey:9.0",
              "entrypoint": "/bin/sh",
              "args": [
                "-c",
                "set -f; IFS=; exec redis-server --port 6379 --cluster-port 16379 --dir /data --cluster-announce-ip $REDIS_NODE_NAME --cluster-enabled yes --cluster-config-file nodes.conf --cluster-node-timeout 2000 --cluster-require-full-coverage no --cluster-migration-barrier 1 --appendonly yes --repl-diskless-sync-delay 0 --protected-mode no --save 3600 1 --proc-title-template $REDIS_PROC_TITLE_TEMPLATE_0 --requirepass $ConnectionStrings__password --masterauth $ConnectionStrings__password"
              ],
              "volumes": [
                {
                  "name": "orders-2-data",
                  "target": "/data",
                  "readOnly": false
                }
              ],
              "env": {
                "ConnectionStrings__password": "{redis-password.value}",
                "REDIS_NODE_NAME": "redis-2",
                "REDIS_PROC_TITLE_TEMPLATE_0": "\u0022{title}\u0022"
              },
              "bindings": {
                "tcp": {
                  "scheme": "redis",
                  "protocol": "tcp",
                  "transport": "tcp",
                  "targetPort": 6379
                },
                "bus": {
                  "scheme": "tcp",
                  "protocol": "tcp",
                  "transport": "tcp",
                  "targetPort": 16379
                }
              }
            },
            "redis-password": {
              "type": "parameter.v0",
              "value": "{redis-password.inputs.value}",
              "inputs": {
                "value": {
                  "type": "string",
                  "secret": true,
                  "default": {
                    "generate": {
                      "minLength": 22,
                      "special": false
                    }
                  }
                }
              }
            }
          }
        }
        """;

    [Fact]
    public async Task A_cluster_is_published_as_containers_and_one_connection_string()
    {
        var folder = Directory.CreateTempSubdirectory("manifest-");
        try
        {
            var path = Path.Combine(folder.FullName, "manifest.json");
            var builder = HostingModel.Publish(path);
            builder.AddRedisCluster("redis", shards: 3, replicasPerShard: 0)
                .WithDataVolume("orders")
                .WithNodeTimeout(TimeSpan.FromSeconds(2))
                .WithRedisConfig("save", "3600 1")
                .WithRedisConfig("proc-title-template", "\"{title}\"")
                .WithNodeImage("valkey/valkey", "9.0");
            await using var app = builder.Build();
            await app.RunAsync(TestContext.Current.CancellationToken);

            Assert.Equal(Expected, await File.ReadAllTextAsync(path, TestContext.Current.CancellationToken), ignoreLineEndingDifferences: true);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }
}
