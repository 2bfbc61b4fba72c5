using System.CommandLine;
using System.Net.Sockets;
using NetBox.Tools.Cluster;

namespace NetBox.Tools.CommandLine;

/// <summary>Which cluster, and how to log in.</summary>
/// <param name="timeoutSeconds">How long to wait for an answer unless told otherwise.</param>
/// <param name="timeoutName">Its option, where <c>--timeout</c> means something else.</param>
/// <param name="nodes">What the nodes given are.</param>
internal sealed class ClusterOptions(double timeoutSeconds, string timeoutName = "--timeout", string nodes = "Any nodes of the cluster")
{
    private readonly Argument<string[]> _seeds = new("HOST:PORT")
    {
        Description = $"{nodes}; without one {ClusterTarget.ConnectionStringVariable} says where it is",
        Arity = ArgumentArity.ZeroOrMore,
    };

    private readonly Option<string> _user = new("--user") { Description = "ACL user", HelpName = "USER" };

    private readonly Option<string> _password = new("--password", "-a", "--pass")
    {
        Description = $"Password; safer in {ClusterTarget.PasswordVariable}, where no process list shows it",
        HelpName = "PASSWORD",
    };

    private readonly Option<bool> _ask = new("--askpass") { Description = "Ask for the password, or read it from the standard input" };

    // redis-cli warns of passwords on the command line; those who told it not to need not change their scripts.
    private readonly Option<bool> _noWarning = new("--no-auth-warning") { Hidden = true };

    private readonly NodeTlsOptions _tls = new();

    private readonly Option<bool> _ipv4 = new("--ipv4") { Description = "Of a name's addresses, try those of IPv4 first" };

    private readonly Option<bool> _ipv6 = new("--ipv6") { Description = "Of a name's addresses, try those of IPv6 first" };

    private readonly Option<TimeSpan> _timeout = CommonOptions.Timeout(timeoutSeconds, timeoutName);

    /// <param name="command">The command.</param>
    /// <param name="withSeeds">False for a command that reads its nodes from an argument of its own.</param>
    /// <param name="withDigits">False for a command in whose arguments -4 and -6 may be numbers.</param>
    public void AddTo(Command command, bool withSeeds = true, bool withDigits = true)
    {
        if (withSeeds)
        {
            command.Add(_seeds);
        }

        if (withDigits)
        {
            _ipv4.Aliases.Add("-4");
            _ipv6.Aliases.Add("-6");
        }

        command.Add(_password);
        command.Add(_ask);
        command.Add(_noWarning);
        command.Add(_user);
        _tls.AddTo(command);
        command.Add(_ipv4);
        command.Add(_ipv6);
        command.Add(_timeout);
    }

    public ClusterTarget Read(ParseResult parse) => Read(parse, parse.GetValue(_seeds) ?? []);

    public ClusterTarget Read(ParseResult parse, IReadOnlyList<string> seeds)
    {
        var target = ClusterTarget.From(
            seeds,
            parse.GetValue(_user),
            parse.GetValue(_ask) ? PasswordPrompt.Read(parse.InvocationConfiguration, "the cluster") : parse.GetValue(_password),
            _tls.IsOn(parse),
            parse.GetValue(_timeout),
            Environment.GetEnvironmentVariable);
        return target with
        {
            Settings = target.Settings with { TlsOptions = _tls.Read(parse), Prefer = Preferred(parse.GetValue(_ipv4), parse.GetValue(_ipv6)) },
            TlsWords = _tls.Words(parse),
        };
    }

    /// <summary>Null where neither an argument nor the environment names a cluster.</summary>
    public ClusterTarget? ReadIfGiven(ParseResult parse) =>
        parse.GetValue(_seeds) is { Length: > 0 } || !string.IsNullOrWhiteSpace(Environment.GetEnvironmentVariable(ClusterTarget.ConnectionStringVariable))
            ? Read(parse)
            : null;

    private static AddressFamily? Preferred(bool ipv4, bool ipv6) => (ipv4, ipv6) switch
    {
        (true, true) => throw NetBoxException.Usage("--ipv4 and --ipv6 exclude each other"),
        (true, _) => AddressFamily.InterNetwork,
        (_, true) => AddressFamily.InterNetworkV6,
        _ => null,
    };
}
