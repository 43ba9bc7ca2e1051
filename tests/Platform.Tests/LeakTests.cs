using System.Globalization;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Aspire.Hosting.Testing;
using Ips.Testing;
using Npgsql;
using Xunit;

namespace Ips.Platform.Tests;

/// <summary>
/// A journey with marked names, identifiers, dates and free texts, and then a search of everything that was written: logs of every process, exported
/// traces, metrics and logs, every answer to a refused call, every table of every database, and the raw files of PostgreSQL and RabbitMQ.
/// </summary>
[Collection("platform")]
public sealed class LeakTests(Platform platform)
{
    private const string Provider = "marked-works";
    private const string Payer = "marked-payer";

    /// <summary>Texts of the journey that are about a person. Letters only, so that no encoding of a log changes them.</summary>
    private static readonly string[] Marks =
    [
        "Zwillinggiven", "Quastelfamily", "XMARKIDENTIFIER", "Grundtextpayerreason", "Brillenreason", "Nebelnote", "Wortlautindividual", "Zielsatzgoal",
        "Schrittintervention", "Wirkungeffect", "Unterzeichnersigned", "Fehlgriffbirthdate", "Suchwortidentifier",
    ];

    private readonly List<string> _refusals = [];

    [Fact]
    public async Task No_output_contains_personal_data_in_plain_text()
    {
        var shown = await Journey();
        Assert.Contains("Zwillinggiven", shown);   // the agency sees its record: the marks are stored

        // Logs and exports come in batches; the last request's span means that what was before has come too.
        var last = Guid.CreateVersion7().ToString();
        using (var http = platform.Http("eligibility", "provider", Provider))
            await http.GetAsync($"/v1/individuals/{last}");
        await Poll.Until(() => Files("telemetry").Any(f => Read(f).Contains(last, StringComparison.Ordinal)));

        var dump = await Dump();
        Assert.Contains(Provider, dump["eligibility-db.individuals"]);
        Assert.Contains("ips.eligibility.v1.Individuals", Read(Files("telemetry").Single(f => f.EndsWith("traces", StringComparison.Ordinal))));
        Assert.True(_refusals.Count >= 8, "the refused calls were not refused");

        List<string> leaks = [];
        foreach (var (table, text) in dump)
            leaks.AddRange(Found(text).Select(mark => $"{mark} in table {table}"));
        foreach (var refusal in _refusals)
            leaks.AddRange(Found(refusal).Select(mark => $"{mark} in the answer {refusal}"));
        foreach (var file in Directory.EnumerateFiles(platform.Data, "*", SearchOption.AllDirectories))
            leaks.AddRange(Found(Read(file)).Select(mark => $"{mark} in file {Path.GetRelativePath(platform.Data, file)}"));
        Assert.True(leaks.Count == 0, string.Join(Environment.NewLine, leaks.Distinct()));
    }

    [Fact]
    public void The_search_finds_plain_hexadecimal_and_base64_text()
    {
        var bytes = Encoding.UTF8.GetBytes("xy Quastelfamily z");
        Assert.Equal(["Quastelfamily"], Found("... Quastelfamily ..."));
        Assert.Equal(["Quastelfamily"], Found("... QUASTELFAMILY ..."));
        Assert.Equal(["Quastelfamily"], Found(Convert.ToHexStringLower(bytes)));
        for (var shift = 0; shift < 3; shift++)
            Assert.Equal(["Quastelfamily"], Found(Convert.ToBase64String(bytes.AsSpan(shift))));
        Assert.Empty(Found("Quastel family"));
    }

