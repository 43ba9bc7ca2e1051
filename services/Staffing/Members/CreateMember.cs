using Ips.Contracts;
using Ips.Staffing.Db;
using Microsoft.EntityFrameworkCore;
using Proto = Ips.Contracts.Staffing.V1;

namespace Ips.Staffing.Members;

/// <summary>Records a member of an agency or a payer: its administrators and its own programs do, and operations records the first one.</summary>
public sealed class CreateMember(StaffingDb db, Requests requests, Caller caller, PersonalDataProtector protector, Memberships memberships, TimeProvider clock)
{
    public Task<Result<Proto.Member>> Handle(Proto.CreateMemberRequest request, CancellationToken cancellationToken)
    {
        RequestValidator fields = new();
        var given = request.Member ?? new();
        var organization = given.Organization.Length == 0 && caller.Role != Roles.Ops ? caller.Organization
            : fields.Organization("member.organization", given.Organization);
        var issuer = fields.Text("member.issuer", given.Issuer, 500);
        var subject = fields.Text("member.subject", given.Subject, 200);
        var roles = fields.Roles("member.roles", given.Roles);
        StaffMemberId? staff = given.StaffMember.Length == 0 ? null : fields.Id<StaffMemberId>("member.staff_member", given.StaffMember);
        var from = fields.Day("member.from", given.From);
        var through = fields.OptionalDay("member.through", given.Through);
        if (fields.Problem is { } bad)
            return Task.FromResult<Result<Proto.Member>>(bad);
        if (caller.Role != Roles.Ops && (organization != caller.Organization || (caller.IsPerson && caller.Member is null)))
            return Task.FromResult<Result<Proto.Member>>(new Problem.Forbidden(organization != caller.Organization
                ? "members are recorded by their own organization, or by operations"
                : "the first member of an organization is recorded by operations, or by the organization's own program"));
        Member member = new()
        {
            Id = MemberId.New(clock),
            Organization = organization,
            AccountId = Member.AccountOf(issuer, subject),
            Issuer = issuer,
            Subject = subject,
            Roles = roles,
            StaffMemberId = staff,
            From = from,
            Through = through,
            ChangedAt = clock.GetUtcNow(),
        };
        return requests.Run(request.RequestId, request, s => Create(member, s), cancellationToken);
    }

    private async Task<Result<Decided<Proto.Member>>> Create(Member member, CancellationToken cancellationToken)
    {
        // read
        if (await db.Organizations.AsNoTracking().SingleOrDefaultAsync(o => o.Code == member.Organization
            && o.State == Proto.OrganizationState.Active, cancellationToken) is not { Kind: Proto.OrganizationKind.Provider or Proto.OrganizationKind.Payer })
            return new Problem.Invalid("member.organization", "is no agency or payer on file; register the organization first");
        if (await db.Members.AsNoTracking().FirstOrDefaultAsync(m => m.Organization == member.Organization && m.AccountId == member.AccountId, cancellationToken)
            is { } other)
            return new Problem.Exists("member", other.Id.Name);
        if (member.StaffMemberId is { } staff && !await db.Staff.AnyAsync(s => s.Id == staff && s.Provider == member.Organization, cancellationToken))
            return new Problem.Invalid("member.staff_member", "is not on the staff of the organization");

        // write
        Changes changes = new(clock.GetUtcNow());
        changes.Insert(member);
        changes.PublishChange(member);
        return new Decided<Proto.Member>(member.ToProto(protector), changes, memberships.Forget);
    }
}
