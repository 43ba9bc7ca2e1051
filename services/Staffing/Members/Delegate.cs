using Ips.Contracts;
using Ips.Staffing.Db;
using Microsoft.EntityFrameworkCore;
using Proto = Ips.Contracts.Staffing.V1;

namespace Ips.Staffing.Members;

/// <summary>Gives a member another caseload for some days, and takes it back.</summary>
public sealed class Delegate(StaffingDb db, Requests requests, TimeProvider clock)
{
    public Task<Result<Proto.Delegation>> Handle(Proto.CreateDelegationRequest request, CancellationToken cancellationToken)
    {
        RequestValidator fields = new();
        var given = request.Delegation ?? new();
        var memberId = fields.Id<MemberId>("member", request.Member);
        var staff = fields.Id<StaffMemberId>("delegation.staff_member", given.StaffMember);
        var from = fields.Day("delegation.from", given.From);
        var through = fields.Day("delegation.through", given.Through);
        if (fields.Problem is { } bad)
            return Task.FromResult<Result<Proto.Delegation>>(bad);
        return requests.Run<Proto.Delegation>(request.RequestId, request, async s =>
        {
            if (await db.Members.AsNoTracking().SingleOrDefaultAsync(m => m.Id == memberId, s) is not { } member)
                return new Problem.NotFound("member", request.Member);
            if (member.StaffMemberId is null)
                return new Problem.Invalid("member", "sees the whole organization already; a delegation is for a member who sees a caseload");
            if (!await db.Staff.AnyAsync(m => m.Id == staff && m.Provider == member.Organization, s))
                return new Problem.Invalid("delegation.staff_member", "is not on the staff of the organization");
            Changes changes = new(clock.GetUtcNow());
            Delegation delegation = new()
            {
                Id = DelegationId.New(clock),
                MemberId = memberId,
                StaffMemberId = staff,
                From = from,
                Through = through,
                ChangedAt = changes.Now,
            };
            changes.Insert(delegation);
            changes.PublishChange(delegation);
            return new Decided<Proto.Delegation>(delegation.ToProto(), changes);
        }, cancellationToken);
    }

    public Task<Result<Proto.Delegation>> Handle(Proto.EndDelegationRequest request, CancellationToken cancellationToken)
    {
        RequestValidator fields = new();
        var id = fields.Id<DelegationId>("name", request.Name);
        fields.Require(request.Etag.Length > 0, "etag", "is missing; send the etag last read");
        if (fields.Problem is { } bad)
            return Task.FromResult<Result<Proto.Delegation>>(bad);
        return requests.Run<Proto.Delegation>(request.RequestId, request, async s =>
        {
            if (await db.Delegations.AsNoTracking().SingleOrDefaultAsync(d => d.Id == id, s) is not { } delegation)
                return new Problem.NotFound("delegation", request.Name);
            if (!delegation.Expects(request.Etag))
                return new Problem.Stale("delegation", request.Name);
            Changes changes = new(clock.GetUtcNow());
            delegation.Through = clock.UtcDay().AddDays(-1);
            changes.Update(delegation);
            changes.PublishChange(delegation);
            return new Decided<Proto.Delegation>(delegation.ToProto(), changes);
        }, cancellationToken);
    }
}
