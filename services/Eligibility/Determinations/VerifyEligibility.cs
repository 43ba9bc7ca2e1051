using Ips.Contracts;
using Ips.Eligibility.Db;
using Ips.Policies;
using Ips.ServiceDefaults;
using Microsoft.EntityFrameworkCore;
using Wire = Ips.Contracts.Eligibility.V1;

namespace Ips.Eligibility.Determinations;

/// <summary>Whether a person is eligible on a day of service (NC-ELIG-008): admitted on or before it, and covered on it.</summary>
public sealed class VerifyEligibility(EligibilityDb db, Deciding deciding)
{
    private static readonly RuleId EachDateOfService = RuleId.Of("NC-ELIG-008");

    public async Task<Result<Wire.VerifyResponse>> Handle(Wire.VerifyRequest ask, CancellationToken stop)
    {
        Fields fields = new();
        var id = fields.Name<IndividualId>("individual", ask.Individual, "individuals/{uuid}", IndividualId.TryParse);
        deciding.Today(fields, "program", ask.Program);
        var day = fields.Day("service_date", ask.ServiceDate);
        if (fields.Problem is { } bad)
            return bad;
        if (await db.Load(id, stop) is not { } individual)
            return new Problem.NotFound("individual", ask.Individual);
        id = individual.Id;

        // The latest answer on or before the day counts: a later no ends an earlier yes.
        var admission = await db.Determinations.AsNoTracking()
            .Where(d => d.IndividualId == id && d.Program == ask.Program && d.AsOf <= day
                && (d.State == Wire.DeterminationState.Eligible || d.State == Wire.DeterminationState.NotEligible))
            .OrderByDescending(d => d.AsOf).ThenByDescending(d => d.RecordedAt).FirstOrDefaultAsync(stop);
        var coverage = individual.Enrollments.Where(e => e.Covers(day)).MaxBy(e => e.From);
        var admitted = admission?.State == Wire.DeterminationState.Eligible;
        Wire.VerifyResponse reply = new()
        {
            Eligible = admitted && coverage is not null,
            Determination = admission?.Id.Name ?? "",
            Payer = coverage is null ? "" : new OrganizationCode(coverage.Payer).Name,
            Funding = coverage is not null && WireCode.TryRead<Contracts.Common.V1.Funding>(coverage.Funding, out var funding) ? funding : default,
        };
        if (deciding.Engine.Programs[ask.Program].Find(EachDateOfService) is { } entry)
        {
            reply.Findings.Add(new Finding(entry, reply.Eligible ? Verdict.Met : Verdict.NotMet, true,
                (admission is null ? $"no determination on or before {day.Day()}" : $"determined {WireCode.Lower(admission.State)} as of {admission.AsOf.Day()}")
                + (coverage is null ? $", no enrolment covers {day.Day()}" : $", enrolled from {coverage.From.Day()}"), [],
                reply.Eligible ? null : "a determination of eligible on or before the day and an enrolment that covers it").ToWire());
        }

        return reply;
    }
}
