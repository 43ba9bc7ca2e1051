using Ips.Contracts.Events;
using Ips.Eligibility.Db;
using Ips.Contracts;
using Ips.Policies;
using Ips.Policies.Authorizations;
using Microsoft.EntityFrameworkCore;
using Proto = Ips.Contracts.Eligibility.V1;

namespace Ips.Eligibility.Authorizations;

/// <summary>The state of a request after its decision, and the other spans of the person that it must respect.</summary>
internal static class AuthorizationStateRules
{
    // Rules that a document fixes. Waiting does not fix a rule that fails for another reason.
    private static readonly HashSet<string> FixedByDocuments = ["NC-AUTH-003", "NC-AUTH-005", "NC-AUTH-007", "NC-CONT-001", "NCC-MS-02d", "NCC-MS-06e"];

    /// <summary>
    /// A complete request goes to the payer's review. So does a complete request that is only late, because lateness moves its first day and denies nothing. A
    /// request that documents can fix waits for them. Any other request is not accepted.
    /// </summary>
    public static Proto.AuthorizationState Of(DecisionRecord decided)
    {
        var missed = decided.Decision.Findings.Where(f => f.Decides && f.Verdict == Verdict.NotMet).Select(f => f.Rule.Value).ToHashSet(StringComparer.Ordinal);
        if (decided.Decision.Values.ContainsKey("earliestEffectiveDate"))
            missed.Remove("NC-AUTH-005");
        missed.Remove("NC-AUTH-006");
        if (missed.Count > 0)
            return missed.IsSubsetOf(FixedByDocuments) ? Proto.AuthorizationState.PendedInfo : Proto.AuthorizationState.NotAccepted;
        return decided.Decision.Findings.Any(f => f.Decides && f.Verdict == Verdict.NeedsFacts)
            ? Proto.AuthorizationState.PendedInfo : Proto.AuthorizationState.UnderReview;
    }

    /// <summary>
    /// The occupied days: IPS of any agency, and ACT. They are read across all tenants from the table whose constraints prevent overlaps, because the request
    /// must respect them. They are never shown.
    /// </summary>
    public static async Task<List<ExistingAuthorization>> Taken(this EligibilityDb db, IndividualId person, CancellationToken cancellationToken)
    {
        var days = await db.Database.SqlQuery<TakenDays>(
            $"""select service as "Service", provider as "Provider", from_day as "From", through_day as "Through" from exclusive_days({person.Value})""")
                .ToListAsync(cancellationToken);
        return [.. days.Select(
            d => new ExistingAuthorization(d.Service == "act" ? AuthorizedService.Act : AuthorizedService.Ips, d.Provider, d.From, d.Through))];
    }

    /// <summary>Publishes a step that is not a decision of the payer.</summary>
    public static void PublishMove(this EligibilityDb db, Authorization authorization, Proto.AuthorizationState from, DateOnly on, string? rule) =>
        db.Publish(new AuthorizationMovedV1
        {
            AuthorizationId = authorization.Id,
            IndividualId = authorization.IndividualId,
            Provider = authorization.Provider,
            Payer = authorization.Payer,
            Program = authorization.Program,
            Kind = WireCode.Lower(authorization.Kind)!,
            FromState = WireCode.Lower(from)!,
            ToState = WireCode.Lower(authorization.State)!,
            On = on,
            Through = authorization.Through,
            RuleId = rule,
        });

    /// <summary>A row of <c>exclusive_days</c>.</summary>
    private sealed record TakenDays(string Service, string Provider, DateOnly From, DateOnly? Through);
}
