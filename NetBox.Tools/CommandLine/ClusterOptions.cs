using System.CommandLine;
using NetBox.Tools.Cluster;

namespace NetBox.Tools.CommandLine;

/// <summary>Which cluster, and how to log in.</summary>
/// <param name="timeoutSeconds">How long to wait for an answer unless told otherwise.</param>
/// <param name="timeoutName">Its option, where <c>--timeout</c> means something else.</param>
internal sealed class ClusterOptions(double timeoutSeconds, string timeoutName = "--timeout")
{
    private readonly Argument<string[]> _seeds = new("HOST:PORT")
    {
        Description = $"Any nodes of the cluster; without one {ClusterTarget.ConnectionStringVariable} says where it is",
        Arity = ArgumentArity.ZeroOrMore,
    };

    private readonly Option<string> _user = new("--user") { Description = "ACL user", HelpName = "USER" };

    private readonly Option<string> _password = new("--password", "-a")
    {
        Description = $"Password; safer in {ClusterTarget.PasswordVariable}, where no process list shows it",
        HelpName = "PASSWORD",
    };

    private readonly Option<bool> _tls = new("--tls") { Description = "The nodes' client ports speak TLS" };

    private readonly Option<TimeSpan> _timeout = CommonOptions.Timeout(timeoutSeconds, timeoutName);

    /// <param name="command">The command.</param>
    /// <param name="withSeeds">False for a command that reads its nodes from an argument of its own.</param>
    public void AddTo(Command command, bool withSeeds = true)
    {
        if (withSeeds)
        {
            command.Add(_seeds);
        }

        command.Add(_password);
        command.Add(_user);
        command.Add(_tls);
        command.Add(_timeout);
    }

    public ClusterTarget Read(ParseResult parse) => Read(parse, parse.GetValue(_seeds) ?? []);

    public ClusterTarget Read(ParseResult parse, IReadOnlyList<string> seeds) => ClusterTarget.From(
        seeds,
        parse.GetValue(_user),
        parse.GetValue(_password),
        parse.GetValue(_tls),
        parse.GetValue(_timeout),
        Environment.GetEnvironmentVariable);

    /// <summary>Null where neither an argument nor the environment names a cluster.</summary>
    public ClusterTarget? ReadIfGiven(ParseResult parse) =>
        parse.GetValue(_seeds) is { Length: > 0 } || !string.IsNullOrWhiteSpace(Environment.GetEnvironmentVariable(ClusterTarget.ConnectionStringVariable))
            ? Read(parse)
            : null;
}
