using System.Net.Sockets;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Hosting;
using NetBox.Tools.Probes;
using NetBox.Tools.Serve.Access;
using NetBox.Tools.Serve.Live;

namespace NetBox.Tools.Serve;

/// <summary>The web server as a process: where it listens, and what it prints.</summary>
internal sealed class WebServer(ServeSources sources, ListenAddresses addresses, AccessToken token, TextWriter output)
{
    /// <summary>How many ports above the default one are tried when nobody asked for a certain one.</summary>
    private const int Alternatives = 20;

    /// <summary>Serves until it is told to stop.</summary>
    /// <exception cref="NetBoxException">It cannot listen there (usage).</exception>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var gate = new AccessGate(token);
        await using var app = await StartAsync(gate, cancellationToken).ConfigureAwait(false);
        gate.Listening = [.. app.Urls];
        foreach (var url in app.Urls)
        {
            await output.WriteLineAsync($"netbox: {url}").ConfigureAwait(false);
        }

        if (gate.AsksForToken && !token.IsConfigured)
        {
            await output.WriteLineAsync($"netbox: others can connect; the page opens with /#token={token.Text} ({AccessToken.Variable} sets a token of your own)").ConfigureAwait(false);
        }

        await app.WaitForShutdownAsync(cancellationToken).ConfigureAwait(false);
    }

    private async Task<WebApplication> StartAsync(AccessGate gate, CancellationToken cancellationToken)
    {
        for (var attempt = 0; ; attempt++)
        {
            var urls = addresses.Asked ? addresses.Urls : [ListenAddresses.Loopback(ListenAddresses.DefaultPort + attempt)];
            var app = ServeApp.Build(urls, gate, sources);
            try
            {
                await app.StartAsync(cancellationToken).ConfigureAwait(false);
                return app;
            }
            catch (IOException exception) when (exception.InnerException is AddressInUseException && !addresses.Asked && attempt < Alternatives)
            {
                await app.DisposeAsync().ConfigureAwait(false);
            }
            catch (Exception exception) when (exception is IOException or SocketException or InvalidOperationException or FormatException)
            {
                await app.DisposeAsync().ConfigureAwait(false);
                throw NetBoxException.Usage($"cannot listen on {string.Join(", ", urls)}: {Reason(exception, urls)}");
            }
        }
    }

    private static string Reason(Exception exception, IReadOnlyList<string> urls) => exception switch
    {
        _ when exception is AddressInUseException || exception.InnerException is AddressInUseException =>
            $"the port is in use{(PortOwner.Describe(urls) is { } owner ? $" by {owner}" : string.Empty)}; choose another one with --urls",
        { InnerException: SocketException socket } => Failures.Of(socket),
        SocketException socket => Failures.Of(socket),
        _ => exception.Message,
    };
}
