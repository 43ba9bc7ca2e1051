using Ips.Contracts;
using Ips.Eligibility.Db;
using Ips.Eligibility.Individuals;
using Ips.ServiceDefaults;
using Microsoft.EntityFrameworkCore;
using Wire = Ips.Contracts.Common.V1;

namespace Ips.Eligibility.Decisions;

/// <summary>Which stored decisions a caller may see: those about something that it may see.</summary>
internal static class SeenDecisions
{
    /// <summary>The decision of that name.</summary>
    public static async Task<Result<StoredDecision>> See(this EligibilityDb db, Wire.DecisionRequest ask, CancellationToken stop)
    {
        Fields fields = new();
        var id = fields.Name<Guid>("name", ask.Name, "decisions/{uuid}", Receipts.TryParseName);
        if (fields.Problem is { } bad)
            return bad;
        return await db.Decisions.AsNoTracking().SingleOrDefaultAsync(d => d.Id == id, stop) is { } kept && await db.Sees(kept.Subject, stop)
            ? kept
            : new Problem.NotFound("decision", ask.Name);
    }

    /// <summary>The person that a decision is about, where its facts are about the person itself: those of admission are.</summary>
    public static async Task<Individual?> About(this EligibilityDb db, StoredDecision kept, CancellationToken stop) =>
        IndividualId.TryParse(kept.Subject, out var id) ? await db.Load(id, stop) : null;

    private static async Task<bool> Sees(this EligibilityDb db, string subject, CancellationToken stop) =>
        IndividualId.TryParse(subject, out var individual) ? await db.Individuals.AnyAsync(i => i.Id == individual, stop)
            : ServiceOrderId.TryParse(subject, out var order) ? await db.ServiceOrders.AnyAsync(o => o.Id == order, stop)
            : AuthorizationId.TryParse(subject, out var authorization) ? await db.Authorizations.AnyAsync(a => a.Id == authorization, stop)
            : ReferralId.TryParse(subject, out var referral) && await db.Referrals.AnyAsync(r => r.Id == referral, stop);
}

/// <summary>Returns a decision as it was stored, as far as the caller may have it.</summary>
public sealed class GetDecision(EligibilityDb db, Caller caller, Particulars particulars, TimeProvider clock)
{
    public async Task<Result<Wire.Decision>> Handle(Wire.DecisionRequest ask, CancellationToken stop)
    {
        if (!(await db.See(ask, stop)).Is(out var kept, out var problem))
            return problem;
        var decision = kept.ToWire();
        return await db.About(kept, stop) is { } individual ? Disclosure.To(caller, clock).Limit(decision, kept, individual, particulars) : decision;
    }
}

/// <summary>Takes a decision again and compares the bytes.</summary>
public sealed class ReplayDecision(EligibilityDb db, Replaying replaying)
{
    public async Task<Result<Wire.DecisionReplay>> Handle(Wire.DecisionRequest ask, CancellationToken stop) =>
        (await db.See(ask, stop)).Then(replaying.Replay);
}

/// <summary>Explains a decision in the words of a letter, as far as the caller may have it.</summary>
public sealed class ExplainDecision(EligibilityDb db, Deciding deciding, Caller caller, Particulars particulars, TimeProvider clock)
{
    public async Task<Result<Wire.DecisionLetter>> Handle(Wire.DecisionRequest ask, CancellationToken stop)
    {
        if (!(await db.See(ask, stop)).Is(out var kept, out var problem))
            return problem;
        var individual = await db.About(kept, stop);
        return Letters.Write(deciding.Engine, kept, individual is null ? _ => null : Disclosure.To(caller, clock).InLetters(kept, individual, particulars));
    }
}
