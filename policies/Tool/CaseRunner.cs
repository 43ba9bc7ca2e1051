using System.Globalization;
using System.Text.Json;
using Ips.Policies;

namespace Ips.Policies.Tool;

/// <summary>A difference between what a case expects and what the engine answers.</summary>
/// <param name="Case">Id of the case.</param>
/// <param name="What">The verdict, a rule id, a value's name, or <c>facts</c> where the question was refused.</param>
/// <param name="Expected">The expected value.</param>
/// <param name="Got">The engine's value.</param>
public sealed record CaseFailure(string Case, string What, string Expected, string Got)
{
    /// <inheritdoc/>
    public override string ToString() => $"{Case}: {What}: expected {Expected}, got {Got}";
}

/// <summary>One decision case of a case file.</summary>
/// <param name="File">The file that holds it.</param>
/// <param name="Id">Its id.</param>
/// <param name="Json">Its content.</param>
public sealed record DecisionCase(string File, string Id, JsonElement Json)
{
    /// <summary>What the case is about, in one line.</summary>
    public string About => Json.TryGetProperty("about", out var about) ? about.GetString() ?? "" : "";

    /// <summary>The program.</summary>
    public string Program => Json.GetProperty("program").GetString()!;

    /// <summary>The decision.</summary>
    public string Decision => Json.GetProperty("decision").GetString()!;

    /// <summary>The as-of day.</summary>
    public DateOnly AsOf => DateOnly.ParseExact(Json.GetProperty("asOf").GetString()!, "yyyy-MM-dd", CultureInfo.InvariantCulture);

    /// <summary>The facts.</summary>
    public JsonElement Facts => Json.GetProperty("facts");

    /// <inheritdoc/>
    public override string ToString() => Id;
}

/// <summary>A case file that cannot be read.</summary>
public sealed class BadCaseFileException(string file, string why) : Exception($"{file}: {why}");

/// <summary>Reads case files and compares the engine's answers with them.</summary>
public static class CaseRunner
{
    /// <summary>Stands for the verdict of a rule that is not evaluated in a case.</summary>
    public const string NotEvaluated = "not evaluated";

    /// <summary>All cases of a file, or of all JSON files below a folder whose top level is a list of cases.</summary>
    /// <exception cref="BadCaseFileException">A file cannot be read.</exception>
    public static IEnumerable<DecisionCase> Read(string path)
    {
        if (!File.Exists(path) && !Directory.Exists(path))
            throw new BadCaseFileException(path, "there is no such file or folder");
        IEnumerable<string> files = File.Exists(path) ? [path] : Directory.EnumerateFiles(path, "*.json", SearchOption.AllDirectories)
            .Order(StringComparer.Ordinal);
        return files.SelectMany(ReadFile);
    }

    /// <summary>Runs one case; an empty list means that it passes.</summary>
    public static IReadOnlyList<CaseFailure> Run(PolicyEngine engine, DecisionCase @case)
    {
        List<CaseFailure> failures = [];
        var json = @case.Json;
        Decision decision;
        string written;
        try
        {
            decision = engine.Decide(@case.Program, @case.Decision, @case.AsOf, @case.Facts);
            written = decision.Json;
        }
        catch (Exception e) when (e is InvalidRequestException or NotInForceException)
        {
            return [new(@case.Id, "facts", "an answer", e.Message)];
        }

        using var receipt = JsonDocument.Parse(written);
        var expect = json.GetProperty("expect");
        if (expect.TryGetProperty("verdict", out var verdict) && verdict.GetString() != decision.Verdict.ToString())
            failures.Add(new(@case.Id, "verdict", verdict.GetString()!, decision.Verdict.ToString()));
        if (expect.TryGetProperty("rules", out var rules))
        {
            foreach (var rule in rules.EnumerateObject())
            {
                var got = decision.VerdictOf(RuleId.Of(rule.Name))?.ToString() ?? NotEvaluated;
                if (got != rule.Value.GetString())
                    failures.Add(new(@case.Id, rule.Name, rule.Value.GetString()!, got));
            }
        }

        if (!expect.TryGetProperty("values", out var values))
            return failures;
        foreach (var value in values.EnumerateObject())
        {
            var found = receipt.RootElement.GetProperty("values").TryGetProperty(value.Name, out var got);
            if (value.Value.ValueKind == JsonValueKind.Null ? found : !found || !Covers(value.Value, got))
                failures.Add(new(@case.Id, value.Name, value.Value.GetRawText(), found ? got.GetRawText() : "no such value"));
        }

        return failures;
    }

    /// <summary>An expected object names only the members that matter; everything else must be equal.</summary>
    private static bool Covers(JsonElement expected, JsonElement got) =>
        expected.ValueKind == JsonValueKind.Object && got.ValueKind == JsonValueKind.Object
            ? expected.EnumerateObject().All(p => got.TryGetProperty(p.Name, out var member) && Covers(p.Value, member))
            : JsonElement.DeepEquals(expected, got);

    private static IEnumerable<DecisionCase> ReadFile(string file)
    {
        JsonDocument document;
        try
        {
            document = JsonDocument.Parse(File.ReadAllText(file));
        }
        catch (Exception e) when (e is JsonException or IOException or UnauthorizedAccessException)
        {
            throw new BadCaseFileException(file, $"not readable as JSON: {e.Message}");
        }

        if (document.RootElement.ValueKind != JsonValueKind.Array)
        {
            // Companion data such as a holiday list lies beside the cases; it is not a list of cases.
            if (document.RootElement.ValueKind == JsonValueKind.Object && !document.RootElement.TryGetProperty("case", out _))
                yield break;
            yield return Check(file, document.RootElement);
            yield break;
        }

        foreach (var element in document.RootElement.EnumerateArray())
            yield return Check(file, element);
    }

    private static DecisionCase Check(string file, JsonElement element)
    {
        string[] texts = ["case", "program", "decision", "asOf"];
        foreach (var name in texts)
        {
            if (element.ValueKind != JsonValueKind.Object || !element.TryGetProperty(name, out var text) || text.ValueKind != JsonValueKind.String)
                throw new BadCaseFileException(file, $"a case has no text '{name}'");
        }

        if (!DateOnly.TryParseExact(Text(element, "asOf"), "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out _))
            throw new BadCaseFileException(file, $"case {Text(element, "case")}: asOf is not YYYY-MM-DD");
        foreach (var name in (string[])["facts", "expect"])
        {
            if (!element.TryGetProperty(name, out var member) || member.ValueKind != JsonValueKind.Object)
                throw new BadCaseFileException(file, $"case {Text(element, "case")} has no object '{name}'");
        }

        return new(file, Text(element, "case"), element);
    }

    private static string Text(JsonElement json, string name) => json.GetProperty(name).GetString()!;
}
