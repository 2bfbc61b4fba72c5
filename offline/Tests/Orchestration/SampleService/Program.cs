var app = WebApplication.CreateSlimBuilder(args).Build();
var healthy = app.Configuration["START_UNHEALTHY"] is null;
app.MapGet("/", () => Environment.ProcessId.ToString(System.Globalization.CultureInfo.InvariantCulture));
app.MapGet("/env/{name}", (string name) => Environment.GetEnvironmentVariable(name) ?? "");
app.MapGet("/health", () => healthy ? Results.Ok() : Results.StatusCode(StatusCodes.Status503ServiceUnavailable));
app.MapPost("/health/{state}", (bool state) => healthy = state);
app.MapPost("/crash", (HttpContext _) => Environment.Exit(7));
app.Run();
