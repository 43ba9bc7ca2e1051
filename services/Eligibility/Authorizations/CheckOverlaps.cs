using Ips.Contracts;
using Ips.Eligibility.Db;
using Ips.Eligibility.Determinations;
using Ips.Policies.Authorizations;
using Microsoft.EntityFrameworkCore;
using Proto = Ips.Contracts.Eligibility.V1;

namespace Ips.Eligibility.Authorizations;

/// <summary>What else of a person counts against a claim on a day: ACT (NC-LIM-002), IPS of another agency (NC-LIM-001), and the episode of IPS.</summary>
public sealed class CheckOverlaps(EligibilityDb db, PolicyService policies)
{
    public async Task<Result<Proto.CheckOverlapsResponse>> Handle(Proto.CheckOverlapsRequest request, CancellationToken cancellationToken)
    {
        RequestValidator fields = new();
        var individual = fields.Id<IndividualId>("individual", request.Individual);
        var provider = fields.Organization("provider", request.Provider);
        policies.Today(fields, "program", request.Program);
        var day = fields.Day("service_date", request.ServiceDate);
        if (fields.Problem is { } bad)
            return bad;
        // Only the caller's own people: the days below are read across all tenants.
        if (await db.Load(individual, cancellationToken) is not { } person)
            return new Problem.NotFound("individual", request.Individual);
        var occupied = (await OnFile.About(db, person.Id, cancellationToken)).Days.Where(d => d.From <= day && !(d.To < day)).ToList();
        var decided = await db.Determinations.AsNoTracking()
            .Where(d => d.IndividualId == person.Id && d.Program == request.Program && d.DecidedAt != null)
            .Select(d => new { d.State, d.AsOf, d.DecidedAt, d.EligibleThrough }).ToListAsync(cancellationToken);
        var episode = Episode.On(day, decided.OrderBy(d => d.AsOf).ThenBy(d => d.DecidedAt).Select(d => (d.State, d.AsOf, d.EligibleThrough)));
        return new Proto.CheckOverlapsResponse
        {
            // What this agency recorded a moment ago is not among the days of all agencies yet.
            Act = occupied.Exists(d => d.Service == AuthorizedService.Act)
                || person.OtherServices.Any(s => s is { Service: "act", Absent: false } && s.Covers(day)),
            OtherProvider = occupied.Exists(d => d.Service == AuthorizedService.Ips && d.Provider != provider),
            EpisodeFrom = episode?.From.Day() ?? "",
            EpisodeThrough = episode?.Through.Day() ?? "",
        };
    }
}
