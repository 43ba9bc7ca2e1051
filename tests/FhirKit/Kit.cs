using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;

namespace Ips.FhirKit;

/// <summary>
/// Checks a deployment against the statements of Da Vinci PAS 2.2.1 that can be tested from outside, with a Bundle that the deployment accepts. It submits, inquires
/// and takes the request back at the end; every other call must store nothing.
/// </summary>
public static class Kit
{
    private const string Usage = """
        ips-fhir-kit --url ADDRESS --token TOKEN --bundle FILE [--other-token TOKEN] [--x12 ADDRESS] [--hook ADDRESS --port PORT]
                     [--earlier FILE] [--report FILE]
          --url     the address of the FHIR endpoint, such as https://payer.example/fhir
          --token   a token that may submit, inquire and subscribe
          --bundle  a request as you would send it: one Claim for a person whom the deployment knows
          --other-token  a token of a system that may inquire too, such as the payer's
          --x12     the address at which the deployment takes X12 files by POST, if it does
          --hook    the address at which the deployment reaches the kit, which listens on --port, for notifications
          --earlier a request that you sent and that was pended, whose services ended six months ago or earlier
          --report  writes the matrix there as Markdown, too
        Exit code 1 when a statement fails, 2 when the kit could not run.
        """;

    /// <summary>Runs the command.</summary>
    /// <param name="args">The arguments.</param>
    /// <param name="output">Gets the report.</param>
    /// <returns>The exit code.</returns>
    public static async Task<int> Run(string[] args, TextWriter output)
    {
        ArgumentNullException.ThrowIfNull(args);
        ArgumentNullException.ThrowIfNull(output);
        var options = args.Chunk(2).Where(pair => pair.Length == 2).ToDictionary(pair => pair[0], pair => pair[1], StringComparer.Ordinal);
        if (!options.TryGetValue("--url", out var url) || !options.TryGetValue("--token", out var token) || !options.TryGetValue("--bundle", out var file)
            || !Uri.TryCreate(url.TrimEnd('/') + "/", UriKind.Absolute, out var address))
        {
            await output.WriteLineAsync(Usage);
            return 2;
        }

        using var http = Client(address, token);
        using var other = options.TryGetValue("--other-token", out var second) ? Client(address, second) : null;
        await using var hook = options.TryGetValue("--hook", out var at) && options.TryGetValue("--port", out var text)
            && int.TryParse(text, CultureInfo.InvariantCulture, out var port) ? await Hook.Start(at, port) : null;
        var earlier = options.TryGetValue("--earlier", out var before) ? await Read(before) : null;
        var x12 = options.TryGetValue("--x12", out var door) && Uri.TryCreate(door, UriKind.Absolute, out var edi) ? edi : null;
        Checks checks = new(http, other, x12, hook, new(await Read(file)), earlier);
        try
        {
            await checks.Run();
        }
        catch (HttpRequestException unreachable)
        {
            await output.WriteLineAsync($"{address} does not answer: {unreachable.Message}");
            return 2;
        }

        var report = Report(checks);
        await output.WriteAsync(report);
        if (options.TryGetValue("--report", out var path))
            await File.WriteAllTextAsync(path, report);
        return checks.Results.Exists(r => !r.Passed) ? 1 : 0;
    }

    private static async Task<JsonObject> Read(string file) => JsonNode.Parse(await File.ReadAllTextAsync(file))!.AsObject();

    private static HttpClient Client(Uri address, string token) => new() { BaseAddress = address, DefaultRequestHeaders = { Authorization = new("Bearer", token) } };

    private static string Report(Checks checks)
    {
        StringBuilder text = new();
        text.AppendLine("# Da Vinci PAS 2.2.1: what the deployment does").AppendLine().AppendLine("| check | statements | result |").AppendLine("|---|---|---|");
        foreach (var result in checks.Results)
            text.AppendLine(CultureInfo.InvariantCulture, $"| {result.Check} | {string.Join(", ", result.Statements)} | {(result.Passed ? "pass" : $"FAIL: {result.Found}")} |");
        text.AppendLine().AppendLine("| statement | result | tested by | text |").AppendLine("|---|---|---|---|");
        var (passed, failed, untested) = (0, 0, 0);
        foreach (var (key, says) in Statements())
        {
            var by = checks.Results.Where(r => r.Statements.Contains(key)).ToList();
            var result = by.Count == 0 ? "not tested" : by.TrueForAll(r => r.Passed) ? "pass" : "FAIL";
            _ = result switch { "pass" => passed++, "FAIL" => failed++, _ => untested++ };
            text.AppendLine(CultureInfo.InvariantCulture,
                $"| {key} | {result} | {(by.Count == 0 ? Untested(key) : string.Join("; ", by.Select(r => r.Check)))} | {says.Replace("|", "\\|", StringComparison.Ordinal)} |");
        }

        return text.AppendLine().AppendLine(CultureInfo.InvariantCulture, $"SHALL statements: {passed} pass, {failed} fail, {untested} not tested.").ToString();
    }

    // Why a statement is not tested. A test compares the list with the checks.
    private static string Untested(string key) => key switch
    {
        "ainfo-3" or "ainfo-6" => "does not apply: the deployment did not ask by questionnaire (LOINC 102089-0) about documents that do not show what they contain",
        "conf-2" or "spec-5" => "does not apply: the deployment lists no Endpoint",
        "spec-52" or "spec-59" => "needs --other-token",
        "spec-51" or "spec-60" or "spec-61" => "needs --hook and --port",
        "conf-7" or "priv-1" or "spec-8" or "use-5" => "a duty of the client's system",
        "spec-19" => "a duty of the client's content: ask a validator of profiles about what you send",
        "spec-26" or "spec-28" => "about an intermediary that turns requests into X12 for a payer; not seen behind an endpoint that decides itself",
        "use-2" => "needs --x12",
        "spec-73" => "needs --earlier",
        _ => "the check did not come so far",
    };

    private static IEnumerable<(string Key, string Says)> Statements()
    {
        using StreamReader rows = new(typeof(Kit).Assembly.GetManifestResourceStream("requirements.tsv")!);
        while (rows.ReadLine() is { } row)
        {
            if (row.Split('\t') is [var key, var says])
                yield return (key, says);
        }
    }
}
