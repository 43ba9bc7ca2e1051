using Ips.Contracts;
using Ips.Eligibility.Db;
using Proto = Ips.Contracts.Eligibility.V1;

namespace Ips.Eligibility.Determinations;

/// <summary>
/// An assessment supports an admission for a year (NC-ELIG-013). For a person who is not admitted yet, that sets a deadline. A newer assessment moves the day,
/// and an admission ends the deadline.
/// </summary>
public sealed class AssessmentAge(EligibilityDb db, DeadlineBook deadlines)
{
    /// <summary>The kind of the deadline.</summary>
    public const string Kind = "assessment-age";

    /// <summary>Sets or ends the deadline after a decision on admission; the save of that decision stores it.</summary>
    /// <param name="determination">The determination after the decision.</param>
    /// <param name="values">The decision's values.</param>
    /// <param name="cancellationToken">Ends the wait for the database.</param>
    public async Task SyncDeadlines(Determination determination, IReadOnlyDictionary<string, object> values, CancellationToken cancellationToken)
    {
        var person = determination.IndividualId;
        if (determination.State == Proto.DeterminationState.Eligible)
            await deadlines.Meet(person.Name, Kind, cancellationToken);
        else if (values.GetValueOrDefault("assessmentValidThrough") is DateOnly last)
        {
            // Two decisions about one person at the same time: the second finds the row of the first.
            await db.LockRecord(person, cancellationToken);
            await deadlines.Set(new(person.Name, Kind, "NC-ELIG-013", determination.Program, determination.Provider, person, last, 30), cancellationToken);
        }
    }
}
