using Ips.Contracts.Events;
using Ips.Eligibility.Db;
using Ips.Contracts;
using Ips.Policies;
using Ips.Policies.Authorizations;
using Ips.ServiceDefaults;
using Microsoft.EntityFrameworkCore;
using Wire = Ips.Contracts.Eligibility.V1;

namespace Ips.Eligibility.Authorizations;

/// <summary>Where a request stands after it was decided, and what of the person's other spans it has to respect.</summary>
internal static class Standing
{
    // What a document mends. A rule that is missed by anything else cannot be mended by waiting.
    private static readonly HashSet<string> MendedByDocuments = ["NC-AUTH-003", "NC-AUTH-005", "NC-AUTH-007", "NC-CONT-001", "NCC-MS-02d", "NCC-MS-06e"];

    /// <summary>
    /// Complete goes to the payer's review; so does one that is complete and merely late, because lateness moves its first day and denies nothing.
    /// What documents can mend waits for them. Anything else is not accepted.
    /// </summary>
    public static Wire.AuthorizationState Of(Ruled ruled)
    {
        var missed = ruled.Decision.Findings.Where(f => f.Decides && f.Verdict == Verdict.NotMet).Select(f => f.Rule.Value).ToHashSet(StringComparer.Ordinal);
        if (ruled.Decision.Values.ContainsKey("earliestEffectiveDate"))
            missed.Remove("NC-AUTH-005");
        missed.Remove("NC-AUTH-006");
        if (missed.Count > 0)
            return missed.IsSubsetOf(MendedByDocuments) ? Wire.AuthorizationState.PendedInfo : Wire.AuthorizationState.NotAccepted;
        return ruled.Decision.Findings.Any(f => f.Decides && f.Verdict == Verdict.NeedsFacts) ? Wire.AuthorizationState.PendedInfo : Wire.AuthorizationState.UnderReview;
    }

    /// <summary>The days that are taken: IPS of any agency, and ACT. Looked for across all tenants, because it has to be respected; never shown.</summary>
    public static async Task<List<ExistingAuthorization>> Taken(this EligibilityDb db, IndividualId person, CancellationToken stop)
    {
        var records = await db.RecordsOf(person, stop);
        var ips = await db.Authorizations.IgnoreQueryFilters().AsNoTracking()
            .Where(a => records.Contains(a.IndividualId) && a.ApprovedFrom != null && a.ApprovedFrom <= (a.EndedThrough ?? a.ApprovedThrough))
            .Select(a => new { a.Provider, From = a.ApprovedFrom!.Value, Through = a.EndedThrough ?? a.ApprovedThrough }).ToListAsync(stop);
        var act = await db.ActSpans.IgnoreQueryFilters().AsNoTracking().Where(s => records.Contains(s.IndividualId)).ToListAsync(stop);
        return
        [
            .. ips.Select(e => new ExistingAuthorization(AuthorizedService.Ips, e.Provider, e.From, e.Through)),
            .. act.Select(s => new ExistingAuthorization(AuthorizedService.Act, "", s.StartedOn, s.EndedThrough)),
        ];
    }

    /// <summary>Tells a step that is no decision of the payer.</summary>
    public static void Tell(this EligibilityDb db, Authorization authorization, Wire.AuthorizationState from, DateOnly on, string? rule, DateTimeOffset now) => db.Add(new AuthorizationMovedV1(
        Guid.CreateVersion7(now), now, authorization.Id.Value, authorization.IndividualId.Value, authorization.Provider, authorization.Payer, authorization.Program,
        WireCode.Lower(authorization.Kind)!, WireCode.Lower(from)!, WireCode.Lower(authorization.State)!, on, authorization.Through, rule));
}
