using Ips.Billing.Db;
using Ips.Billing.Milestones;
using Ips.Billing.UnitLedger;
using Ips.Contracts;
using Ips.Contracts.Eligibility.V1;
using Ips.Policies;
using Ips.Policies.ClaimLines;
using Ips.Policies.Milestones;
using Microsoft.EntityFrameworkCore;
using Proto = Ips.Contracts.Billing.V1;

namespace Ips.Billing.Claims;

/// <summary>The evidence of a line: the facts of the decision, Staffing's answer, and the authorization to draw on.</summary>
/// <param name="Facts">The facts as the claim-line decision reads them.</param>
/// <param name="Verified">Eligibility's answer for the day.</param>
/// <param name="Staff">Staffing's answer about the rendering staff member on the day.</param>
/// <param name="Authorization">The authorization that counts; empty when none does or none is needed.</param>
public sealed record LineFacts(ClaimLineFacts Facts, VerifyResponse Verified, Contracts.Staffing.V1.Qualification Staff, string Authorization);

/// <summary>Gathers a line's evidence from the services that own it.</summary>
public sealed class LineEvidence(BillingDb db, Coverage coverage, EngagementUnits engagement, PolicyService deciding)
{
    /// <summary>Milestones that are paid once in an episode.</summary>
    private static readonly int[] OncePerEpisode = [2, 3, 4, 5, 9];

    public async Task<Result<LineFacts>> Of(
        Milestone milestone, StaffMemberId staff, DateOnly day, Proto.CreateClaimLineRequest request, CancellationToken cancellationToken)
    {
        if (!(await coverage.Eligible(milestone.IndividualId, milestone.Program, day, cancellationToken)).Is(out var verified, out var problem))
            return problem;
        if (!(await coverage.Ordered(milestone.IndividualId, milestone.Program, day, cancellationToken)).Is(out var order, out problem))
            return problem;
        if (!(await coverage.Qualified(staff, milestone.Program, day, cancellationToken)).Is(out var qualified, out problem))
            return problem;

        CoversResponse sar = new();
        if (milestone.Number is 2 or 6)
        {
            var kind = milestone.Number == 2 ? AuthorizationKind.M2 : AuthorizationKind.M6;
            if (!(await coverage.Authorized(milestone.IndividualId, milestone.Provider, milestone.Program, kind, day, cancellationToken))
                .Is(out var found, out problem))
                return problem;
            sar = found;
        }

        var text = deciding.Engine.Programs[milestone.Program].On(day);
        var funding = WireCode.Lower(verified.Funding) is { } code ? Codes.Parse<Funding>(code) : null;
        var minutes = milestone.Notes.Where(n => n.ServiceDate == day).Sum(n => n.Minutes);
        var units = request.Units > 0 ? request.Units : milestone.Number == 1 ? minutes / 15 : 1;
        RequestValidator wire = new();
        ClaimLineFacts facts = new()
        {
            ServiceDate = day,
            Funding = funding,
            Milestone = milestone.Number,
            Code = request.Code.Length > 0 ? request.Code : MilestoneGrid.Code(text, milestone.Number),
            Modifiers = request.Modifiers.Count > 0 ? [.. request.Modifiers] : funding is { } payer ? MilestoneGrid.Modifiers(text, milestone.Number, payer)
                : [.. milestone.Modifiers],
            Units = units,
            Charge = MilestoneGrid.Price(text, milestone.Number, units),
            DurationMinutes = milestone.Number == 1 ? minutes : null,
            EligibilityVerified = verified.Eligible,
            ServiceOrderFrom = wire.OptionalDay("from", order.From),
            ServiceOrderTo = wire.OptionalDay("through", order.Through),
            AuthorizationFrom = wire.OptionalDay("from", sar.From),
            AuthorizationTo = wire.OptionalDay("through", sar.Through),
            AuthorizationUnitsLeft = sar.Authorization.Length == 0 ? null : sar.UnitsLeft,
            AlreadyPaidThisEpisode = OncePerEpisode.Contains(milestone.Number) ? await Paid(milestone, cancellationToken) : null,
            UnitsUsedByYear = milestone.Number == 1
                ? [new YearUnits(day.Year, await engagement.Used(milestone.IndividualId, milestone.Provider, milestone.Program, day.Year, cancellationToken))]
                : null,
        };
        return new LineFacts(facts, verified, qualified, sar.Authorization);
    }

    /// <summary>A line that is ready counts as paid: it is sent, and a second one must not be.</summary>
    private Task<bool> Paid(Milestone milestone, CancellationToken cancellationToken) => db.ClaimLines.AnyAsync(l =>
        l.IndividualId == milestone.IndividualId && l.Program == milestone.Program && l.MilestoneNumber == milestone.Number
            && l.State == Proto.ClaimLineState.Ready, cancellationToken);
}
