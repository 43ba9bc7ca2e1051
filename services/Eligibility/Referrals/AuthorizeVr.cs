using System.Globalization;
using Ips.Contracts;
using Ips.Eligibility.Db;
using Ips.Policies.Milestones;
using Microsoft.EntityFrameworkCore;
using Proto = Ips.Contracts.Eligibility.V1;

namespace Ips.Eligibility.Referrals;

/// <summary>DVRS authorizes a milestone that the program's text leaves to it to fund, and takes an authorization back. Each message id has its effect once.</summary>
public sealed class AuthorizeVr(EligibilityDb db, Requests requests, Caller caller, PolicyService policies, TimeProvider clock)
{
    private const decimal Most = 1_000_000m;

    public async Task<Result<Proto.VrAuthorization>> Handle(Proto.RecordVrAuthorizationRequest request, CancellationToken cancellationToken)
    {
        RequestValidator fields = new();
        var id = fields.Id<ReferralId>("name", request.Name);
        fields.Text("message_id", request.MessageId, 100);
        fields.Text("number", request.Number, 40);
        var amount = Amount(fields, request.AmountUsd);
        var (from, through) = (fields.Day("valid_from", request.ValidFrom), fields.Day("valid_through", request.ValidThrough));
        if (fields.Problem is { } bad)
            return bad;
        var content = $"authorized {request.Number} {request.Milestone.ToString(CultureInfo.InvariantCulture)} "
            + $"{amount.ToString("0.00", CultureInfo.InvariantCulture)} {from.Day()} {through.Day()}";
        var agency = caller.Organization;
        return await requests.Run(async s =>
        {
            if (await db.Referrals.AsNoTracking().SingleOrDefaultAsync(r => r.Id == id, s) is not { } referral)
                return new Problem.NotFound("referral", request.Name);
            var stored = await db.Set<DvrsMessage>().AsNoTracking().SingleOrDefaultAsync(m => m.Agency == agency && m.MessageId == request.MessageId, s);
            var present = await db.VrAuthorizations.AsNoTracking()
                .Where(a => a.ReferralId == id || (a.Recipient == agency && a.Number == request.Number)).ToListAsync(s);
            return Record(request, referral, new(agency, request.MessageId, id, content, clock.GetUtcNow()), stored, present, (amount, from, through));
        }, cancellationToken);
    }

    public async Task<Result<Proto.VrAuthorization>> Handle(Proto.CancelVrAuthorizationRequest request, CancellationToken cancellationToken)
    {
        RequestValidator fields = new();
        var id = fields.Id<VrAuthorizationId>("name", request.Name);
        fields.Text("message_id", request.MessageId, 100);
        var on = fields.Day("cancelled_on", request.CancelledOn);
        if (fields.Problem is { } bad)
            return bad;
        var agency = caller.Organization;
        return await requests.Run<Proto.VrAuthorization>(async s =>
        {
            if (await db.VrAuthorizations.AsNoTracking().SingleOrDefaultAsync(a => a.Id == id, s) is not { } authorization)
                return new Problem.NotFound("VR authorization", request.Name);
            var stored = await db.Set<DvrsMessage>().AsNoTracking().SingleOrDefaultAsync(m => m.Agency == agency && m.MessageId == request.MessageId, s);
            DvrsMessage message = new(agency, request.MessageId, authorization.ReferralId, $"cancelled {id} {on.Day()}", clock.GetUtcNow());
            Changes changes = new(message.ReceivedAt);
            if (Repeats(stored, message) is { } used)
                return used;
            if (stored is not null)
                return new Decided<Proto.VrAuthorization>(authorization.ToProto(), changes);
            if (authorization.CancelledOn is { } cancelled)
                return new Problem.Conflict("VR authorization", $"was cancelled on {cancelled.Day()}");
            authorization.CancelledOn = on;
            changes.Insert(message);
            changes.Update(authorization);
            changes.PublishMove(authorization, on);
            return new Decided<Proto.VrAuthorization>(authorization.ToProto(), changes);
        }, cancellationToken);
    }

    private Result<Decided<Proto.VrAuthorization>> Record(
        Proto.RecordVrAuthorizationRequest request, Referral referral, DvrsMessage message, DvrsMessage? stored, IReadOnlyList<VrAuthorization> present,
        (decimal Amount, DateOnly From, DateOnly Through) terms)
    {
        // decide
        Changes changes = new(message.ReceivedAt);
        if (Repeats(stored, message) is { } used)
            return used;
        var numbered = present.FirstOrDefault(a => a.Number == request.Number);
        if (stored is not null)
            return new Decided<Proto.VrAuthorization>(numbered!.ToProto(), changes);
        if (Refused(referral, request.Milestone, terms.From) is { } refused)
            return refused;
        if (numbered is not null)
            return new Problem.Exists("VR authorization", $"{numbered.Id.Name}, with this number");
        if (present.FirstOrDefault(a => a.Milestone == request.Milestone && a.CancelledOn is null
            && a.ValidFrom <= terms.Through && terms.From <= a.ValidThrough) is { } same)
            return new Problem.Exists("VR authorization", $"{same.Id.Name}, for this milestone on some of the days");

        // write
        var authorization = changes.Insert(new VrAuthorization
        {
            Id = VrAuthorizationId.New(clock),
            ReferralId = referral.Id,
            IndividualId = referral.IndividualId,
            Provider = referral.Provider,
            Program = referral.Program,
            Recipient = referral.Recipient,
            Number = request.Number,
            Milestone = request.Milestone,
            Amount = terms.Amount,
            ValidFrom = terms.From,
            ValidThrough = terms.Through,
            RecordedAt = changes.Now,
        });
        changes.Insert(message);
        // Its version is raised, so that of two authorizations recorded at the same time the second one sees the first.
        changes.Update(referral);
        changes.PublishMove(authorization, policies.Today(referral.Program)!.Value);
        return new Decided<Proto.VrAuthorization>(authorization.ToProto(), changes);
    }

    private Problem? Refused(Referral referral, int milestone, DateOnly from)
    {
        if (referral.State != Proto.ReferralState.EligibleOpen)
            return new Problem.Conflict("referral state",
                $"the referral is {WireCode.Lower(referral.State)}; a milestone is authorized for a person who is eligible");
        if (Problem.Invalid.IfBefore("valid_from", from, referral.DvrsDecisionDate, "the decision") is { } early)
            return early;
        return MilestoneGrid.PrintedFunder(policies.TextOn(referral.Program, from), milestone) == Funder.Vr ? null
            : new Problem.Invalid("milestone", $"is {milestone}; it is no milestone that {referral.Program} leaves to vocational rehabilitation to fund on {from.Day()}");
    }

    private static Problem.Invalid? Repeats(DvrsMessage? stored, DvrsMessage message) =>
        stored is not null && (stored.ReferralId, stored.Content) != (message.ReferralId, message.Content)
            ? new("message_id", "was used before with other content; send a new id with every new message") : null;

    private static decimal Amount(RequestValidator fields, string dollars)
    {
        var read = decimal.TryParse(dollars, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var amount);
        fields.Require(read && amount.Scale == 2 && amount is > 0 and <= Most, "amount_usd",
            "is missing or no amount; send dollars with two decimals, more than 0.00 and at most 1000000.00");
        return amount;
    }
}
