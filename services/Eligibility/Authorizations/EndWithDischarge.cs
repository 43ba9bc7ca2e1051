using Ips.Contracts;
using Ips.Contracts.Events;
using Ips.Eligibility.Db;
using Microsoft.EntityFrameworkCore;
using Proto = Ips.Contracts.Eligibility.V1;

namespace Ips.Eligibility.Authorizations;

/// <summary>
/// Ends the authorizations of a discharged person in the program: the last day is the last day of service (lifecycle 3). One that would have begun later covers
/// no day.
/// </summary>
public sealed class EndWithDischarge(EligibilityDb db, DeadlineReader deadlines, Requests requests, Caller caller, TimeProvider clock)
{
    public Task Handle(IndividualDischargedV1 discharge, IProcessedOnce message, CancellationToken cancellationToken) => requests.Run(message, async s =>
    {
        var running = await db.Authorizations.AsNoTracking().IgnoreAutoIncludes()
            .Where(a => a.IndividualId == discharge.IndividualId && a.Program == discharge.Program && a.Provider == discharge.Provider
                && a.ApprovedThrough > discharge.Through && a.EndedThrough == null).ToListAsync(s);
        var due = await deadlines.About(caller, running.ConvertAll(a => a.Id.Name), s);
        Changes changes = new(clock.GetUtcNow());
        foreach (var authorization in running)
        {
            var first = discharge.Through.AddDays(1);
            EndAuthorization.End(authorization, Proto.TerminationReason.Discharged,
                authorization.ApprovedFrom > first ? authorization.ApprovedFrom.Value : first, due, changes);
        }

        return changes;
    }, cancellationToken);
}
