using Ips.Contracts;
using Ips.Eligibility.Db;
using Ips.Eligibility.Individuals;
using Ips.ServiceDefaults;
using Microsoft.EntityFrameworkCore;
using Wire = Ips.Contracts.Common.V1;

namespace Ips.Eligibility.Decisions;

/// <summary>Which stored decisions a caller may see: those about something that it may see. The person is noted as read: a decision does not name the person.</summary>
internal static class SeenDecisions
{
    /// <summary>The decision of that name.</summary>
    public static async Task<Result<StoredDecision>> See(this EligibilityDb db, Wire.DecisionRequest ask, AuditTrail audit, CancellationToken stop)
    {
        Fields fields = new();
        var id = fields.Name<Guid>("name", ask.Name, "decisions/{uuid}", Receipts.TryParseName);
        if (fields.Problem is { } bad)
            return bad;
        if (await db.Decisions.AsNoTracking().SingleOrDefaultAsync(d => d.Id == id, stop) is not { } kept || await db.PersonOf(kept.Subject, stop) is not { } person)
            return new Problem.NotFound("decision", ask.Name);
        await audit.Read([person], stop);
        return kept;
    }

    /// <summary>The person that a decision is about, where its facts are about the person itself: those of admission are.</summary>
    public static async Task<Individual?> About(this EligibilityDb db, StoredDecision kept, CancellationToken stop) =>
        IndividualId.TryParse(kept.Subject, out var id) ? await db.Load(id, stop) : null;

    // Whose the subject is; null when the caller may not see it.
    private static async Task<IndividualId?> PersonOf(this EligibilityDb db, string subject, CancellationToken stop) =>
        IndividualId.TryParse(subject, out var individual) ? await db.Individuals.Where(i => i.Id == individual).Select(i => (IndividualId?)i.Id).SingleOrDefaultAsync(stop)
            : ServiceOrderId.TryParse(subject, out var order) ? await db.ServiceOrders.Where(o => o.Id == order).Select(o => (IndividualId?)o.IndividualId).SingleOrDefaultAsync(stop)
            : AuthorizationId.TryParse(subject, out var authorization) ? await db.Authorizations.Where(a => a.Id == authorization).Select(a => (IndividualId?)a.IndividualId).SingleOrDefaultAsync(stop)
            : ReferralId.TryParse(subject, out var referral) ? await db.Referrals.Where(r => r.Id == referral).Select(r => (IndividualId?)r.IndividualId).SingleOrDefaultAsync(stop)
            : null;
}

/// <summary>Returns a decision as it was stored, as far as the caller may have it.</summary>
public sealed class GetDecision(EligibilityDb db, AuditTrail audit, Caller caller, Particulars particulars, TimeProvider clock)
{
    public async Task<Result<Wire.Decision>> Handle(Wire.DecisionRequest ask, CancellationToken stop)
    {
        if (!(await db.See(ask, audit, stop)).Is(out var kept, out var problem))
            return problem;
        var decision = kept.ToWire();
        return await db.About(kept, stop) is { } individual ? Redisclosure.To(caller, clock).Limit(decision, kept, individual, particulars) : decision;
    }
}

/// <summary>Takes a decision again and compares the bytes.</summary>
public sealed class ReplayDecision(EligibilityDb db, AuditTrail audit, Replaying replaying)
{
    public async Task<Result<Wire.DecisionReplay>> Handle(Wire.DecisionRequest ask, CancellationToken stop) =>
        (await db.See(ask, audit, stop)).Then(replaying.Replay);
}

/// <summary>Explains a decision in the words of a letter, as far as the caller may have it.</summary>
public sealed class ExplainDecision(EligibilityDb db, AuditTrail audit, Deciding deciding, Caller caller, Particulars particulars, TimeProvider clock)
{
    public async Task<Result<Wire.DecisionLetter>> Handle(Wire.DecisionRequest ask, CancellationToken stop)
    {
        if (!(await db.See(ask, audit, stop)).Is(out var kept, out var problem))
            return problem;
        var individual = await db.About(kept, stop);
        return Letters.Write(deciding.Engine, kept, individual is null ? _ => null : Redisclosure.To(caller, clock).InLetters(kept, individual, particulars));
    }
}
