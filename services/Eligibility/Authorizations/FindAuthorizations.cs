using Ips.Contracts;
using Ips.Eligibility.Db;
using Microsoft.EntityFrameworkCore;
using Proto = Ips.Contracts.Eligibility.V1;

namespace Ips.Eligibility.Authorizations;

/// <summary>Reads authorizations, and returns whether one covers a day of service.</summary>
public sealed class FindAuthorizations(
    EligibilityDb db, Caller caller, PolicyService policies, PersonalDataProtector protector, TimeProvider clock)
{
    public async Task<Result<Proto.Authorization>> Handle(Proto.GetAuthorizationRequest request, CancellationToken cancellationToken)
    {
        RequestValidator fields = new();
        var id = fields.Id<AuthorizationId>("name", request.Name);
        if (fields.Problem is { } bad)
            return bad;
        return await db.Authorizations.Include(a => a.Decision).SingleOrDefaultAsync(a => a.Id == id, cancellationToken) is { } found
            ? Show(found)
            : new Problem.NotFound("authorization", request.Name);
    }

    public async Task<Result<Proto.ListAuthorizationsResponse>> Handle(Proto.ListAuthorizationsRequest request, CancellationToken cancellationToken)
    {
        RequestValidator fields = new();
        var individual = fields.OptionalId<IndividualId>("individual", request.Individual);
        var filters = ListFilters.Read(fields, request);
        if (fields.Problem is { } bad)
            return bad;
        var person = await db.Survivor(individual, cancellationToken);
        var (items, next) = await filters.Of(db.Authorizations.Include(a => a.Decision)).When("individual", a => a.IndividualId == person)
            .By("kind", a => a.Kind).By("state", a => a.State).By("program", a => a.Program).By("provider", a => a.Provider).By("payer", a => a.Payer)
            .By("received_from", a => a.ReceivedOn).By("received_through", a => a.ReceivedOn).By("updated_since", a => a.UpdatedAt)
            .By("sample_review", a => a.SampleReview).By("decider", a => a.Decider)
            .ToPage(a => a.Id, cancellationToken);
        return new Proto.ListAuthorizationsResponse { Authorizations = { items.Select(Show) }, NextPageToken = next };
    }

    /// <summary>The authorizations that a choice leaves, as the caller may see them.</summary>
    internal async Task<List<Proto.Authorization>> Show(
        Func<IQueryable<Authorization>, IQueryable<Authorization>> choose, CancellationToken cancellationToken) =>
        [.. (await choose(db.Authorizations.AsNoTracking().Include(a => a.Decision)).ToListAsync(cancellationToken)).Select(Show)];

    public async Task<Result<Proto.ListAuthorizationVersionsResponse>> Handle(
        Proto.ListAuthorizationVersionsRequest request, CancellationToken cancellationToken)
    {
        RequestValidator fields = new();
        var id = fields.Id<AuthorizationId>("name", request.Name);
        var page = Paging.ReadByCode(fields, request);
        if (fields.Problem is { } bad)
            return bad;
        if (await db.Authorizations.AsNoTracking().SingleOrDefaultAsync(a => a.Id == id, cancellationToken) is not { } present)
            return new Problem.NotFound("authorization", request.Name);
        var earlier = await db.Set<AuthorizationVersion>().AsNoTracking().Where(v => v.AuthorizationId == id).OrderBy(v => v.Number)
            .ToListAsync(cancellationToken);
        // A version was recorded when it replaced the one before it.
        var recorded = earlier.Select(v => v.ReplacedAt).Prepend(present.RecordedAt).ToList();
        var (versions, next) = earlier.Append(AuthorizationVersion.Of(present, clock.GetUtcNow())).Select((v, i) => v.ToProto(protector, present.IndividualId, recorded[i]))
            .ToPage(page, v => v.Number.ToString("D9", System.Globalization.CultureInfo.InvariantCulture));
        return new Proto.ListAuthorizationVersionsResponse { Versions = { versions }, NextPageToken = next };
    }

    public async Task<Result<Proto.ListUnitEntriesResponse>> Handle(Proto.ListUnitEntriesRequest request, CancellationToken cancellationToken)
    {
        RequestValidator fields = new();
        var id = fields.Id<AuthorizationId>("name", request.Name);
        var page = Paging.ReadByCode(fields, request);
        if (fields.Problem is { } bad)
            return bad;
        if (await db.Authorizations.AsNoTracking().SingleOrDefaultAsync(a => a.Id == id, cancellationToken) is not { } authorization)
            return new Problem.NotFound("authorization", request.Name);
        var (draws, next) = authorization.Draws.ToPage(page, d => $"{d.TakenAt.UtcTicks:D20}-{d.ClaimLineId:N}");
        var now = clock.GetUtcNow();
        return new Proto.ListUnitEntriesResponse { UnitEntries = { draws.Select(d => d.ToProto(authorization.IndividualId, now)) }, NextPageToken = next };
    }

    public async Task<Result<Proto.CoversResponse>> Handle(Proto.CoversRequest request, CancellationToken cancellationToken)
    {
        RequestValidator fields = new();
        var individual = fields.Id<IndividualId>("individual", request.Individual);
        var provider = fields.Organization("provider", request.Provider);
        policies.Today(fields, "program", request.Program);
        fields.Choice("kind", request.Kind);
        var day = fields.Day("service_date", request.ServiceDate);
        if (fields.Problem is { } bad)
            return bad;
        individual = await db.Survivor(individual, cancellationToken);
        var approved = await db.Authorizations.AsNoTracking()
            .Where(a => a.IndividualId == individual && a.Provider == provider && a.Program == request.Program && a.Kind == request.Kind
                && a.ApprovedFrom != null && a.State != Proto.AuthorizationState.Attention).ToListAsync(cancellationToken);
        var now = clock.GetUtcNow();
        var counts = approved.Where(a => a.Covers(day)).MaxBy(a => a.UnitsLeft(now)) ?? approved.MinBy(a => Distance(a, day));
        return new Proto.CoversResponse
        {
            Covered = counts?.Covers(day) == true,
            Authorization = counts?.Id.Name ?? "",
            From = counts?.ApprovedFrom.Day() ?? "",
            Through = counts?.Through.Day() ?? "",
            UnitsLeft = counts?.UnitsLeft(now) ?? 0,
            UnitsApproved = counts?.ApprovedUnits ?? 0,
        };
    }

    private static int Distance(Authorization authorization, DateOnly day) => day < authorization.ApprovedFrom
        ? authorization.ApprovedFrom!.Value.DayNumber - day.DayNumber
        : day.DayNumber - authorization.Through!.Value.DayNumber;

    private Proto.Authorization Show(Authorization authorization)
    {
        var words = authorization.Words(protector);
        // What a payer notes about its own sample is not for the agency.
        return authorization.ToProto(policies, clock.GetUtcNow(), authorization.Decision!.ToProto(),
            caller.Is(Roles.Provider) ? words with { SampleNote = "" } : words, authorization.Etag(), stored: true);
    }
}
