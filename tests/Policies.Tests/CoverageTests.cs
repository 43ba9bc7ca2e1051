using System.Globalization;
using Xunit;

namespace Ips.Policies.Tests;

/// <summary>Every decision answers on every month of the years that the calendars list: no value ends, no day is forgotten.</summary>
public sealed class CoverageTests
{
    // These facts choose the text instead of the as-of day.
    private static readonly string[] TextDays = ["serviceDate", "eventDate", "encounterDate"];

    public static TheoryData<string, string> Decisions
    {
        get
        {
            TheoryData<string, string> decisions = [];
            foreach (var kind in DecisionKinds.All)
            {
                foreach (var program in PolicyEngine.Shipped.ProgramsOf(kind))
                    decisions.Add(kind.Name, program);
            }

            return decisions;
        }
    }

    [Theory, MemberData(nameof(Decisions))]
    public void Every_decision_answers_every_month(string decision, string program)
    {
        var questions = Questions.All.Where(q => q.Decision == decision && q.Program == program).ToList();
        Assert.True(questions.Count > 0, $"no row and no case of {decision} in {program}");
        for (var day = new DateOnly(2021, 1, 1); day.Year <= 2027; day = day.AddMonths(1))
        {
            foreach (var question in questions)
            {
                var facts = Questions.FactsOf(question);
                foreach (var fact in TextDays.Where(facts.ContainsKey))
                    facts[fact] = day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
                var answered = Questions.Decide(question, facts, day);
                Assert.True(answered.Findings.Count > 0, $"{question.Id} on {day:yyyy-MM-dd}: no rule is evaluated");
                Assert.True(answered.Json.Length > 0);
            }
        }
    }
}
