using Ips.Contracts;
using Ips.Eligibility.Db;
using Ips.Eligibility.Determinations;
using Ips.Eligibility.Individuals;
using Ips.Policies.Authorizations;
using Microsoft.EntityFrameworkCore;
using Proto = Ips.Contracts.Eligibility.V1;

namespace Ips.Eligibility.Authorizations;

/// <summary>What is on record about a person that an approval rests on.</summary>
/// <param name="Individual">The person.</param>
/// <param name="Admissions">The decided determinations of the program.</param>
internal sealed record ApprovalEvidence(Individual Individual, IReadOnlyList<Determination> Admissions)
{
    /// <summary>Reads it for a person and the programs of the person's authorizations.</summary>
    public static async Task<ApprovalEvidence> Of(
        EligibilityDb db, Individual individual, IReadOnlyCollection<string> programs, CancellationToken cancellationToken) => new(
            individual,
            await db.Determinations.AsNoTracking().Where(d => d.IndividualId == individual.Id && programs.Contains(d.Program) && d.DecidedAt != null)
                .ToListAsync(cancellationToken));
}

/// <summary>
/// What an approval needs: on its days the person is eligible under its payer. The payer's decision checks it, and it is checked again when a fact changes. The
/// documents of the request are stored with it, so nothing can take them away.
/// </summary>
internal static class ApprovalConditions
{
    /// <summary>The code of the condition.</summary>
    public const string Eligible = "eligible";

    /// <summary>The conditions that are not met for the approved span.</summary>
    public static IReadOnlyList<Proto.UnmetCondition> Unmet(PolicyService policies, Authorization authorization, ApprovalEvidence evidence) =>
        [.. Days(policies, authorization, evidence).Where(day => day.Unmet is not null).Take(1).Select(day => day.Unmet!)];

    /// <summary>
    /// The days of the span on which the answer can change, in order, each with the reason why the person is not eligible on it under the payer of the
    /// authorization, or without.
    /// </summary>
    public static IReadOnlyList<(DateOnly Day, Proto.TerminationReason Reason, Proto.UnmetCondition? Unmet)> Days(
        PolicyService policies, Authorization authorization, ApprovalEvidence evidence)
    {
        if (authorization is not { ApprovedFrom: { } from, ApprovedThrough: { } through })
            return [];
        var admissions = evidence.Admissions.Where(d => d.Program == authorization.Program).ToList();
        var days = evidence.Individual.Enrollments.SelectMany(e => (DateOnly?[])[e.From, e.Through?.AddDays(1)])
            .Concat(admissions.SelectMany(d => (DateOnly?[])[d.AsOf, d.EligibleThrough?.AddDays(1)]))
            .OfType<DateOnly>().Where(day => from < day && day <= through).Append(from).Distinct().Order();
        return [.. days.Select(day => On(policies, authorization, evidence.Individual, admissions, day))];
    }

    private static (DateOnly, Proto.TerminationReason, Proto.UnmetCondition?) On(
        PolicyService policies, Authorization authorization, Individual individual, IReadOnlyList<Determination> admissions, DateOnly day)
    {
        var admission = admissions.Where(d => d.AsOf <= day).MaxBy(d => (d.AsOf, d.DecidedAt, d.Id.Value));
        var coverage = individual.CoverageOn(policies.TextOn(authorization.Program, day), day);
        var verified = VerifyEligibility.On(policies, new(individual.Id, authorization.Program, day, null), new(
            individual.Id, individual.RecordedAt,
            admission is null ? null : new(admission.Id, admission.State, admission.AsOf, admission.EligibleThrough, admission.EndedAt),
            [.. individual.Enrollments.Where(e => e.Covers(day)).OrderByDescending(e => e.From).Select(e => new CoverageRow(e.Payer, e.Funding, e.From))]));
        if (verified.Eligible && coverage!.Payer == authorization.Payer)
            return (day, default, null);
        Proto.UnmetCondition unmet = new()
        {
            Code = Eligible,
            RuleIds = { verified.Findings.Select(f => f.RuleId) },
            Found = verified.Eligible ? $"another payer covers {day.Day()}" : verified.Reason,
            Remedy = $"a determination of eligible and an enrolment with this payer that hold on {day.Day()}",
        };
        return (day, admission is { State: Proto.DeterminationState.Discharged } && admission.EligibleThrough < day ? Proto.TerminationReason.Discharged
            : coverage is null ? Proto.TerminationReason.CoverageEnded
            : coverage.Payer != authorization.Payer ? Proto.TerminationReason.PayerChanged : Proto.TerminationReason.NotEligible, unmet);
    }
}
