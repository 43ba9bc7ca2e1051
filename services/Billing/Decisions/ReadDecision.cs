using Ips.Billing.Db;
using Ips.Contracts;
using Ips.Contracts.Common.V1;
using Microsoft.EntityFrameworkCore;

namespace Ips.Billing.Decisions;

/// <summary>
/// Reads the stored decision of a note, a milestone or a claim line that the caller may see, of a line also the latest one. The audit log notes the person as
/// read, because a decision does not name the person.
/// </summary>
public sealed class ReadDecision(BillingDb db, AuditTrail audit)
{
    public Task<Result<StoredDecision>> Handle(DecisionRequest request, CancellationToken cancellationToken) => db.Decisions.Named(request, async stored =>
    {
        if (await PersonOf(stored.Id, cancellationToken) is not { } person)
            return false;
        await audit.Read([person], cancellationToken);
        return true;
    }, cancellationToken);

    private async Task<IndividualId?> PersonOf(Guid decision, CancellationToken cancellationToken) =>
        await db.ServiceNotes.Where(n => n.DecisionId == decision).Select(n => (IndividualId?)n.IndividualId)
            .Concat(db.Milestones.Where(m => m.DecisionId == decision || m.ReconsideredId == decision).Select(m => (IndividualId?)m.IndividualId))
            .Concat(db.ClaimLines.Where(l => l.DecisionId == decision || l.ReconsideredId == decision).Select(l => (IndividualId?)l.IndividualId))
            .FirstOrDefaultAsync(cancellationToken);
}
