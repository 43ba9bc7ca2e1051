using System.Text.Json;
using Xunit;

namespace Ips.Policies.Tests;

/// <summary>A reading that was not taken is one word in the pack away: each alternative of the milestone contract answers otherwise.</summary>
public sealed class ReadingTests
{
    private static readonly DateOnly Day = new(2024, 12, 31);

    [Theory]
    [InlineData("2024-06", """[{"date":"2024-06-04","withRole":"EPM","mode":"in_person"},{"date":"2024-06-18","withRole":"EPM","mode":"in_person"}]""", 2, 0, 1)]
    [InlineData("2024-07", """[{"date":"2024-07-04","withRole":"ESP","mode":"in_person"}]""", 1, 0, 1)]
    [InlineData("2024-07", """[{"date":"2024-07-04","withRole":"ESP","mode":"in_person"}]""", 2, 0, 1)]
    [InlineData("2024-05", """[{"date":"2024-05-06","withRole":"ESP","mode":"in_person"},{"date":"2024-05-20","withRole":"EPM","mode":"video"}]""", 2, 2, 2)]
    [InlineData("2024-05", "[]", 1, 0, 0)]
    public void Follow_along_counts_by_month_or_by_contact(string month, string contacts, int requested, int byGate, int byContact)
    {
        var facts = $$"""
            {"milestone":6,"funding":"state","eventDate":"{{month}}-28","month":"{{month}}","contacts":{{contacts}},"triggersRequested":{{requested}},"triggersPaidThisMonth":0,
             "sarFrom":"2024-05-01","sarTo":"2024-12-31","sarUnits":16,"sarUnitsUsed":0,"approvedMilestones":[5]}
            """;
        Assert.Equal(byGate, Payable(PolicyEngine.Shipped, facts));
        Assert.Equal(byContact, Payable(With("value: month_gate", "value: per_contact"), facts));
    }

    [Theory]
    [InlineData("2024-06-30", 2, 2)]
    [InlineData("2024-07-01", 2, 4)]
    public void Engagement_cap_by_calendar_or_fiscal_year(string day, int byCalendar, int byFiscal)
    {
        var facts = $$"""
            {"milestone":1,"funding":"state","eventDate":"{{day}}","contacts":[{"date":"{{day}}","minutes":60}],"unitsUsedByYear":[{"year":2024,"units":38}]}
            """;
        Assert.Equal(byCalendar, Payable(PolicyEngine.Shipped, facts));
        Assert.Equal(byFiscal, Payable(With("value: calendar", "value: fiscal"), facts));
    }

    [Fact]
    public void Intake_is_paid_per_episode_or_per_event()
    {
        const string facts = """
            {"milestone":2,"funding":"state","eventDate":"2024-04-08","sarFrom":"2024-01-10","sarTo":"2024-04-08","sarUnits":1,"sarUnitsUsed":0,
             "pcpContents":["bh_interventions","ips_interventions","career_goals"],"approvedMilestones":[2]}
            """;
        Assert.Equal(0, Payable(PolicyEngine.Shipped, facts));
        Assert.Equal(1, Payable(With("value: episode", "value: event"), facts));
    }

    [Fact]
    public void Price_changes_on_its_first_day()
    {
        var engine = With("{ from: 2021-12-01, value: 24.63 }", "{ from: 2021-12-01, through: 2024-06-30, value: 24.63 }, { from: 2024-07-01, value: 25.00 }");
        Assert.Equal("98.52", Amount(engine, "2024-06-30"));
        Assert.Equal("100.00", Amount(engine, "2024-07-01"));
    }

    [Fact]
    public void Rule_applies_through_its_last_day()
    {
        var engine = With("- id: NC-ELIG-003\n", "- id: NC-ELIG-003\n    through: 2024-12-30\n", "nc-state/eligibility.yaml");
        var request = JsonDocument.Parse("""{"birthDate":"1990-05-17"}""").RootElement;
        Assert.Equal(Verdict.Met, engine.Decide("nc-state", "admission", Day.AddDays(-1), request).VerdictOf(RuleId.Of("NC-ELIG-003")));
        Assert.Null(engine.Decide("nc-state", "admission", Day, request).VerdictOf(RuleId.Of("NC-ELIG-003")));
    }

    private static PolicyEngine With(string shipped, string instead, string changed = "nc-core/milestones.yaml")
    {
        Dictionary<string, string> files = new(PackFiles.Below(Repo.Path("policies", "packs")), StringComparer.Ordinal);
        Assert.Contains(shipped, files[changed], StringComparison.Ordinal);
        files[changed] = files[changed].Replace(shipped, instead, StringComparison.Ordinal);
        return new(PackReader.Read(files));
    }

    private static int Payable(PolicyEngine engine, string facts) => Values(engine, facts, static v => v.GetProperty("payableUnits").GetInt32());

    private static string Amount(PolicyEngine engine, string day) => Values(
        engine, $$"""{"milestone":1,"funding":"state","eventDate":"{{day}}","contacts":[{"date":"{{day}}","minutes":60}],"unitsUsedByYear":[]}""",
            static v => v.GetProperty("amount").GetString()!);

    private static T Values<T>(PolicyEngine engine, string facts, Func<JsonElement, T> read)
    {
        using var request = JsonDocument.Parse(facts);
        using var receipt = JsonDocument.Parse(engine.Decide("nc-core", "milestone", Day, request.RootElement).Json);
        return read(receipt.RootElement.GetProperty("values"));
    }
}
