using Ips.Contracts;
using Ips.Eligibility.Db;
using Ips.ServiceDefaults;
using Microsoft.EntityFrameworkCore;
using Wire = Ips.Contracts.Eligibility.V1;

namespace Ips.Eligibility.Authorizations;

/// <summary>Reads authorizations, and answers whether one covers a day of service.</summary>
public sealed class FindAuthorizations(EligibilityDb db, Deciding deciding, Particulars particulars, TimeProvider clock)
{
    public async Task<Result<Wire.Authorization>> Handle(Wire.GetAuthorizationRequest ask, CancellationToken stop)
    {
        Fields fields = new();
        var id = fields.Name<AuthorizationId>("name", ask.Name, "authorizations/{uuid}", AuthorizationId.TryParse);
        if (fields.Problem is { } bad)
            return bad;
        return await db.Authorizations.Include(a => a.Decision).SingleOrDefaultAsync(a => a.Id == id, stop) is { } found
            ? Show(found)
            : new Problem.NotFound("authorization", ask.Name);
    }

    public async Task<Result<Wire.ListAuthorizationsResponse>> Handle(Wire.ListAuthorizationsRequest ask, CancellationToken stop)
    {
        Fields fields = new();
        var individual = fields.OptionalName<IndividualId>("individual", ask.Individual, "individuals/{uuid}", IndividualId.TryParse);
        var page = Paging.Read(fields, ask.PageSize, ask.PageToken, $"authorizations {ask.Individual} {ask.Kind} {ask.State}");
        if (fields.Problem is { } bad)
            return bad;
        var query = db.Authorizations.Include(a => a.Decision).AsQueryable();
        if (individual is { } person)
        {
            var id = await db.Survivor(person, stop);
            query = query.Where(a => a.IndividualId == id);
        }

        if (ask.Kind != Wire.AuthorizationKind.Unspecified)
            query = query.Where(a => a.Kind == ask.Kind);
        if (ask.State != Wire.AuthorizationState.Unspecified)
            query = query.Where(a => a.State == ask.State);
        if (page.After is { } last)
            query = query.Where(a => ((Guid)(object)a.Id).CompareTo(last) < 0);
        var found = await query.OrderByDescending(a => a.Id).Take(page.Size + 1).ToListAsync(stop);
        Wire.ListAuthorizationsResponse reply = new() { NextPageToken = page.Cut(found, a => a.Id.Value) };
        reply.Authorizations.AddRange(found.Select(Show));
        return reply;
    }

    public async Task<Result<Wire.CoversResponse>> Handle(Wire.CoversRequest ask, CancellationToken stop)
    {
        Fields fields = new();
        var individual = fields.Name<IndividualId>("individual", ask.Individual, "individuals/{uuid}", IndividualId.TryParse);
        var provider = fields.Organization("provider", ask.Provider);
        deciding.Today(fields, "program", ask.Program);
        fields.Choice("kind", ask.Kind);
        var day = fields.Day("service_date", ask.ServiceDate);
        if (fields.Problem is { } bad)
            return bad;
        individual = await db.Survivor(individual, stop);
        var approved = await db.Authorizations.AsNoTracking()
            .Where(a => a.IndividualId == individual && a.Provider == provider && a.Program == ask.Program && a.Kind == ask.Kind && a.ApprovedFrom != null).ToListAsync(stop);
        var now = clock.GetUtcNow();
        var counts = approved.Where(a => a.Covers(day)).MaxBy(a => a.UnitsLeft(now)) ?? approved.MinBy(a => Distance(a, day));
        return new Wire.CoversResponse
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

    private Wire.Authorization Show(Authorization authorization) => authorization.ToWire(
        deciding, clock.GetUtcNow(), authorization.Decision!.ToWire(), authorization.PayerReason is { } reason ? particulars.Open(reason) : "", db.Etag(authorization), stored: true);
}
