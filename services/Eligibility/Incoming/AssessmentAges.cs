using Ips.Contracts;
using Ips.Contracts.Events;
using Ips.Eligibility.Db;
using Ips.ServiceDefaults;
using MassTransit;
using Microsoft.EntityFrameworkCore;

namespace Ips.Eligibility.Incoming;

/// <summary>
/// An assessment serves an admission for a year (NC-ELIG-013). A person who is not admitted yet has that long; a newer assessment corrects the day, and an admission
/// ends it.
/// </summary>
public sealed class AssessmentAges(EligibilityDb db, DeadlineBook deadlines) : IConsumer<DeterminationMadeV1>
{
    /// <summary>The kind of the deadline.</summary>
    public const string AssessmentAge = "assessment-age";

    public async Task Consume(ConsumeContext<DeterminationMadeV1> context)
    {
        var (made, stop) = (context.Message, context.CancellationToken);
        IndividualId told = new(made.IndividualId);
        // The record may have been merged since; one that is not here is another installation's.
        if (await db.Individuals.Where(i => i.Id == told).Select(i => (IndividualId?)(i.MergedInto ?? i.Id)).SingleOrDefaultAsync(stop) is not { } person)
            return;
        if (made.State == "eligible")
            await deadlines.Meet(person.Name, AssessmentAge, stop);
        else if (made.AssessmentValidThrough is { } last)
            await deadlines.Set(new(person.Name, AssessmentAge, "NC-ELIG-013", made.Program, made.Provider, person, last, 30), stop);
        await db.SaveChangesAsync(stop);
    }
}