    /// <summary>Calls every rpc that accepts text about a person, and rpcs that refuse it; returns the record as its agency sees it.</summary>
    private async Task<string> Journey()
    {
        using var agency = platform.Http("eligibility", "provider", Provider);
        using var payer = platform.Http("eligibility", "mco", Payer);
        using var ops = platform.Http("eligibility", "ops", "marked-operations");
        using var billing = platform.Http("billing", "provider", Provider);
        using var staffing = platform.Http("staffing", "provider", Provider);
        var today = DateOnly.FromDateTime(TimeProvider.System.GetUtcNow().UtcDateTime.AddHours(-5));
        JsonObject Register(string birth) => new()
        {
            ["provider"] = $"organizations/{Provider}",
            ["givenName"] = "Zwillinggiven",
            ["familyName"] = "Quastelfamily",
            ["birthDate"] = birth,
            ["identifiers"] = new JsonArray(new JsonObject { ["system"] = "marked-member", ["value"] = "XMARKIDENTIFIER" }),
        };

        await Refused(agency, "/v1/individuals", Register("Fehlgriffbirthdate"));
        var person = (string)(await Post(agency, "/v1/individuals", Register("1987-06-05")))["name"]!;
        await Refused(agency, "/v1/individuals", Register("1987-06-05"));
        await Refused(agency, "/v1/individuals:find",
            new() { ["identifier"] = new JsonObject { ["system"] = "marked-member", ["value"] = "Suchwortidentifier" } });
        await Refused(agency, "/v1/individuals:find",
            new() { ["identifier"] = new JsonObject { ["system"] = "Suchwortidentifier!", ["value"] = new string('Q', 80) + "Suchwortidentifier" } });
        await Refused(agency, "/v1/individuals/Suchwortidentifier", null);
        await Post(agency, "/v1/individuals:find", new() { ["identifier"] = new JsonObject { ["system"] = "marked-member", ["value"] = "XMARKIDENTIFIER" } });
        await Post(agency, $"/v1/{person}/enrollments",
            new()
            {
                ["enrollment"] = new JsonObject
                {
                    ["payer"] = $"organizations/{Payer}",
                    ["from"] = Day(-120),
                    ["funding"] = "FUNDING_STATE",
                    ["benefitPlan"] = "ASWOM",
                    ["benefitPlanFrom"] = Day(-120)
                }
            });
        await Post(agency, "/v1/determinations",
            new() { ["individual"] = person, ["provider"] = $"organizations/{Provider}", ["program"] = "nc-state", ["asOf"] = Day(0) });
        var requested = await Post(agency, "/v1/authorizations", new()
        {
            ["individual"] = person,
            ["provider"] = $"organizations/{Provider}",
            ["program"] = "nc-core",
            ["kind"] = "AUTHORIZATION_KIND_M2",
            ["serviceInitiationDate"] = Day(0),
            ["requestedFrom"] = Day(0),
            ["requestedThrough"] = Day(89),
            ["requestedUnits"] = 1,
            ["documents"] = new JsonArray(await Paper("ASSESSMENT"), await Paper("CAREER_PROFILE"),
                await Paper("INTEGRATED_PCP", "bh_interventions", "ips_interventions", "career_goals")),
        });
        async Task<string> Paper(string kind, params IEnumerable<string> contents)
        {
            var path = $"/v1/documents:upload?kind=DOCUMENT_KIND_{kind}&subject={person}&documentDate={Day(0)}&requestId={Guid.CreateVersion7()}"
                + string.Concat(contents.Select(content => $"&contents={content}"));
            using var answer = await agency.PostAsync(path, new ByteArrayContent(System.Text.Encoding.UTF8.GetBytes($"%PDF-1.7\n% {kind} Papiertextdocument")));
            return (string)JsonNode.Parse(await answer.Content.ReadAsStringAsync())!["name"]!;
        }

        JsonObject Denial(string etag) =>
            new()
            {
                ["etag"] = etag,
                ["outcome"] = "AUTHORIZATION_OUTCOME_DENY",
                ["ruleId"] = "NC-AUTH-003",
                ["reason"] = "Grundtextpayerreason",
                ["reasonCode"] = "PAYER_REASON_CODE_INFORMATION_MISSING"
            };
        await Refused(payer, $"/v1/{requested["name"]}:decide", Denial("1"));
        await Post(payer, $"/v1/{requested["name"]}:decide", Denial((string)requested["etag"]!));

        JsonObject Glass(string reason) => new() { ["individual"] = person, ["reason"] = reason };
        await Refused(ops, "/v1/disclosures", Glass("Brillenreason" + new string('x', 600)));
        var opened = await Post(ops, "/v1/disclosures", Glass("Brillenreason of the night"));
        Assert.Contains("Quastelfamily", await ops.GetStringAsync($"/v1/{opened["name"]}/individual"));
        await Post(agency, $"/v1/{opened["name"]}:review", new() { ["finding"] = "DISCLOSURE_STATE_JUSTIFIED", ["note"] = "Nebelnote" });

        using (var register = platform.Http("staffing", "ops", "marked-operations"))
        using (var made = await register.PostAsJsonAsync($"/v1/organizations?organizationId={Provider}&requestId={Guid.CreateVersion7()}",
            new JsonObject { ["displayName"] = "Marked works", ["kind"] = "ORGANIZATION_KIND_PROVIDER", ["programs"] = new JsonArray("nc-core") }))
            Assert.True(made.IsSuccessStatusCode, await made.Content.ReadAsStringAsync());
        var member = (string)(
            await Post(staffing, "/v1/staff",
                new()
                {
                    ["provider"] = $"organizations/{Provider}",
                    ["displayName"] = "Marked esp",
                    ["hireDate"] = Day(-300),
                    ["education"] = "EDUCATION_HS"
                }))["name"]!;
        JsonObject Note(string date) => new()
        {
            ["individual"] = person,
            ["provider"] = $"organizations/{Provider}",
            ["program"] = "nc-core",
            ["renderingStaff"] = member,
            ["serviceDate"] = date,
            ["elements"] = new JsonObject
            {
                ["individualName"] = "Wortlautindividual",
                ["serviceName"] = "IPS",
                ["purposeGoal"] = "Zielsatzgoal",
                ["interventions"] = "Schrittintervention",
                ["effectiveness"] = "Wirkungeffect",
                ["signedBy"] = "Unterzeichnersigned",
                ["signatureDate"] = Day(0),
                ["durationMinutes"] = 30,
                ["contactType"] = "CONTACT_TYPE_IN_PERSON",
                ["placeOfService"] = "PLACE_OF_SERVICE_COMMUNITY",
                ["groupSize"] = 1,
            },
        };
        await Refused(billing, "/v1/serviceNotes", Note("Zielsatzgoal"));
        var note = (string)(await Post(billing, "/v1/serviceNotes", Note(Day(0))))["name"]!;
        Assert.Contains("Schrittintervention", await billing.GetStringAsync($"/v1/{note}"));
        await RefusedBody(agency, "/v1/individuals", "{\"givenName\": \"Zwillinggiven\", \"birthDate\": {\"Fehlgriffbirthdate\": ");
        await RefusedBody(agency, "/v1/individuals", "{\"givenNmae\": \"Zwillinggiven\"}");
        return await agency.GetStringAsync($"/v1/{person}");

        string Day(int days) => today.AddDays(days).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
    }

