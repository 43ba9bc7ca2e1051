using System.Globalization;
using Xunit;

namespace Ips.Policies.Tests;

/// <summary>Every decision answers on every month of the years that the calendars list: no value ends, no day is forgotten.</summary>
public sealed class CoverageTests
{
    // These facts choose the text in the place of the day of the question.
    private static readonly string[] TextDays = ["serviceDate", "eventDate", "encounterDate"];

    public static TheoryData<string, string> Asked
    {
        get
        {
            TheoryData<string, string> asked = [];
            foreach (var kind in DecisionKinds.All)
            {
                foreach (var program in kind.Programs)
                    asked.Add(kind.Name, program);
            }

            return asked;
        }
    }

    [Theory, MemberData(nameof(Asked))]
    public void A_decision_answers_on_the_first_of_every_month_from_2021_to_2027(string decision, string program)
    {
        var questions = Questions.All.Where(q => q.Decision == decision && q.Program == program).ToList();
        Assert.True(questions.Count > 0, $"no row and no case asks {decision} of {program}");
        for (var day = new DateOnly(2021, 1, 1); day.Year <= 2027; day = day.AddMonths(1))
        {
            foreach (var question in questions)
            {
                var facts = Questions.FactsOf(question);
                foreach (var fact in TextDays.Where(facts.ContainsKey))
                    facts[fact] = day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
                var answered = Questions.Ask(question, facts, day);
                Assert.True(answered.Findings.Count > 0, $"{question.Id} on {day:yyyy-MM-dd}: no rule speaks");
                Assert.True(answered.Json.Length > 0);
            }
        }
    }
}
