using System.CommandLine;
using NetBox.Tools.Serve;
using NetBox.Tools.Serve.Access;
using NetBox.Tools.Serve.Live;

namespace NetBox.Tools.CommandLine;

internal static class ServeCommand
{
    public const string Name = "serve";

    public static Command Create()
    {
        var urls = new Option<string>("--urls")
        {
            Description = $"Where to listen, separated by ';' (else ASPNETCORE_URLS, HTTP_PORTS, or http://127.0.0.1:{ListenAddresses.DefaultPort} and above)",
            HelpName = "URLS",
        };
        var token = new Option<string>("--token")
        {
            Description = $"What others than this machine have to know; safer in {AccessToken.Variable}, where no process list shows it. Without one netbox makes and prints one, where others can connect",
            HelpName = "TOKEN",
        };
        var options = new ClusterOptions(timeoutSeconds: 1);
        var command = HelpWithExamples.Add(
            new Command(Name, "Serve a page with the live cluster, and all it does as an API (/openapi/v1.json)") { urls, token },
            "netbox serve 127.0.0.1:7101",
            "netbox serve --urls http://127.0.0.1:8080",
            $"{AccessToken.Variable}=$(openssl rand -hex 20) netbox serve --urls http://*:8080");
        options.AddTo(command);
        command.SetAction(async (parse, cancellationToken) =>
        {
            try
            {
                var target = options.ReadIfGiven(parse);
                var addresses = ListenAddresses.From(parse.GetValue(urls), Environment.GetEnvironmentVariable);
                var secret = AccessToken.From(parse.GetValue(token) ?? Environment.GetEnvironmentVariable(AccessToken.Variable));
                var sources = ServeSources.Of(target, DoctorCommand.KnownApp(), TimeProvider.System);
                await using var _ = sources.ConfigureAwait(false);
                await new WebServer(sources, addresses, secret, parse.InvocationConfiguration.Output).RunAsync(cancellationToken).ConfigureAwait(false);
                return (int)ExitCode.Fine;
            }
            catch (Exception exception) when (Faults.TryExplain(exception, out var code, out var message))
            {
                await parse.InvocationConfiguration.Error.WriteLineAsync($"netbox: {message}").ConfigureAwait(false);
                return (int)code;
            }
        });
        return command;
    }
}
