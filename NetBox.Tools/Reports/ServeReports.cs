namespace NetBox.Tools.Reports;

/// <param name="Services">Names an AppHost has handed over, such as <c>http://hit-counter</c>.</param>
internal sealed record ServicesReport(IReadOnlyList<string> Services);

/// <summary>What a browser needs to ask for changes.</summary>
/// <param name="AntiforgeryHeader">The header's name.</param>
/// <param name="AntiforgeryToken">Its value; it goes with a cookie, and ends with netbox.</param>
/// <param name="AsksForToken">Whether there is a session to sign out of.</param>
internal sealed record SessionReport(string AntiforgeryHeader, string AntiforgeryToken, bool AsksForToken);

/// <param name="Token">What netbox printed when it started.</param>
internal sealed record SignInRequest(string? Token);
