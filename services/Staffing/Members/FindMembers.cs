using Ips.Contracts;
using Ips.Staffing.Db;
using Microsoft.EntityFrameworkCore;
using Proto = Ips.Contracts.Staffing.V1;

namespace Ips.Staffing.Members;

/// <summary>Reads members and delegations of the caller's organization; operations reads all.</summary>
public sealed class FindMembers(StaffingDb db, Caller caller, PersonalDataProtector protector)
{
    public async Task<Result<Proto.Member>> Handle(Proto.GetMemberRequest request, CancellationToken cancellationToken)
    {
        RequestValidator fields = new();
        var id = fields.Id<MemberId>("name", request.Name);
        if (fields.Problem is { } bad)
            return bad;
        return await db.Members.AsNoTracking().SingleOrDefaultAsync(m => m.Id == id, cancellationToken) is { } found
            ? found.ToProto(protector)
            : new Problem.NotFound("member", request.Name);
    }

    public async Task<Result<Proto.ListMembersResponse>> Handle(Proto.ListMembersRequest request, CancellationToken cancellationToken)
    {
        RequestValidator fields = new();
        var page = Paging.Read(fields, request);
        if (fields.Problem is { } bad)
            return bad;
        var (items, next) = await db.Members.AsNoTracking().ToPage(page, m => m.Id, cancellationToken);
        return new Proto.ListMembersResponse { Members = { items.Select(m => m.ToProto(protector)) }, NextPageToken = next };
    }

    public async Task<Result<Proto.ListDelegationsResponse>> Handle(Proto.ListDelegationsRequest request, CancellationToken cancellationToken)
    {
        RequestValidator fields = new();
        var page = Paging.Read(fields, request);
        if (fields.Problem is { } bad)
            return bad;
        var (items, next) = await db.Delegations.AsNoTracking().ToPage(page, d => d.Id, cancellationToken);
        return new Proto.ListDelegationsResponse { Delegations = { items.Select(d => d.ToProto()) }, NextPageToken = next };
    }

    /// <summary>What the caller may do today, as the door of the service found it.</summary>
    public Proto.OwnAccess Handle() => new()
    {
        Organization = caller.Organization.Length == 0 ? "" : new OrganizationCode(caller.Organization).Name,
        Roles = { caller.Member?.Roles ?? [] },
        Limited = caller.Member?.Caseloads is not null,
        StaffMembers = { (caller.Member?.Caseloads ?? []).Select(id => new StaffMemberId(id).Name) },
    };
}
