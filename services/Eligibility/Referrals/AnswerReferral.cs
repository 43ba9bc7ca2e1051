using Ips.Contracts;
using Ips.Eligibility.Db;
using Microsoft.EntityFrameworkCore;
using Proto = Ips.Contracts.Eligibility.V1;

namespace Ips.Eligibility.Referrals;

/// <summary>
/// The calls of DVRS: acknowledgement, decision and its correction, contact, plan, closure. Each message id of DVRS has its effect once. A step that changes no
/// state is published as a step from a state to the same state, so that the feed shows it.
/// </summary>
public sealed class AnswerReferral(EligibilityDb db, Requests requests, Caller caller, PersonalDataProtector protector, TimeProvider clock)
{
    public Task<Result<Proto.Referral>> Handle(Proto.AcknowledgeReferralRequest request, CancellationToken cancellationToken)
    {
        RequestValidator fields = new();
        var on = fields.Day("acknowledged_on", request.AcknowledgedOn);
        return Answer(fields, request.Name, request.MessageId, $"acknowledged {on.Day()}", (referral, changes) =>
        {
            if (Sent(referral, "acknowledged_on", on) is { } early)
                return early;
            // An acknowledgement that arrives after the decision changes nothing.
            if (referral.State is Proto.ReferralState.EligibleOpen or Proto.ReferralState.Ineligible or Proto.ReferralState.Closed)
                return null;
            var from = referral.State;
            if (referral.Move(Proto.ReferralState.DvrsDetermining) is { } refused)
                return refused;
            changes.PublishMove(changes.Update(referral), from, on);
            return null;
        }, cancellationToken);
    }

    public Task<Result<Proto.Referral>> Handle(Proto.RecordDvrsDecisionRequest request, CancellationToken cancellationToken)
    {
        RequestValidator fields = new();
        var on = fields.Day("decided_on", request.DecidedOn);
        var outcome = fields.Choice("outcome", request.Outcome);
        Fits(fields, outcome, request.ReasonCode);
        var content = $"decided {outcome} {on.Day()}" + (request.ReasonCode == default ? "" : $" {request.ReasonCode}");
        return Answer(fields, request.Name, request.MessageId, content, (referral, changes) =>
        {
            if (Sent(referral, "decided_on", on) is { } early)
                return early;
            var from = referral.State;
            if (referral.Move(StateOf(outcome)) is { } refused)
                return refused;
            referral.DvrsDecisionDate = on;
            Add(referral, outcome, on, request.ReasonCode, null, changes);
            changes.PublishMove(changes.Update(referral), from, on, reason: request.ReasonCode);
            return null;
        }, cancellationToken);
    }

    public Task<Result<Proto.Referral>> Handle(Proto.CorrectDvrsDecisionRequest request, CancellationToken cancellationToken)
    {
        RequestValidator fields = new();
        var on = fields.Day("decided_on", request.DecidedOn);
        var outcome = fields.Choice("outcome", request.Outcome);
        Fits(fields, outcome, request.ReasonCode);
        fields.Text("reason", request.Reason, 500);
        var content = $"corrected {outcome} {on.Day()} {request.ReasonCode} {Keyed("correction", request.Reason)}";
        return Answer(fields, request.Name, request.MessageId, content, (referral, changes) =>
        {
            if (Sent(referral, "decided_on", on) is { } early)
                return early;
            return Correct(referral, request, outcome, on, changes, protector);
        }, cancellationToken);
    }

    public Task<Result<Proto.Referral>> Handle(Proto.RecordVrContactRequest request, CancellationToken cancellationToken)
    {
        RequestValidator fields = new();
        fields.Text("office", request.Office, 60);
        fields.Require(request.Counselor.Length <= 200, "counselor", "is longer than 200 characters");
        fields.Require(request.CounselorContact.Length <= 200, "counselor_contact", "is longer than 200 characters");
        var content = $"contact {Keyed("contact", $"{request.Office}\n{request.Counselor}\n{request.CounselorContact}")}";
        return Answer(fields, request.Name, request.MessageId, content, (referral, changes) =>
        {
            referral.VrOffice = request.Office;
            referral.VrCounselor = request.Counselor.Length == 0 ? null : protector.Protect(request.Counselor);
            referral.VrCounselorContact = request.CounselorContact.Length == 0 ? null : protector.Protect(request.CounselorContact);
            changes.PublishMove(changes.Update(referral), referral.State, clock.UtcDay());
            return null;
        }, cancellationToken);
    }

