using Ips.Billing.Db;
using Ips.Contracts;
using Ips.Contracts.Common.V1;
using Microsoft.EntityFrameworkCore;

namespace Ips.Billing.Decisions;

/// <summary>
/// Reads the stored decision of a note, a milestone, a claim line or an incentive that the caller may see, of a line also the latest one. The audit log notes
/// the people as read, because a decision does not name them.
/// </summary>
public sealed class ReadDecision(BillingDb db, AuditTrail audit)
{
    public Task<Result<StoredDecision>> Handle(DecisionRequest request, CancellationToken cancellationToken) => db.Decisions.Named(request, async stored =>
    {
        IReadOnlyList<IndividualId> people = await PersonOf(stored.Id, cancellationToken) is { } person ? [person]
            : await PeopleOf(stored.Subject, cancellationToken);
        if (people.Count == 0)
            return false;
        await audit.Read(people, cancellationToken);
        return true;
    }, cancellationToken);

    private async Task<IReadOnlyList<IndividualId>> PeopleOf(string subject, CancellationToken cancellationToken) =>
        IncentiveInvoiceId.TryParse(subject, out var invoice)
            ? await db.IncentivePeople.Where(p => p.InvoiceId == invoice).Select(p => p.IndividualId).Distinct().ToListAsync(cancellationToken)
        : IncentiveLetterId.TryParse(subject, out var letter)
            ? await db.LetterPeople.Where(p => p.LetterId == letter).Select(p => p.IndividualId).Distinct().ToListAsync(cancellationToken)
        : [];

    private async Task<IndividualId?> PersonOf(Guid decision, CancellationToken cancellationToken) =>
        await db.ServiceNotes.Where(n => n.DecisionId == decision).Select(n => (IndividualId?)n.IndividualId)
            .Concat(db.Milestones.Where(m => m.DecisionId == decision || m.ReconsideredId == decision).Select(m => (IndividualId?)m.IndividualId))
            .Concat(db.ClaimLines.Where(l => l.DecisionId == decision || l.ReconsideredId == decision).Select(l => (IndividualId?)l.IndividualId))
            .FirstOrDefaultAsync(cancellationToken);
}
