using Ips.Contracts;
using Proto = Ips.Contracts.Eligibility.V1;

namespace Ips.Eligibility.Determinations;

/// <summary>
/// An assessment supports an admission for a year (NC-ELIG-013). For a person who is not admitted yet, that sets a deadline. A newer assessment moves the day,
/// and an admission ends the deadline.
/// </summary>
internal static class AssessmentAge
{
    /// <summary>The kind of the deadline.</summary>
    public const string Kind = "assessment-age";

    /// <summary>Sets or ends the deadline after a decision on admission.</summary>
    /// <param name="deadlines">The person's deadlines.</param>
    /// <param name="determination">The determination after the decision.</param>
    /// <param name="values">The decision's values.</param>
    /// <param name="changes">Gets the deadline that changed.</param>
    public static void SyncAssessmentAge(this SubjectDeadlines deadlines, Determination determination, IReadOnlyDictionary<string, object> values,
        Changes changes)
    {
        var person = determination.IndividualId;
        if (determination.State == Proto.DeterminationState.Eligible)
            deadlines.Meet(person.Name, Kind, changes);
        else if (values.GetValueOrDefault("assessmentValidThrough") is DateOnly last)
        {
            deadlines.Set(new(
                person.Name, Kind, Policies.RuleDuty.AssessmentAge.RuleIn(determination.Program), determination.Program, determination.Provider, person, last,
                30), changes);
        }
    }
}
