using System.Collections;
using System.Globalization;

// A service whose behaviour tests choose: what it says of itself, when it is healthy, how it ends.
if (args is ["exit", var code])
{
    Console.WriteLine($"ending with {code}");
    return int.Parse(code, CultureInfo.InvariantCulture);
}
var app = WebApplication.CreateBuilder(args).Build();
var healthy = Environment.GetEnvironmentVariable("PROBE_SICK") is null;
app.MapGet("/health", () => healthy ? Results.Ok() : Results.StatusCode(503));
app.MapPost("/heal", () => healthy = true);
app.MapGet("/pid", () => Environment.ProcessId.ToString(CultureInfo.InvariantCulture));
app.MapGet("/env", () => Environment.GetEnvironmentVariables().Cast<DictionaryEntry>().ToDictionary(pair => (string)pair.Key, pair => (string?)pair.Value));
app.MapPost("/say", (string line) => Console.WriteLine(line));
app.MapPost("/crash", () => Environment.FailFast("told to crash"));
app.Run();
return 0;
