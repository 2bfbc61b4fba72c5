using System.CommandLine;
using NetBox.Tools.Cluster;

namespace NetBox.Tools.CommandLine;

/// <summary>Two words, as redis-cli takes them: a node of the cluster, then what the command is about. The environment may stand in for the first.</summary>
internal sealed class NodeArgument(string what, string description)
{
    private readonly Argument<string[]> _words = new($"HOST:PORT {what}")
    {
        Description = $"Any node of the cluster ({ClusterTarget.ConnectionStringVariable} may stand in), then {description}",
        Arity = new ArgumentArity(1, 2),
    };

    private readonly ClusterOptions _cluster = new(timeoutSeconds: 5);

    public void AddTo(Command command)
    {
        command.Add(_words);
        _cluster.AddTo(command, withSeeds: false);
    }

    public ClusterTarget Target(ParseResult parse) => _cluster.Read(parse, parse.GetRequiredValue(_words)[..^1]);

    public string Word(ParseResult parse) => parse.GetRequiredValue(_words)[^1];
}
