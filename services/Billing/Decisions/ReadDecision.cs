using Ips.Contracts;
using Ips.Contracts.Common.V1;
using Ips.Billing.Db;
using Microsoft.EntityFrameworkCore;

namespace Ips.Billing.Decisions;

/// <summary>
/// Reads the stored decision of a note, a milestone or a claim line that the caller may see. The audit log notes the person as read, because a decision
/// does not name the person.
/// </summary>
public sealed class ReadDecision(BillingDb db, AuditTrail audit)
{
    public async Task<Result<StoredDecision>> Handle(DecisionRequest request, CancellationToken cancellationToken)
    {
        RequestValidator fields = new();
        var id = fields.Id<DecisionId>("name", request.Name).Value;
        if (fields.Problem is { } bad)
            return bad;
        var stored = await db.Decisions.AsNoTracking().SingleOrDefaultAsync(d => d.Id == id, cancellationToken);
        if (stored is null || await PersonOf(id, cancellationToken) is not { } person)
            return new Problem.NotFound("decision", request.Name);
        await audit.Read([person], cancellationToken);
        return stored;
    }

    private async Task<IndividualId?> PersonOf(Guid decision, CancellationToken cancellationToken) =>
        await db.ServiceNotes.Where(n => n.DecisionId == decision).Select(n => (IndividualId?)n.IndividualId)
            .Concat(db.Milestones.Where(m => m.DecisionId == decision).Select(m => (IndividualId?)m.IndividualId))
            .Concat(db.ClaimLines.Where(l => l.DecisionId == decision).Select(l => (IndividualId?)l.IndividualId))
            .FirstOrDefaultAsync(cancellationToken);
}
