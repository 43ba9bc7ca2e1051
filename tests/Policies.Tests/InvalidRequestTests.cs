using System.Text.Json;
using Xunit;

namespace Ips.Policies.Tests;

/// <summary>A malformed question is one refusal that names every problem and what is accepted. Nothing is defaulted.</summary>
public sealed class InvalidRequestTests
{
    [Theory]
    [InlineData("nc-state", "admission", """{ "birthDate": 19900101 }""", "birthDate", "a day YYYY-MM-DD, 1900 to 2200")]
    [InlineData("nc-state", "admission", """{ "birthDate": "1899-12-31" }""", "birthDate", "a day YYYY-MM-DD, 1900 to 2200")]
    [InlineData("nc-state", "admission", """{ "birthDate": "2201-01-01" }""", "birthDate", "a day YYYY-MM-DD, 1900 to 2200")]
    [InlineData("nc-state", "admission", """{ "birthDate": "2024-02-30" }""", "birthDate", "a day YYYY-MM-DD, 1900 to 2200")]
    [InlineData("nc-state", "admission", """{ "birthDate": "01.02.1990" }""", "birthDate", "a day YYYY-MM-DD, 1900 to 2200")]
    [InlineData("nc-state", "admission", """{ "birthDate": null }""", "birthDate", "a day YYYY-MM-DD, 1900 to 2200")]
    [InlineData("nc-state", "admission", """{ "birthDate": "1990-01-01", "birthDate": "1991-01-01" }""", "birthDate", "each fact once")]
    [InlineData("nc-state", "admission", """{ "desireToWork": "yes" }""", "desireToWork", "true or false")]
    [InlineData("nc-state", "admission", """{ "desireToWork": 1 }""", "desireToWork", "true or false")]
    [InlineData("nc-state", "admission", """{ "diagnoses": { "class": "SMI" } }""", "diagnoses", "a list")]
    [InlineData("nc-state", "admission", """{ "diagnoses": ["SMI"] }""", "diagnoses[0]", "an object")]
    [InlineData("nc-state", "admission", """{ "diagnoses": [{ "class": "XYZ" }] }""", "diagnoses[0].class", "one of SMI, SPMI, SED, SUD, IDD, OTHER_MH")]
    [InlineData("nc-state", "admission", """{ "diagnoses": [{ "class": "smi" }] }""", "diagnoses[0].class", "one of SMI, SPMI, SED, SUD, IDD, OTHER_MH")]
    [InlineData("nc-state", "admission", """{ "birthday": "1990-01-01" }""", "birthday", "one of ")]
    [InlineData("nc-state", "admission", """[]""", "facts", "a JSON object of facts")]
    [InlineData("nc-state", "admissions", """{}""", "decision", "one of admission, ")]
    [InlineData("nc-stat", "admission", """{}""", "program", "one of la-acla, la-lhcc, mo-dmh-vr, nc-core, nc-state")]
    [InlineData("la", "admission", """{}""", "program", "one of la-acla, la-lhcc, mo-dmh-vr, nc-core, nc-state")]
    [InlineData("la-acla", "milestone", """{}""", "program", "a program that has the decision milestone")]
    public void Problem_names_fact_and_accepted_values(string program, string decision, string facts, string field, string expected)
    {
        var problem = Assert.Single(Refused(program, decision, facts));
        Assert.Equal(field, problem.Field);
        Assert.StartsWith(expected, problem.Expected, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("nc-state", "service-note", "durationMinutes", "-1")]
    [InlineData("nc-state", "service-note", "durationMinutes", "1.5")]
    [InlineData("nc-state", "service-note", "travelMinutes", "-15")]
    [InlineData("nc-state", "claim-line", "durationMinutes", "\"15\"")]
    [InlineData("nc-state", "claim-line", "durationMinutes", "99999999999")]
    [InlineData("mo-dmh-vr", "caseload", "fteMinutes", "-1")]
    public void Minutes_are_whole_and_never_negative(string program, string decision, string fact, string value) =>
        Assert.Contains(Refused(program, decision, $$"""{ "{{fact}}": {{value}} }"""), p => p.Field == fact
            && p.Expected.StartsWith("a whole number", StringComparison.Ordinal));

    [Theory]
    [InlineData("24.63")]
    [InlineData("\"24.6\"")]
    [InlineData("\"-1.00\"")]
    [InlineData("\"24,63\"")]
    [InlineData("\"$24.63\"")]
    [InlineData("\"\"")]
    public void Money_is_a_text_with_two_decimals(string value)
    {
        foreach (var (decision, fact) in new[] { ("claim-line", "charge"), ("tcl-invoice", "amountClaimed") })
            Assert.Contains(Refused("nc-core", decision, $$"""{ "{{fact}}": {{value}} }"""), p => p.Field == fact
                && p.Expected.StartsWith("dollars as text with two decimals", StringComparison.Ordinal));
    }

    [Fact]
    public void All_problems_are_listed()
    {
        var problems = Refused("nc-core", "admission",
            """{ "birthDate": "1890-01-01", "desireToWork": "yes", "diagnoses": [{ "class": "SMI" }, { "severity": "bad" }], "shoeSize": 43 }""");
        Assert.Equal(["birthDate", "diagnoses[1].class", "diagnoses[1].severity", "desireToWork", "shoeSize"], problems.Select(p => p.Field));
    }

    [Fact]
    public void Free_text_is_never_repeated()
    {
        var problems = Refused("nc-core", "admission",
            """{ "birthDate": "born to Jane and John in Raleigh", "employmentHistory": "worked as a cook until the illness" }""");
        Assert.Equal(2, problems.Count);
        Assert.All(problems, p => Assert.Equal("a text of another form", p.Found));
    }

    [Theory]
    [InlineData(1899)]
    [InlineData(2201)]
    public void As_of_day_is_from_1900_to_2200(int year)
    {
        using var json = JsonDocument.Parse("{}");
        var refused = Assert.Throws<InvalidRequestException>(() => PolicyEngine.Shipped.Decide("nc-state", "admission", new(year, 6, 1), json.RootElement));
        Assert.Equal(("asOf", "a day from 1900 to 2200"), (refused.Problems[0].Field, refused.Problems[0].Expected));
    }

    [Theory]
    [InlineData(1900, 1, 1)]
    [InlineData(2200, 12, 31)]
    public void First_and_last_as_of_days_are_accepted(int year, int month, int day)
    {
        using var json = JsonDocument.Parse("{}");
        Assert.NotEmpty(PolicyEngine.Shipped.Decide("nc-state", "admission", new(year, month, day), json.RootElement).Findings);
    }

    [Theory]
    [InlineData("2024-Q0")]
    [InlineData("2024-Q5")]
    [InlineData("2024-Q11")]
    [InlineData("2024_Q1")]
    [InlineData("1899-Q4")]
    [InlineData("2201-Q1")]
    [InlineData("2024-13")]
    [InlineData("1899-12")]
    [InlineData("2201-01")]
    public void A_period_is_a_month_or_a_quarter(string period) =>
        Assert.Contains(Refused("nc-state", "report-due", $$"""{ "report": "dhhs_quarterly_outcome", "period": "{{period}}" }"""), p =>
            p.Field == "period" && p.Expected.StartsWith("a month YYYY-MM or a quarter", StringComparison.Ordinal));

    [Theory]
    [InlineData("dhhs_quarterly_outcome", "2024-03", "a quarter YYYY-Qn")]
    [InlineData("nc_core_monthly", "2024-Q4", "a month YYYY-MM")]
    public void Period_of_the_other_kind_is_refused(string report, string period, string expected)
    {
        var problem = Assert.Single(Refused("nc-core", "report-due", $$"""{ "report": "{{report}}", "period": "{{period}}" }"""));
        Assert.Equal(("period", period, expected), (problem.Field, problem.Found, problem.Expected));
    }

    [Theory]
    [InlineData("1900-Q1", 1900, 1, 1900, 3)]
    [InlineData("2200-Q4", 2200, 10, 2200, 12)]
    [InlineData("1900-01", 1900, 1, 1900, 1)]
    [InlineData("2200-12", 2200, 12, 2200, 12)]
    public void Period_has_first_and_last_day(string text, int year, int first, int lastYear, int last)
    {
        Assert.True(Period.TryParse(text, out var period));
        Assert.Equal(new(new(year, first, 1), new(lastYear, last, DateTime.DaysInMonth(lastYear, last))), period);
        Assert.Equal(text, period.ToString());
    }

    [Theory]
    [InlineData(40, "")]
    [InlineData(41, "...")]
    public void Unknown_name_is_shortened_to_40_characters(int length, string end)
    {
        var name = new string('x', length);
        Assert.Equal($"\"{name[..40]}{end}\"", Assert.Single(Refused(name, "admission", "{}")).Found);
    }

    [Fact]
    public void Unknown_fact_is_refused_with_the_known_ones()
    {
        foreach (var kind in DecisionKinds.All)
        {
            var problem = Assert.Single(Refused(PolicyEngine.Shipped.ProgramsOf(kind).First(), kind.Name, """{ "no_such_fact": true }"""), p => p.Field == "no_such_fact");
            Assert.Equal("one of " + string.Join(", ", kind.FactNames.Order(StringComparer.Ordinal)), problem.Expected);
        }
    }

    private static IReadOnlyList<RequestProblem> Refused(string program, string decision, string facts)
    {
        using var json = JsonDocument.Parse(facts);
        return Assert.Throws<InvalidRequestException>(() => PolicyEngine.Shipped.Decide(program, decision, new(2024, 3, 1), json.RootElement)).Problems;
    }
}
