using Ips.Contracts;
using Ips.Staffing.Db;
using Microsoft.EntityFrameworkCore;
using Proto = Ips.Contracts.Staffing.V1;

namespace Ips.Staffing.StaffMembers;

/// <summary>Reads staff.</summary>
public sealed class FindStaff(StaffingDb db, Caller caller, PersonalDataProtector protector, TimeProvider clock)
{
    public async Task<Result<Proto.StaffMember>> Handle(Proto.GetStaffMemberRequest request, CancellationToken cancellationToken)
    {
        RequestValidator fields = new();
        var id = fields.Id<StaffMemberId>("name", request.Name);
        if (fields.Problem is { } bad)
            return bad;
        return await db.Staff.AsNoTracking().Include(m => m.Credentials).Include(m => m.Roles).Include(m => m.Experience).AsSplitQuery()
            .SingleOrDefaultAsync(m => m.Id == id, cancellationToken) is { } found
            ? found.ToProto(protector, caller.Role == Roles.Provider)
            : new Problem.NotFound("staff member", request.Name);
    }

    public async Task<Result<Proto.ListStaffResponse>> Handle(Proto.ListStaffRequest request, CancellationToken cancellationToken)
    {
        RequestValidator fields = new();
        var provider = fields.OptionalId<OrganizationCode>("provider", request.Provider);
        var team = fields.OptionalId<TeamId>("team", request.Team);
        fields.Require(request.Npi.Length == 0 || caller.Role == Roles.Provider, "npi", "is a filter for providers; leave it out");
        var on = fields.OptionalDay("npi_on", request.NpiOn) ?? clock.UtcDay();
        fields.Require(request.NpiOn.Length == 0 || request.Npi.Length > 0, "npi_on", "has no NPI beside it; send the NPI, or leave it out");
        var page = Paging.Read(fields, request);
        if (fields.Problem is { } bad)
            return bad;
        var query = db.Staff.AsNoTracking().Include(m => m.Credentials).Include(m => m.Roles).Include(m => m.Experience).AsSplitQuery().AsQueryable();
        if (provider is { Value: var code })
            query = query.Where(m => m.Provider == code);
        if (team is { } one)
            query = query.Where(m => m.Roles.Any(r => r.TeamId == one));
        if (request.Npi.Length > 0)
        {
            var ids = await WithNpi(request.Npi, on, cancellationToken);
            query = query.Where(m => ids.Contains(m.Id));
        }

        var (items, next) = await query.ToPage(page, m => m.Id, cancellationToken, oldestFirst: true);
        return new Proto.ListStaffResponse { Staff = { items.Select(m => m.ToProto(protector, caller.Role == Roles.Provider)) }, NextPageToken = next };
    }

    // Only who has or had the number is decrypted, and whose row has no keys yet: for the days.
    private async Task<List<StaffMemberId>> WithNpi(string npi, DateOnly on, CancellationToken cancellationToken)
    {
        var keys = StaffIdentity.NpiKeys(npi, protector).ToList();
        var known = await db.Staff.Where(m => m.EncryptedIdentity != null && (m.NpiKeys == null || m.NpiKeys.Any(k => keys.Contains(k))))
            .Select(m => new { m.Id, m.EncryptedIdentity }).ToListAsync(cancellationToken);
        return [.. known.Where(m => StaffIdentity.Of(m.EncryptedIdentity, protector).HasNpi(npi, on)).Select(m => m.Id)];
    }
}
