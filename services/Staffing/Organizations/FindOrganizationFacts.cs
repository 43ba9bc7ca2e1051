using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Ips.Contracts;
using Ips.Staffing.Db;
using Microsoft.EntityFrameworkCore;
using Proto = Ips.Contracts.Staffing.V1;

namespace Ips.Staffing.Organizations;

/// <summary>Reads records about providers and what was on file before each correction.</summary>
public sealed class FindOrganizationFacts(StaffingDb db)
{
    public async Task<Result<Proto.ListOrganizationFactsResponse>> Handle(Proto.ListOrganizationFactsRequest request, CancellationToken cancellationToken)
    {
        RequestValidator fields = new();
        var code = fields.Organization("organization", request.Organization);
        var page = Paging.Read(fields, request);
        if (fields.Problem is { } bad)
            return bad;
        var query = db.OrganizationFacts.AsNoTracking().Where(f => f.Provider == code);
        if (request.Kind != Proto.OrganizationFactKind.Unspecified)
            query = query.Where(f => f.Kind == request.Kind);
        var (items, next) = await query.ToPage(page, f => f.Id, cancellationToken);
        return new Proto.ListOrganizationFactsResponse { Facts = { items.Select(f => f.ToProto()) }, NextPageToken = next };
    }

    public async Task<Result<Proto.ListOrganizationChangesResponse>> Handle(Proto.ListOrganizationChangesRequest request, CancellationToken cancellationToken)
    {
        RequestValidator fields = new();
        var code = fields.Organization("organization", request.Organization);
        var page = Paging.Read(fields, request);
        if (fields.Problem is { } bad)
            return bad;
        var (items, next) = await db.OrganizationChanges.AsNoTracking().Where(c => c.Provider == code).ToPage(page, c => c.Id, cancellationToken);
        return new Proto.ListOrganizationChangesResponse { Changes = { items.Select(ToProto) }, NextPageToken = next };
    }

    private static Proto.OrganizationChange ToProto(OrganizationChange change)
    {
        Proto.OrganizationChange wire = new() { Reason = change.Reason, ChangeTime = change.RecordedAt.ToTimestamp() };
        if (OrganizationFactId.TryParse(change.Subject, out _))
            wire.Fact = JsonParser.Default.Parse<Proto.OrganizationFact>(change.Before);
        else
            wire.Organization = JsonParser.Default.Parse<Proto.Organization>(change.Before);
        return wire;
    }
}
