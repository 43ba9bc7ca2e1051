using Ips.Contracts;
using Ips.Eligibility.Db;
using Ips.ServiceDefaults;
using Microsoft.EntityFrameworkCore;
using Wire = Ips.Contracts.Eligibility.V1;

namespace Ips.Eligibility.Referrals;

/// <summary>The side of DVRS: acknowledgement, decision and closure, each once by DVRS's own message id.</summary>
public sealed class AnswerReferral(EligibilityDb db, TimeProvider clock)
{
    public Task<Result<Wire.Referral>> Handle(Wire.AcknowledgeReferralRequest ask, CancellationToken stop)
    {
        Fields fields = new();
        var on = fields.Day("acknowledged_on", ask.AcknowledgedOn);
        return Answer(fields, ask.Name, ask.MessageId, $"acknowledged {on.Day()}", on, Wire.ReferralState.DvrsDetermining, _ => { }, stop);
    }

    public Task<Result<Wire.Referral>> Handle(Wire.RecordDvrsDecisionRequest ask, CancellationToken stop)
    {
        Fields fields = new();
        var on = fields.Day("decided_on", ask.DecidedOn);
        var outcome = fields.Choice("outcome", ask.Outcome);
        var to = outcome == Wire.DvrsOutcome.Eligible ? Wire.ReferralState.EligibleOpen : Wire.ReferralState.Ineligible;
        return Answer(fields, ask.Name, ask.MessageId, $"decided {outcome} {on.Day()}", on, to, r => r.DvrsDecisionDate = on, stop);
    }

    public Task<Result<Wire.Referral>> Handle(Wire.RecordDvrsClosureRequest ask, CancellationToken stop)
    {
        Fields fields = new();
        var on = fields.Day("closed_on", ask.ClosedOn);
        return Answer(fields, ask.Name, ask.MessageId, $"closed {on.Day()}", on, Wire.ReferralState.Closed, r => r.DvrsClosedDate = on, stop);
    }

    private async Task<Result<Wire.Referral>> Answer(
        Fields fields, string name, string messageId, string content, DateOnly on, Wire.ReferralState to, Action<Referral> change, CancellationToken stop)
    {
        var id = fields.Name<ReferralId>("name", name, "referrals/{uuid}", ReferralId.TryParse);
        fields.Text("message_id", messageId, 100);
        if (fields.Problem is { } bad)
            return bad;
        await using var transaction = await db.Database.BeginTransactionAsync(stop);
        var now = clock.GetUtcNow();
        var first = await db.Database.ExecuteSqlAsync(
            $"insert into dvrs_messages (message_id, referral_id, content, received_at) values ({messageId}, {id.Value}, {content}, {now}) on conflict do nothing", stop);
        if (await db.Referrals.SingleOrDefaultAsync(r => r.Id == id, stop) is not { } referral)
            return new Problem.NotFound("referral", name);
        if (first == 0)
        {
            var kept = await db.Set<DvrsMessage>().AsNoTracking().SingleAsync(m => m.MessageId == messageId, stop);
            return kept.ReferralId == id && kept.Content == content
                ? referral.ToWire(null, db.Etag(referral), stored: true)
                : new Problem.Invalid("message_id", "was used before with other content; send a new id with every new message");
        }

        // An acknowledgement that arrives after the decision says nothing new.
        if (to == Wire.ReferralState.DvrsDetermining && referral.State is Wire.ReferralState.EligibleOpen or Wire.ReferralState.Ineligible or Wire.ReferralState.Closed)
        {
            await transaction.CommitAsync(stop);
            return referral.ToWire(null, db.Etag(referral), stored: true);
        }

        var from = referral.State;
        if (referral.Move(to) is { } refused)
            return refused;
        change(referral);
        db.Tell(referral, from, on, clock);
        await db.SaveChangesAsync(stop);
        await transaction.CommitAsync(stop);
        return referral.ToWire(null, db.Etag(referral), stored: true);
    }
}
