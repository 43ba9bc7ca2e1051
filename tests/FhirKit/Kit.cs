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
        ips-fhir-kit --url ADDRESS --token TOKEN --bundle FILE [--report FILE]
          --url     the address of the FHIR endpoint, such as https://payer.example/fhir
          --token   a token that may submit, inquire and subscribe
          --bundle  a request as you would send it: one Claim for a person whom the deployment knows
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

        using HttpClient http = new() { BaseAddress = address };
        http.DefaultRequestHeaders.Authorization = new("Bearer", token);
        Checks checks = new(http, JsonNode.Parse(await File.ReadAllTextAsync(file))!.AsObject());
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

    private static string Untested(string key) => key switch
    {
        "spec-8" or "conf-7" or "spec-17" or "spec-18" or "spec-19" or "spec-20" or "use-5" or "priv-1" => "a duty of the client, or of its content",
        _ when key.StartsWith("prof-", StringComparison.Ordinal) => "a duty of the client, or of its content",
        "spec-60" or "spec-61" => "needs a receiver that the deployment reaches",
        _ when key.StartsWith("ainfo-", StringComparison.Ordinal) || key.StartsWith("use-", StringComparison.Ordinal) => "about X12 and CDex, not about this endpoint",
        _ => "cannot be seen from outside",
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
