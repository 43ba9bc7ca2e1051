using Ips.Contracts;
using Ips.Eligibility.Db;
using Microsoft.EntityFrameworkCore;
using Proto = Ips.Contracts.Eligibility.V1;

namespace Ips.Eligibility.Referrals;

/// <summary>The calls of DVRS: acknowledgement, decision and closure. Each message id of DVRS has its effect once.</summary>
public sealed class AnswerReferral(EligibilityDb db, Requests requests, Caller caller, TimeProvider clock)
{
    public Task<Result<Proto.Referral>> Handle(Proto.AcknowledgeReferralRequest request, CancellationToken cancellationToken)
    {
        RequestValidator fields = new();
        var on = fields.Day("acknowledged_on", request.AcknowledgedOn);
        return Answer(fields, request.Name, request.MessageId, $"acknowledged {on.Day()}", on, Proto.ReferralState.DvrsDetermining, _ => { }, Sent("acknowledged_on"),
            cancellationToken);
    }

    public Task<Result<Proto.Referral>> Handle(Proto.RecordDvrsDecisionRequest request, CancellationToken cancellationToken)
    {
        RequestValidator fields = new();
        var on = fields.Day("decided_on", request.DecidedOn);
        var outcome = fields.Choice("outcome", request.Outcome);
        var to = outcome == Proto.DvrsOutcome.Eligible ? Proto.ReferralState.EligibleOpen : Proto.ReferralState.Ineligible;
        return Answer(fields, request.Name, request.MessageId, $"decided {outcome} {on.Day()}", on, to, r => r.DvrsDecisionDate = on, Sent("decided_on"),
            cancellationToken);
    }

    public Task<Result<Proto.Referral>> Handle(Proto.RecordDvrsClosureRequest request, CancellationToken cancellationToken)
    {
        RequestValidator fields = new();
        var on = fields.Day("closed_on", request.ClosedOn);
        return Answer(fields, request.Name, request.MessageId, $"closed {on.Day()}", on, Proto.ReferralState.Closed, r => r.DvrsClosedDate = on,
            new("closed_on", r => r.DvrsDecisionDate ?? r.ReferralDate, "the decision"), cancellationToken);
    }

    private static Earlier Sent(string field) => new(field, r => r.ReferralDate, "the day the referral was sent");

    /// <summary>The day on file that the day of a message may not lie before.</summary>
    private sealed record Earlier(string Field, Func<Referral, DateOnly?> Limit, string What);

    private async Task<Result<Proto.Referral>> Answer(
        RequestValidator fields, string name, string messageId, string content, DateOnly on, Proto.ReferralState to, Action<Referral> change,
        Earlier earlier, CancellationToken cancellationToken)
    {
        var id = fields.Id<ReferralId>("name", name);
        fields.Text("message_id", messageId, 100);
        if (fields.Problem is { } bad)
            return bad;
        var agency = caller.Organization;
        return await requests.Run(async s =>
        {
            // One statement, so that the referral is as it was when the message was stored or not.
            var read = await db.Referrals.AsNoTracking().Where(r => r.Id == id)
                .LeftJoin(db.Set<DvrsMessage>().Where(m => m.Agency == agency), _ => messageId, m => m.MessageId, (r, m) => new { Referral = r, Stored = m })
                .SingleOrDefaultAsync(s);
            return read is null
                ? new Problem.NotFound("referral", name)
                : Answer(read.Referral, read.Stored, new(agency, messageId, id, content, clock.GetUtcNow()), on, to, change, earlier);
        }, cancellationToken);
    }

    private static Result<Decided<Proto.Referral>> Answer(
        Referral referral, DvrsMessage? stored, DvrsMessage message, DateOnly on, Proto.ReferralState to, Action<Referral> change,
        Earlier earlier)
    {
        // decide
        Changes changes = new(message.ReceivedAt);
        if (stored is not null && (stored.ReferralId, stored.Content) != (message.ReferralId, message.Content))
            return new Problem.Invalid("message_id", "was used before with other content; send a new id with every new message");
        if (stored is not null)
            return new Decided<Proto.Referral>(referral.ToProto(null, referral.Etag(), stored: true), changes);
        if (Problem.Invalid.IfBefore(earlier.Field, on, earlier.Limit(referral), earlier.What) is { } early)
            return early;
        changes.Insert(message);

        // An acknowledgement that arrives after the decision changes nothing.
        if (to == Proto.ReferralState.DvrsDetermining && referral.State is Proto.ReferralState.EligibleOpen or Proto.ReferralState.Ineligible
            or Proto.ReferralState.Closed)
        {
            changes.Expect(referral);
            return new Decided<Proto.Referral>(referral.ToProto(null, referral.Etag(), stored: true), changes);
        }

        var from = referral.State;
        if (referral.Move(to) is { } refused)
            return refused;

        // write
        change(referral);
        changes.Update(referral);
        changes.PublishMove(referral, from, on);
        return new Decided<Proto.Referral>(referral.ToProto(null, referral.Etag(), stored: true), changes);
    }
}
