using Ips.Contracts;
using Ips.Contracts.Staffing.V1;

namespace Ips.Billing.Claims;

/// <summary>
/// Asks the other services what they say about a claim line's day. Calls carry the token of the request that is answered, and the service's own when an event
/// is processed.
/// </summary>
public sealed class LineEvidence(EligibilityClient eligibility, Staff.StaffClient staff)
{
    internal async Task<Result<ClaimLineEvidence>> Gather(RequestedLine requested, Milestone milestone, CancellationToken cancellationToken)
    {
        var (person, program, day) = (milestone.IndividualId, milestone.Program, requested.ServiceDate);
        var verifying = eligibility.Verify(person, program, day, cancellationToken);
        var ordering = eligibility.CheckServiceOrder(person, program, day, cancellationToken);
        var qualifying = staff.VerifyQualificationAsync(
            new() { StaffMember = requested.Staff.Name, Program = program, ServiceDate = day.Day() }, cancellationToken: cancellationToken)
            .Answer("staffing", "staff member", requested.Staff.Name);
        var covering = eligibility.Covers(milestone.Number, person, milestone.Provider, program, day, cancellationToken);
        var overlapping = eligibility.CheckOverlaps(person, milestone.Provider, program, day, cancellationToken);
        await Task.WhenAll(verifying, ordering, qualifying, covering, overlapping);
        if (!(await verifying).Is(out var verified, out var problem) || !(await ordering).Is(out var order, out problem)
            || !(await qualifying).Is(out var qualification, out problem) || !(await covering).Is(out var cover, out problem)
            || !(await overlapping).Is(out var overlaps, out problem))
            return problem;
        return new ClaimLineEvidence(requested, milestone, verified, order, qualification, cover, overlaps, Units: null);
    }
}
