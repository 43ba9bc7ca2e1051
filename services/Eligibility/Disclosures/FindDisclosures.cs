using Ips.Contracts;
using Ips.Eligibility.Db;
using Microsoft.EntityFrameworkCore;
using Proto = Ips.Contracts.Eligibility.V1;

namespace Ips.Eligibility.Disclosures;

/// <summary>Reads disclosures. The review list is the disclosures that await review.</summary>
public sealed class FindDisclosures(EligibilityDb db, PersonalDataProtector protector)
{
    public async Task<Result<Proto.Disclosure>> Handle(Proto.GetDisclosureRequest request, CancellationToken cancellationToken)
    {
        RequestValidator fields = new();
        var id = fields.Id<DisclosureId>("name", request.Name);
        if (fields.Problem is { } bad)
            return bad;
        return await db.Disclosures.AsNoTracking().SingleOrDefaultAsync(d => d.Id == id, cancellationToken) is { } found
            ? found.ToProto(protector)
            : new Problem.NotFound("disclosure", request.Name);
    }

    public async Task<Result<Proto.ListDisclosuresResponse>> Handle(Proto.ListDisclosuresRequest request, CancellationToken cancellationToken)
    {
        RequestValidator fields = new();
        var page = Paging.Read(fields, request.PageSize, request.PageToken, $"disclosures {request.State}");
        if (fields.Problem is { } bad)
            return bad;
        var query = db.Disclosures.AsNoTracking();
        if (request.State != Proto.DisclosureState.Unspecified)
            query = query.Where(d => d.State == request.State);
        var (items, next) = await query.ToPage(page, d => d.Id, cancellationToken);
        return new Proto.ListDisclosuresResponse { Disclosures = { items.Select(d => d.ToProto(protector)) }, NextPageToken = next };
    }
}
