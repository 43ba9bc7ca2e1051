using Google.Protobuf;
using Ips.Contracts;
using Ips.Staffing.Db;
using Microsoft.EntityFrameworkCore;
using Proto = Ips.Contracts.Staffing.V1;

namespace Ips.Staffing.Members;

/// <summary>Changes roles, scope and days of a member, or ends access at once. The reason stays on file, encrypted.</summary>
public sealed class ChangeMember(StaffingDb db, Requests requests, PersonalDataProtector protector, TimeProvider clock)
{
    public Task<Result<Proto.Member>> Handle(Proto.ChangeMemberRequest request, CancellationToken cancellationToken)
    {
        RequestValidator fields = new();
        var roles = fields.Roles("roles", request.Roles);
        StaffMemberId? staff = request.StaffMember.Length == 0 ? null : fields.Id<StaffMemberId>("staff_member", request.StaffMember);
        var from = fields.Day("from", request.From);
        var through = fields.OptionalDay("through", request.Through);
        return Change(fields, request.Name, request.Etag, request.Reason, request.RequestId, request, async (member, s) =>
        {
            if (staff is { } id && !await db.Staff.AnyAsync(m => m.Id == id && m.Provider == member.Organization, s))
                return new Problem.Invalid("staff_member", "is not on the staff of the organization");
            (member.Roles, member.StaffMemberId, member.From, member.Through) = (roles, staff, from, through);
            return member;
        }, cancellationToken);
    }

    public Task<Result<Proto.Member>> Handle(Proto.EndMemberRequest request, CancellationToken cancellationToken) =>
        Change(new(), request.Name, request.Etag, request.Reason, request.RequestId, request, (member, _) =>
        {
            member.Through = clock.UtcDay().AddDays(-1);
            return Task.FromResult<Result<Member>>(member);
        }, cancellationToken);

    private Task<Result<Proto.Member>> Change(
        RequestValidator fields, string name, string etag, string reason, string requestId, IMessage request,
        Func<Member, CancellationToken, Task<Result<Member>>> change, CancellationToken cancellationToken)
    {
        var id = fields.Id<MemberId>("name", name);
        var why = fields.Text("reason", reason, 1000);
        fields.Require(etag.Length > 0, "etag", "is missing; send the etag last read");
        if (fields.Problem is { } bad)
            return Task.FromResult<Result<Proto.Member>>(bad);
        return requests.Run<Proto.Member>(requestId, request, async s =>
        {
            if (await db.Members.AsNoTracking().SingleOrDefaultAsync(m => m.Id == id, s) is not { } member)
                return new Problem.NotFound("member", name);
            if (!member.Expects(etag))
                return new Problem.Stale("member", name);
            if (!(await change(member, s)).Is(out _, out var problem))
                return problem;
            member.EncryptedReason = protector.Protect(why);
            Changes changes = new(clock.GetUtcNow());
            changes.Update(member);
            changes.PublishChange(member);
            return new Decided<Proto.Member>(member.ToProto(protector), changes);
        }, cancellationToken);
    }
}