    public Task<Result<Proto.Referral>> Handle(Proto.RecordVrPlanRequest request, CancellationToken cancellationToken)
    {
        RequestValidator fields = new();
        var from = fields.Day("plan_from", request.PlanFrom);
        var through = fields.OptionalDay("plan_through", request.PlanThrough);
        return Answer(fields, request.Name, request.MessageId, $"planned {from.Day()} {through.Day()}", (referral, changes) =>
        {
            if (referral.State != Proto.ReferralState.EligibleOpen)
                return new Problem.Conflict("referral state", $"the referral is {WireCode.Lower(referral.State)}; a plan is made with a person who is eligible");
            if (Problem.Invalid.IfBefore("plan_from", from, referral.DvrsDecisionDate, "the decision") is { } early)
                return early;
            (referral.PlanFrom, referral.PlanThrough) = (from, through);
            changes.PublishMove(changes.Update(referral), referral.State, from, plans: true);
            return null;
        }, cancellationToken);
    }

    public Task<Result<Proto.Referral>> Handle(Proto.RecordDvrsClosureRequest request, CancellationToken cancellationToken)
    {
        RequestValidator fields = new();
        var on = fields.Day("closed_on", request.ClosedOn);
        fields.Require(request.ReasonCode is not (Proto.VrReason.ServedNow or Proto.VrReason.WaitingList), "reason_code", "is no reason to close a case");
        var content = $"closed {on.Day()}" + (request.ReasonCode == default ? "" : $" {request.ReasonCode}");
        return Answer(fields, request.Name, request.MessageId, content, (referral, changes) =>
        {
            if (Problem.Invalid.IfBefore("closed_on", on, referral.DvrsDecisionDate ?? referral.ReferralDate, "the decision") is { } early)
                return early;
            var from = referral.State;
            if (referral.Move(Proto.ReferralState.Closed) is { } refused)
                return refused;
            (referral.DvrsClosedDate, referral.ClosureReason) = (on, request.ReasonCode);
            changes.PublishMove(changes.Update(referral), from, on, reason: request.ReasonCode);
            return null;
        }, cancellationToken);
    }

    private static Problem? Correct(
        Referral referral, Proto.CorrectDvrsDecisionRequest request, Proto.DvrsOutcome outcome, DateOnly on, Changes changes, PersonalDataProtector protector)
    {
        if (referral.DvrsDecisionDate is not { } decided)
            return new Problem.Conflict("referral state", $"the referral is {WireCode.Lower(referral.State)} and has no decision; report one");
        if (referral.VrDecisions.Count == 0)
        {
            // Decided before versions were stored: what is on file is the first version.
            Add(referral, referral.State == Proto.ReferralState.Ineligible ? Proto.DvrsOutcome.Ineligible : Proto.DvrsOutcome.Eligible, decided, default, null,
                changes);
        }

        var last = referral.VrDecisions.MaxBy(d => d.Number)!;
        if ((last.Outcome, last.DecidedOn, last.Reason) == (outcome, on, request.ReasonCode))
            return new Problem.Invalid("outcome", "and the day and the reason code are what is on file; a correction changes one of them");
        if (on > referral.DvrsClosedDate)
            return new Problem.Invalid("decided_on", $"lies after the day on which the case was closed, {referral.DvrsClosedDate.Day()}");
        if (on > referral.PlanFrom)
            return new Problem.Invalid("decided_on", $"lies after the first day of the plan, {referral.PlanFrom.Day()}; correct the plan first");
        var from = referral.State;
        if (from != Proto.ReferralState.Closed)
            referral.State = StateOf(outcome);
        referral.DvrsDecisionDate = on;
        Add(referral, outcome, on, request.ReasonCode, protector.Protect(request.Reason), changes);
        changes.PublishMove(changes.Update(referral), from, on, reason: request.ReasonCode, corrects: true);
        return null;
    }

