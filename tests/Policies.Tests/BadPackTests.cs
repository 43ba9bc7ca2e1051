using Xunit;

namespace Ips.Policies.Tests;

/// <summary>A pack that is wrong is refused with file, line and what to write instead; nothing is guessed.</summary>
public sealed class BadPackTests
{
    private const string Header = """
        id: xx
        title: A program
        version: "2026.1"
        in_force_from: 2026-01-01
        time_zone: America/New_York
        steward: The steward
        sources:
          policy: The policy
        jurisdiction: { state: XX, state_agency: xx-agency, vr_agency: xx-vr, payer_kinds: [payer] }
        """;

    private const string Rule = """
        rules:
          - id: XX-ELIG-001
            says: The person is old enough.
            service: Eligibility
            kind: evaluated
            in: [admission]
            at: section 1
            parameters:
              min_age: { unit: years, values: [{ from: 2026-01-01, value: 16 }] }
        """;

    public static TheoryData<string, string, string, int, string, string> Wrongs => new()
    {
        // file, text, becomes, line, what is wrong, what to write instead
        { "pack.yaml", "title: A program", "titel: A program", 1, "'title' is missing", "write title: the program in words" },
        { "pack.yaml", "title: A program", "titel: A program", 2, "unknown key 'titel'", "write one of" },
        { "pack.yaml", "id: xx", "id: yy", 1, "id is 'yy'", "write id: xx" },
        { "pack.yaml", "in_force_from: 2026-01-01", "in_force_from: 01/01/2026", 4, "'in_force_from' is '01/01/2026', which is no day", "write YYYY-MM-DD" },
        { "pack.yaml", "steward: The steward", "steward: The steward\nextends: zz", 1, "extends 'zz', which does not exist", "write one of xx" },
        { "pack.yaml", "steward: The steward", "steward: The steward\nextends: xx", 1, "extends itself in a circle", "break the circle" },
        { "pack.yaml", "steward: The steward", "steward: The steward\nbefore: { rule: XX-HIST-001, verdict: NeedsReview }", 1,
            "names XX-HIST-001, which is no rule", "write the id of a rule" },
        { "pack.yaml", "steward: The steward", "steward: The steward\nlends_only: perhaps", 7, "'lends_only' is neither true nor false",
            "write true or false" },
        { "pack.yaml", "  policy: The policy", "  - The policy", 8, "'sources' is not a mapping", "write keys and values" },
        { "pack.yaml", "jurisdiction: {", "other: {", 9, "unknown key 'other'", "write one of" },
        { "pack.yaml", "jurisdiction: { state: XX, state_agency: xx-agency, vr_agency: xx-vr, payer_kinds: [payer] }", "", 1, "has no jurisdiction",
            "write jurisdiction" },
        { "pack.yaml", "state: XX", "state: Xx", 9, "state is 'Xx'", "write two capital letters" },
        { "pack.yaml", "vr_agency: xx-vr, ", "", 9, "'vr_agency' is missing", "write vr_agency" },
        { "pack.yaml", "[payer]", "[payers]", 9, "payer_kinds is [payers]", "write payer_kinds: one or more of payer" },
        { "topic.yaml", "    at: section 1\n", "", 2, "'at' is missing", "write at: the section of the document" },
        { "topic.yaml", "at: section 1", "at: section 1\n    source: annex", 2, "source 'annex' is not in pack.yaml", "write one of policy" },
        { "topic.yaml", "kind: evaluated", "kind: computed", 5, "'kind' is 'computed'", "write one of evaluated, recorded" },
        { "topic.yaml", "kind: evaluated", "kind: recorded", 2, "XX-ELIG-001 is recorded but does not say how", "write held_by" },
        { "topic.yaml", "kind: evaluated", "kind: scheduled\n    clock: sometimes", 6, "'clock' is 'sometimes'", "write one of within-first-days" },
        { "topic.yaml", "kind: evaluated", "kind: human", 2, "XX-ELIG-001 is human but does not say how", "write decided_by" },
        { "topic.yaml", "kind: evaluated", "kind: reference\n    used_by: [XX-ELIG-404]", 2, "XX-ELIG-001 is used by 'XX-ELIG-404', which is no rule",
            "write the id of a rule" },
        { "topic.yaml", "in: [admission]", "in: [admittance]", 2, "XX-ELIG-001 is in 'admittance', which is no decision", "write one of admission" },
        { "topic.yaml", "in: [admission]", "in: [admission]\n    duties: [order_renewals]", 7, "'duties' holds 'order_renewals'", "write some of each_date" },
        { "topic.yaml", "in: [admission]", "in: [admission]\n    duties: [lasting, lasting]", 7, "'duties' holds 'lasting' twice", "write it once" },
        { "topic.yaml", "in: [admission]", "in: [admission]\n    condition: YY-ELIG-001", 2, "XX-ELIG-001 has the condition of 'YY-ELIG-001', which is no rule",
            "write the id of a rule" },
        { "topic.yaml", "service: Eligibility", "service: Payroll", 4, "'service' is 'Payroll'", "write one of Eligibility" },
        { "topic.yaml", "at: section 1", "at: section 1\n    alternative: another", 2, "XX-ELIG-001 has an alternative without a reading", "write reading" },
        { "topic.yaml", "at: section 1", "at: section 1\n    through: 2025-12-31", 2, "XX-ELIG-001 ends before it begins", "write a later through" },
        { "topic.yaml", "unit: years, ", "", 9, "parameter 'min_age' has no unit", "write unit: one of" },
        { "topic.yaml", "unit: years", "unit: winters", 9, "'unit' is 'winters'", "write one of calendar-days" },
        { "topic.yaml", "value: 16", "value: sixteen", 9, "'sixteen' is not a value in years", "write a whole number" },
        { "topic.yaml", "value: 16", "value: -1", 9, "'-1' is not a value in years", "write a whole number" },
        { "topic.yaml", ", value: 16", "", 9, "'value' is missing", "write the value in years" },
        { "topic.yaml", "value: 16 }", "value: 16, note: x }", 9, "unknown key 'note'", "write one of cite, from, through, value" },
        { "topic.yaml", "value: 16 }", "value: 16, cite: { source: policy } }", 9, "'at' is missing", "write at: the section of the document" },
        { "topic.yaml", "[{ from: 2026-01-01, value: 16 }]", "[]", 9, "parameter 'min_age' has no values", "write values:" },
        { "topic.yaml", "value: 16 }", "value: 16 }, { from: 2027-01-01, value: 17 }", 9, "values of 'min_age' overlap", "write from on every later value" },
        { "topic.yaml", "value: 16 }", "through: 2027-01-01, value: 16 }, { from: 2027-01-01, value: 17 }", 9,
            "values of 'min_age' overlap on 2027-01-01", "let the earlier one end on 2026-12-31" },
        { "topic.yaml", "value: 16 }", "through: 2026-12-30, value: 16 }, { from: 2027-01-01, value: 17 }", 9,
            "values of 'min_age' leave a gap from 2026-12-31 to 2026-12-31", "let one value follow the other" },
        { "topic.yaml", "value: 16 }", "through: 2025-12-31, value: 16 }", 9, "a value of 'min_age' ends on 2025-12-31, before it begins",
            "write a later through" },
        { "topic.yaml", "rules:", "rules: [", 1, "not YAML", "fix the syntax" },
        { "calendars/2026.yaml", "day: 2026-01-01", "day: 2027-01-01", 4, "the holiday lies outside 2026", "write day: 2026-MM-DD" },
        { "calendars/2026.yaml", ", status: verified", "", 4, "'status' is missing", "write status: verified or general-knowledge" },
        { "calendars/2026.yaml", "year: 2026", "year: soon", 1, "'year' is no year", "write year: YYYY" },
    };

