using Ips.Contracts;
using Ips.Eligibility.Db;
using Microsoft.EntityFrameworkCore;
using Proto = Ips.Contracts.Eligibility.V1;

namespace Ips.Eligibility.Determinations;

/// <summary>Reads the monthly re-verifications and what changed by them.</summary>
public sealed class FindReverifications(EligibilityDb db, Caller caller)
{
    public async Task<Result<Proto.ListReverificationsResponse>> Handle(Proto.ListReverificationsRequest request, CancellationToken cancellationToken)
    {
        RequestValidator fields = new();
        var filters = ListFilters.Read(fields, request, byKeys: true);
        if (fields.Problem is { } bad)
            return bad;
        var (items, next) = await filters.Of(db.Reverifications.AsNoTracking()).By("program", r => r.Program).By("month_from", r => r.Month)
            .ToPage(cancellationToken, r => r.Month, r => r.Program);
        return new Proto.ListReverificationsResponse { Reverifications = { items.Select(r => r.ToProto(caller.Is(Roles.Ops))) }, NextPageToken = next };
    }

    public async Task<Result<Proto.ListReverificationChangesResponse>> Handle(
        Proto.ListReverificationChangesRequest request, CancellationToken cancellationToken)
    {
        RequestValidator fields = new();
        var individual = fields.OptionalId<IndividualId>("individual", request.Individual);
        var filters = ListFilters.Read(fields, request);
        if (fields.Problem is { } bad)
            return bad;
        var person = await db.Survivor(individual, cancellationToken);
        var (items, next) = await filters.Of(db.ReverificationChanges.AsNoTracking()).When("individual", c => c.IndividualId == person)
            .By("program", c => c.Program).By("provider", c => c.Provider).By("month", c => c.Month).By("to_state", c => c.ToState)
            .ToPage(c => c.Id, cancellationToken);
        return new Proto.ListReverificationChangesResponse { Changes = { items.Select(c => c.ToProto()) }, NextPageToken = next };
    }
}
