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
        var filters = ListFilters.Read(fields, request);
        if (fields.Problem is { } bad)
            return bad;
        var (items, next) = await filters.Of(db.Disclosures.AsNoTracking()).By("state", d => d.State).By("provider", d => d.Provider)
            .By("updated_since", d => d.UpdatedAt).ToPage(d => d.Id, cancellationToken);
        return new Proto.ListDisclosuresResponse { Disclosures = { items.Select(d => d.ToProto(protector)) }, NextPageToken = next };
    }
}
