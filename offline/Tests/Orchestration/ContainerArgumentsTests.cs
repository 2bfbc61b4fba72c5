using System.Formats.Tar;
using System.Net.Sockets;
using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Orchestration.Containers;

namespace Offline.Tests.Orchestration;

public class ContainerArgumentsTests
{
    private static readonly ContainerSpec Spec = new(
        "node-abc",
        "docker.io/library/redis:8.2",
        "/bin/sh",
        ["-c", "redis-server --port 7101"],
        new Dictionary<string, string> { ["REDIS_PASSWORD"] = "secret", ["PATH"] = "/bin" },
        ["--ulimit", "nofile=10000"],
        [new PublishedPort("127.0.0.1", 7101, 6379, ProtocolType.Tcp), new PublishedPort("0.0.0.0", 53, 53, ProtocolType.Udp)],
        [
            new ContainerMountAnnotation("data", "/data", ContainerMountType.Volume, isReadOnly: false),
            new ContainerMountAnnotation(null, "/scratch", ContainerMountType.Volume, isReadOnly: false),
            new ContainerMountAnnotation("/host", "/etc/redis", ContainerMountType.BindMount, isReadOnly: true),
        ],
        ["node", "node.dev.internal"],
        "aspire-session-network-1",
        "aspire.offline.run=1");

    [Fact]
    public void The_command_line_holds_everything_in_the_order_the_clients_want()
    {
        Assert.Equal(
            [
                "create", "--name", "node-abc", "--label", "aspire.offline.run=1", "--network", "aspire-session-network-1",
                "--network-alias", "node", "--network-alias", "node.dev.internal",
                "--add-host", "host.docker.internal:host-gateway",
                "--publish", "127.0.0.1:7101:6379", "--publish", "0.0.0.0:53:53/udp",
                "--mount", "type=volume,source=data,target=/data",
                "--mount", "type=volume,target=/scratch",
                "--mount", "type=bind,source=/host,target=/etc/redis,readonly",
                "--env", "REDIS_PASSWORD", "--env", "PATH=/bin",
                "--entrypoint", "/bin/sh",
                "--ulimit", "nofile=10000",
                "docker.io/library/redis:8.2",
                "-c", "redis-server --port 7101",
            ],
            ContainerArguments.Create(Spec));
    }

    [Fact]
    public void Secrets_stay_off_the_command_line_and_the_clients_own_variables_stay_its_own()
    {
        Assert.DoesNotContain(ContainerArguments.Create(Spec), a => a.Contains("secret", StringComparison.Ordinal));
        Assert.Equal(new Dictionary<string, string> { ["REDIS_PASSWORD"] = "secret" }, ContainerArguments.ClientEnvironment(Spec));
    }

    [Theory]
    [InlineData(null, new[] { "docker", "podman" })]
    [InlineData("", new[] { "docker", "podman" })]
    [InlineData("podman", new[] { "podman" })]
    public void The_runtime_is_the_one_that_is_asked_for(string? configured, string[] expected) => Assert.Equal(expected, ContainerRuntime.Candidates(configured));

    [Fact]
    public async Task Files_become_an_archive_with_owner_and_mode()
    {
        ContainerFileSystemItem[] items =
        [
            new ContainerDirectory
            {
                Name = "conf",
                Entries = [new ContainerFile { Name = "redis.conf", Contents = "port 7101", Mode = UnixFileMode.UserRead }],
            },
        ];
        var files = new ContainerFileSystemCallbackAnnotation
        {
            DestinationPath = "/usr/local/etc",
            DefaultOwner = 999,
            DefaultGroup = 1000,
            Callback = (_, _) => Task.FromResult<IEnumerable<ContainerFileSystemItem>>(items),
        };

        await using var archive = await ContainerFilesArchive.WriteAsync(files, items, Waiting.Bounded);
        using var reader = new TarReader(archive);

        var folder = reader.GetNextEntry()!;
        Assert.Equal(("usr/local/etc/conf", TarEntryType.Directory, 999, 1000), (folder.Name.TrimEnd('/'), folder.EntryType, folder.Uid, folder.Gid));
        Assert.True(folder.Mode.HasFlag(UnixFileMode.OtherExecute));
        var file = reader.GetNextEntry()!;
        Assert.Equal(("usr/local/etc/conf/redis.conf", UnixFileMode.UserRead), (file.Name, file.Mode));
        using var text = new StreamReader(file.DataStream!);
        Assert.Equal("port 7101", await text.ReadToEndAsync(Waiting.Bounded));
    }
}