    private static void Add(
        Referral referral, Proto.DvrsOutcome outcome, DateOnly on, Proto.VrReason reason, byte[]? correction, Changes changes) =>
        referral.VrDecisions.Add(changes.Insert(new VrDecision
        {
            ReferralId = referral.Id,
            Number = referral.VrDecisions.Select(d => d.Number).DefaultIfEmpty(0).Max() + 1,
            Outcome = outcome,
            DecidedOn = on,
            Reason = reason,
            CorrectionReason = correction,
            RecordedAt = changes.Now,
        }));

    private static Proto.ReferralState StateOf(Proto.DvrsOutcome outcome) =>
        outcome == Proto.DvrsOutcome.Eligible ? Proto.ReferralState.EligibleOpen : Proto.ReferralState.Ineligible;

    private static void Fits(RequestValidator fields, Proto.DvrsOutcome outcome, Proto.VrReason reason)
    {
        var served = reason is Proto.VrReason.ServedNow or Proto.VrReason.WaitingList;
        fields.Require(reason == default || served == (outcome == Proto.DvrsOutcome.Eligible), "reason_code",
            "does not fit the outcome; SERVED_NOW and WAITING_LIST are reasons of ELIGIBLE, the others of INELIGIBLE");
        fields.Require(reason != Proto.VrReason.Employed, "reason_code", "is a reason to close a case, not to decide it");
    }

    private static Problem.Invalid? Sent(Referral referral, string field, DateOnly on) =>
        Problem.Invalid.IfBefore(field, on, referral.ReferralDate, "the day the referral was sent");

    // Two messages of one id are compared by their content; a text of a person is compared by a keyed hash.
    private string Keyed(string about, string text) => Convert.ToHexStringLower(protector.Hash($"vr-{about}", text));

    private async Task<Result<Proto.Referral>> Answer(
        RequestValidator fields, string name, string messageId, string content, Func<Referral, Changes, Problem?> step, CancellationToken cancellationToken)
    {
        var id = fields.Id<ReferralId>("name", name);
        fields.Text("message_id", messageId, 100);
        if (fields.Problem is { } bad)
            return bad;
        var agency = caller.Organization;
        return await requests.Run(async s =>
        {
            // One statement, so that the referral is as it was when the message was stored or not.
            var read = await db.Referrals.AsNoTracking().AsSingleQuery().Include(r => r.VrDecisions).Where(r => r.Id == id)
                .LeftJoin(db.Set<DvrsMessage>().Where(m => m.Agency == agency), _ => messageId, m => m.MessageId, (r, m) => new { Referral = r, Stored = m })
                .SingleOrDefaultAsync(s);
            if (read is null)
                return new Problem.NotFound("referral", name);
            // The person has one open referral: a correction does not open this one beside another.
            var open = read.Referral.State == Proto.ReferralState.Ineligible
                ? await db.Referrals.Where(r => r.IndividualId == read.Referral.IndividualId && r.Id != id && r.State != Proto.ReferralState.Ineligible
                    && r.State != Proto.ReferralState.Closed && r.State != Proto.ReferralState.DeclinedByIndividual)
                    .Select(r => (ReferralId?)r.Id).FirstOrDefaultAsync(s) : null;
            return Answer(read.Referral, read.Stored, new(agency, messageId, id, content, clock.GetUtcNow()), open, step);
        }, cancellationToken);
    }

    private Result<Decided<Proto.Referral>> Answer(
        Referral referral, DvrsMessage? stored, DvrsMessage message, ReferralId? open, Func<Referral, Changes, Problem?> step)
    {
        Changes changes = new(message.ReceivedAt);
        if (stored is not null && (stored.ReferralId, stored.Content) != (message.ReferralId, message.Content))
            return new Problem.Invalid("message_id", "was used before with other content; send a new id with every new message");
        if (stored is not null)
            return new Decided<Proto.Referral>(referral.ToProto(null, referral.Etag(), protector, caller), changes);
        changes.Insert(message);
        if (step(referral, changes) is { } refused)
            return refused;
        if (open is { } other && referral.IsOpen)
            return new Problem.Exists("referral", other.Name);
        changes.Expect(referral);
        return new Decided<Proto.Referral>(referral.ToProto(null, referral.Etag(), protector, caller), changes);
    }
}