    [Theory, MemberData(nameof(Wrongs))]
    public void Problem_names_place_and_correction(string file, string text, string becomes, int line, string wrong, string instead)
    {
        var files = Files();
        files[$"xx/{file}"] = files[$"xx/{file}"].Replace(text, becomes, StringComparison.Ordinal);
        var refused = Assert.Throws<BadPackException>(() => PackReader.Read(files));
        var problem = Assert.Single(refused.Problems, p => p.Wrong.StartsWith(wrong, StringComparison.Ordinal));
        Assert.Equal($"xx/{file}", problem.File);
        Assert.Contains(instead, problem.WriteInstead, StringComparison.Ordinal);
        if (wrong != "not YAML")
            Assert.Equal(line, problem.Line);
    }

    [Fact]
    public void The_unchanged_files_are_a_pack() => Assert.Equal(["xx"], PackReader.Read(Files()).Select(p => p.Id));

    [Theory]
    [InlineData("order_renewal", "xx/zz.yaml:2: XX-ELIG-002 has the duty order_renewal, which XX-ELIG-001 has too; give it to one rule")]
    [InlineData("lasting", null)]
    public void One_rule_of_a_program_has_a_duty(string duty, string? problem)
    {
        var files = Files();
        var rule = Rule.Replace("at: section 1", $"at: section 1\n    duties: [{duty}]", StringComparison.Ordinal);
        (files["xx/topic.yaml"], files["xx/zz.yaml"]) = (rule, rule.Replace("XX-ELIG-001", "XX-ELIG-002", StringComparison.Ordinal));
        Assert.Equal(problem, Problems(files));

        // The same in a pack that applies the rules of another one.
        var text = files["xx/zz.yaml"];
        files.Remove("xx/zz.yaml");
        (files["yy/zz.yaml"], files["yy/pack.yaml"]) = (text, Header.Replace("id: xx", "id: yy\nextends: xx", StringComparison.Ordinal));
        Assert.Equal(problem?.Replace("xx/zz", "yy/zz", StringComparison.Ordinal), Problems(files));

        static string? Problems(Dictionary<string, string> files)
        {
            try
            {
                PackReader.Read(files);
                return null;
            }
            catch (BadPackException e)
            {
                return Assert.Single(e.Problems).ToString();
            }
        }
    }

