namespace RedisCluster.Hosting;

internal static class RedisClusterContainerImageTags
{
    public const string Registry = "docker.io";
    public const string Image = "library/redis";
    public const string Tag = "8.2";
}