    private static async Task<JsonNode> Post(HttpClient http, string path, JsonObject body)
    {
        body["requestId"] = Guid.CreateVersion7().ToString();
        if (path.EndsWith(":find", StringComparison.Ordinal))
            body.Remove("requestId");
        using var answer = await http.PostAsJsonAsync(path, body);
        var text = await answer.Content.ReadAsStringAsync();
        Assert.True(answer.IsSuccessStatusCode, $"{path}: {text}");
        return JsonNode.Parse(text)!;
    }

    private async Task Refused(HttpClient http, string path, JsonObject? body)
    {
        if (body is not null && !path.EndsWith(":find", StringComparison.Ordinal))
            body["requestId"] = Guid.CreateVersion7().ToString();
        using var answer = body is null ? await http.GetAsync(path) : await http.PostAsJsonAsync(path, body);
        await Keep(answer, path);
    }

    private async Task RefusedBody(HttpClient http, string path, string body)
    {
        using StringContent content = new(body, Encoding.UTF8, "application/json");
        using var answer = await http.PostAsync(path, content);
        await Keep(answer, path);
    }

    private async Task Keep(HttpResponseMessage answer, string path)
    {
        var text = await answer.Content.ReadAsStringAsync();
        Assert.True((int)answer.StatusCode is >= 400 and < 500, $"{path} answered {(int)answer.StatusCode}: {text}");
        // The response may repeat what the caller put into the path, and nothing else.
        _refusals.Add($"{answer.Headers} {text.Replace(path["/v1/".Length..], "", StringComparison.Ordinal)}");
    }

    /// <summary>Every table of every database as text.</summary>
    private async Task<Dictionary<string, string>> Dump()
    {
        Dictionary<string, string> dump = [];
        foreach (var service in Platform.Services)
        {
            await using var database = NpgsqlDataSource.Create((await platform.App.GetConnectionStringAsync($"{service}-db"))!);
            List<string> tables = [];
            await using (var list = database.CreateCommand(
                "select format('%I.%I', schemaname, tablename) from pg_tables where schemaname not in ('pg_catalog', 'information_schema')"))
            {
                await using var reader = await list.ExecuteReaderAsync();
                while (await reader.ReadAsync())
                    tables.Add(reader.GetString(0));
            }

            foreach (var table in tables)
            {
                await using var read = database.CreateCommand($"select coalesce(string_agg(t::text, E'\\n'), '') from {table} t");
                dump[$"{service}-db.{table.Replace("public.", "", StringComparison.Ordinal)}"] = (string)(await read.ExecuteScalarAsync())!;
            }
        }

        return dump;
    }

    private IEnumerable<string> Files(string directory) => Directory.EnumerateFiles(Path.Combine(platform.Data, directory), "*", SearchOption.AllDirectories);

    // Latin-1 gives every byte a character, so text is found in binary files too.
    private static string Read(string file)
    {
        try
        {
            using FileStream stream = new(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            using StreamReader reader = new(stream, Encoding.Latin1);
            return reader.ReadToEnd();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return "";   // gone meanwhile, or a socket
        }
    }

    private static IEnumerable<string> Found(string text) => Marks.Where(mark => Forms(mark).Any(form => text.Contains(form.Text, form.How)));

    /// <summary>A mark as it may stand in text: plain, in hexadecimal, and in base64 wherever it starts.</summary>
    private static IEnumerable<(string Text, StringComparison How)> Forms(string mark)
    {
        var bytes = Encoding.UTF8.GetBytes(mark);
        yield return (mark, StringComparison.OrdinalIgnoreCase);
        yield return (Convert.ToHexString(bytes), StringComparison.OrdinalIgnoreCase);
        // Whole groups of three bytes inside the mark look the same in every context.
        for (var shift = 0; shift < 3; shift++)
            yield return (Convert.ToBase64String(bytes.AsSpan(shift, (bytes.Length - shift) / 3 * 3)), StringComparison.Ordinal);
    }
}