    [Fact]
    public void A_condition_belongs_to_one_rule_of_a_program()
    {
        var files = Files();
        files["xx/zz.yaml"] = Rule.Replace("id: XX-ELIG-001", "id: XX-ELIG-002\n    condition: XX-ELIG-001", StringComparison.Ordinal);
        var problem = Assert.Single(Assert.Throws<BadPackException>(() => PackReader.Read(files)).Problems);
        Assert.Equal("xx/zz.yaml:2: XX-ELIG-002 has the condition of XX-ELIG-001, which XX-ELIG-001 has too; keep one of the two", problem.ToString());
    }

    [Fact]
    public void Duplicate_rule_is_reported_with_both_places()
    {
        var files = Files();
        files["xx/zz.yaml"] = Rule;
        var problem = Assert.Single(Assert.Throws<BadPackException>(() => PackReader.Read(files)).Problems);
        Assert.Equal("xx/zz.yaml:2: XX-ELIG-001 has two entries; keep one entry; the other is at xx/topic.yaml:2", problem.ToString());
    }

    [Fact]
    public void Rule_in_two_packs_is_reported()
    {
        var files = Files();
        files["yy/pack.yaml"] = Header.Replace("id: xx", "id: yy", StringComparison.Ordinal);
        files["yy/topic.yaml"] = Rule;
        Assert.Contains(Assert.Throws<BadPackException>(() => PackReader.Read(files)).Problems, p =>
            p.ToString() == "yy/topic.yaml:2: XX-ELIG-001 stands in xx too; keep one entry and extend that pack");
    }

    [Fact]
    public void Missing_pack_file_and_calendar_gap_are_reported()
    {
        var files = Files();
        files["xx/calendars/2028.yaml"] = files["xx/calendars/2026.yaml"].Replace("2026", "2028", StringComparison.Ordinal);
        files["yy/topic.yaml"] = Rule;
        var problems = Assert.Throws<BadPackException>(() => PackReader.Read(files)).Problems.Select(p => p.ToString()).ToList();
        Assert.Contains("yy/pack.yaml:1: the file is missing; write the pack's id, title, version and sources there", problems);
        Assert.Contains(problems, p => p.StartsWith("xx/calendars:1: the years 2026, 2028 have a gap", StringComparison.Ordinal));
    }

    [Fact]
    public void All_problems_are_listed_in_order()
    {
        var files = Files();
        files["xx/pack.yaml"] = Header.Replace("title: A program", "titel: A program", StringComparison.Ordinal);
        files["xx/topic.yaml"] = Rule.Replace("kind: evaluated", "kind: computed", StringComparison.Ordinal)
            .Replace("value: 16", "value: sixteen", StringComparison.Ordinal);
        var problems = Assert.Throws<BadPackException>(() => PackReader.Read(files)).Problems;
        Assert.True(problems.Count >= 4, string.Join("\n", problems));
        Assert.Equal(problems.OrderBy(p => p.File, StringComparer.Ordinal).ThenBy(p => p.Line), problems);
        Assert.Equal(["xx/pack.yaml", "xx/topic.yaml"], problems.Select(p => p.File).Distinct());
    }

    private static Dictionary<string, string> Files() => new(StringComparer.Ordinal)
    {
        ["xx/pack.yaml"] = Header,
        ["xx/topic.yaml"] = Rule,
        ["xx/calendars/2026.yaml"] = "calendar: State offices\nyear: 2026\nholidays:\n  - { day: 2026-01-01, name: New Year, status: verified }\n",
    };
}
