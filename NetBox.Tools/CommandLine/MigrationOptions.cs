using System.CommandLine;
using System.Globalization;
using RedisCluster.Planning;

namespace NetBox.Tools.CommandLine;

/// <summary>How keys are moved, as redis-cli calls it.</summary>
internal sealed class MigrationOptions
{
    private readonly Option<int> _pipeline = CommonOptions.Count("--pipeline", "Keys in one MIGRATE at most; their size bounds it as well", MigrationTuning.DefaultPipeline);

    private readonly Option<bool> _replace = new("--replace", "--cluster-replace")
    {
        Description = "Overwrite keys that the target holds already with those of the source, which clients have been served",
    };

    // redis-cli's number is in milliseconds, everybody else's here in seconds.
    private readonly Option<TimeSpan?> _timeout = new("--timeout", "--cluster-timeout")
    {
        Description = "How long one MIGRATE may wait for its target, in milliseconds as with redis-cli, or like 5s; a quarter of the node timeout unless given",
        HelpName = "MS",
        CustomParser = result =>
        {
            var text = result.Tokens[0].Value;
            if ((int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? TimeSpan.FromMilliseconds(number) : Durations.TryParse(text))
                is { TotalMilliseconds: >= 1 } timeout)
            {
                return timeout;
            }

            result.AddError($"'{text}' is not a time of at least 1 ms; write it like 5000, 500ms or 5s");
            return null;
        },
    };

    public MigrationOptions() => _pipeline.Aliases.Add("--cluster-pipeline");

    /// <summary>For a command that has --timeout for MIGRATE.</summary>
    public static ClusterOptions Cluster() => new(timeoutSeconds: 5, timeoutName: "--answer-timeout");

    public IReadOnlyList<Option> All => [_pipeline, _replace, _timeout];

    public MigrationTuning Read(ParseResult parse) => new()
    {
        Pipeline = parse.GetValue(_pipeline),
        Replace = parse.GetValue(_replace),
        Timeout = parse.GetValue(_timeout),
    };
}
