using Ips.Contracts;
using Ips.Eligibility.Db;
using Microsoft.EntityFrameworkCore;
using Common = Ips.Contracts.Common.V1;
using Proto = Ips.Contracts.Eligibility.V1;

namespace Ips.Eligibility.IntakeReferrals;

/// <summary>The steps of a referral that no rule decides: the owner, the first contact, acceptance and withdrawal.</summary>
public sealed class MoveIntakeReferral(EligibilityDb db, Requests requests, PolicyService policies, IntakeViews views, TimeProvider clock)
{
    public Task<Result<Proto.IntakeReferral>> Handle(Proto.AssignIntakeReferralRequest request, CancellationToken cancellationToken)
    {
        RequestValidator fields = new();
        var owner = fields.OptionalId<StaffMemberId>("owner", request.Owner);
        return Step(fields, request.Name, request.Etag, request.RequestId, request, (referral, _, _) =>
        {
            referral.OwnerId = owner;
            return referral.Ended;
        }, Show, cancellationToken);
    }

    public Task<Result<Proto.IntakeReferral>> Handle(Proto.RecordFirstContactRequest request, CancellationToken cancellationToken)
    {
        RequestValidator fields = new();
        var on = fields.Day("on", request.On);
        var channel = fields.Choice("channel", request.Channel);
        var staff = fields.OptionalId<StaffMemberId>("staff_member", request.StaffMember);
        fields.Require(Enum.IsDefined(request.Role), "role", "is not a value of the contract");
        fields.Require(request.StaffMember.Length > 0 != (request.Role != Common.StaffRole.Unspecified), "staff_member",
            "and role are both missing or both sent; send the staff member or the role");
        return Step(fields, request.Name, request.Etag, request.RequestId, request, (referral, today, changes) =>
        {
            if (referral.Ended is { } ended)
                return ended;
            if (referral.ContactedOn is not null)
                return new Problem.Conflict("intake referral", "has a first contact already");
            if (Problem.Invalid.IfAhead("on", on, today) is { } ahead)
                return ahead;
            if (Problem.Invalid.IfBefore("on", on, referral.ReceivedOn, "the day of receipt") is { } early)
                return early;
            var from = referral.State;
            (referral.ContactedOn, referral.ContactedBy, referral.ContactStaffId, referral.ContactRole) = (on, channel, staff, request.Role);
            if (from == Proto.IntakeReferralState.Received)
                referral.Move(Proto.IntakeReferralState.Contacted, on);
            changes.PublishMove(referral, from, on);
            return null;
        }, Show, cancellationToken);
    }

    public Task<Result<Proto.IntakeReferral>> Handle(Proto.AcceptIntakeReferralRequest request, CancellationToken cancellationToken) =>
        Step(new(), request.Name, request.Etag, request.RequestId, request, MoveTo(Proto.IntakeReferralState.Accepted), Show, cancellationToken);

    public Task<Result<Proto.SentIntakeReferral>> Handle(Proto.WithdrawIntakeReferralRequest request, CancellationToken cancellationToken) =>
        Step(new(), request.Name, request.Etag, request.RequestId, request, MoveTo(Proto.IntakeReferralState.Withdrawn), r => r.ToSent(), cancellationToken);

    private Proto.IntakeReferral Show(IntakeReferral referral) => views.Show(referral, null, isDetermined: false);

    private static Func<IntakeReferral, DateOnly, Changes, Problem?> MoveTo(Proto.IntakeReferralState to) => (referral, today, changes) =>
    {
        var from = referral.State;
        if (referral.Move(to, today) is { } refused)
            return refused;
        changes.PublishMove(referral, from, today);
        return null;
    };

    private Task<Result<TReply>> Step<TReply>(
        RequestValidator fields, string name, string etag, string requestId, Google.Protobuf.IMessage request,
        Func<IntakeReferral, DateOnly, Changes, Problem?> step, Func<IntakeReferral, TReply> show, CancellationToken cancellationToken)
        where TReply : class, Google.Protobuf.IMessage<TReply>, new()
    {
        var id = IntakeReferralRows.Read(fields, name, etag);
        if (fields.Problem is { } bad)
            return Task.FromResult<Result<TReply>>(bad);
        return requests.Run(requestId, request, async s =>
        {
            if (!(await db.Load(id, etag, s)).Is(out var referral, out var problem))
                return problem;
            Changes changes = new(clock.GetUtcNow());
            if (step(referral, policies.Today(referral.Program)!.Value, changes) is { } refused)
                return refused;
            changes.Update(referral);
            return (Result<Decided<TReply>>)new Decided<TReply>(show(referral), changes);
        }, cancellationToken);
    }
}

/// <summary>Reads the referral of a request that changes it.</summary>
internal static class IntakeReferralRows
{
    /// <summary>The referral that the request names.</summary>
    public static IntakeReferralId Read(RequestValidator fields, string name, string etag)
    {
        fields.Require(etag.Length > 0, "etag", "is missing; send the etag last read");
        return fields.Id<IntakeReferralId>("name", name);
    }

    /// <summary>The referral with the etag, if the caller may see it.</summary>
    public static async Task<Result<IntakeReferral>> Load(
        this EligibilityDb db, IntakeReferralId id, string etag, CancellationToken cancellationToken) =>
        await db.IntakeReferrals.AsNoTracking().SingleOrDefaultAsync(r => r.Id == id, cancellationToken) is not { } referral
            ? new Problem.NotFound("intake referral", id.Name)
            : referral.Expects(etag) ? referral : new Problem.Stale("intake referral", id.Name);
}
