using Ips.Contracts;
using Ips.Eligibility.Db;
using Microsoft.EntityFrameworkCore;
using Proto = Ips.Contracts.Eligibility.V1;

namespace Ips.Eligibility.Roster;

/// <summary>Reads entries: a payer those that it sent, an agency those that were sent to it.</summary>
public sealed class FindRosterEntries(EligibilityDb db, PersonalDataProtector protector, Caller caller)
{
    public async Task<Result<Proto.RosterEntry>> Handle(Proto.GetRosterEntryRequest request, CancellationToken cancellationToken)
    {
        RequestValidator fields = new();
        var id = fields.Id<RosterEntryId>("name", request.Name);
        if (fields.Problem is { } bad)
            return bad;
        return await db.RosterEntries.AsNoTracking().SingleOrDefaultAsync(e => e.Id == id, cancellationToken) is { } found
            ? found.ToProto(protector, caller)
            : new Problem.NotFound("roster entry", request.Name);
    }

    public async Task<Result<Proto.ListRosterEntriesResponse>> Handle(Proto.ListRosterEntriesRequest request, CancellationToken cancellationToken)
    {
        RequestValidator fields = new();
        var filters = ListFilters.Read(fields, request);
        if (fields.Problem is { } bad)
            return bad;
        var (items, next) = await filters.Of(db.RosterEntries.AsNoTracking()).By("state", e => e.State).By("provider", e => e.Provider).By("payer", e => e.Payer)
            .By("updated_since", e => e.UpdatedAt).ToPage(e => e.Id, cancellationToken);
        return new Proto.ListRosterEntriesResponse { RosterEntries = { items.Select(e => e.ToProto(protector, caller)) }, NextPageToken = next };
    }
}
