using Ips.Policies;
using Ips.Policies.Authorizations;
using Proto = Ips.Contracts.Eligibility.V1;

namespace Ips.Eligibility.Authorizations;

/// <summary>
/// One IPS provider at a time and no ACT beside it. The check gives the caller a reason; the exclusion constraints on <c>exclusive_spans</c> guarantee the rule
/// (<see cref="Db.Migrations.ExclusiveSpansSql"/>).
/// </summary>
internal static class Exclusivity
{
    /// <summary>The first rule that the approved span and units would miss: size of a milestone's authorization, another agency's days, days of ACT.</summary>
    /// <param name="authorization">The authorization as it would be approved.</param>
    /// <param name="occupied">The days of the person that are taken.</param>
    /// <param name="policies">Decides.</param>
    public static Problem? Missed(Authorization authorization, IReadOnlyList<ExistingAuthorization> occupied, PolicyService policies)
    {
        if (!authorization.Exclusive || authorization is not { ApprovedFrom: { } from, ApprovedThrough: { } through })
            return null;
        AuthorizationRequestFacts facts = new()
        {
            RequestKind = authorization.Kind.ToPolicy(),
            RequestingProvider = authorization.Provider,
            RequestedFrom = from,
            RequestedTo = through,
            RequestedUnits = authorization.ApprovedUnits,
            ExistingAuthorizations = occupied,
        };
        if (!policies.Decide(authorization.Program, AuthorizationRequestDecision.Kind, policies.Today(authorization.Program)!.Value, facts)
            .Is(out var decided, out var problem))
            return problem;
        var size = AuthorizationClocks.RuleOf(authorization.Kind);
        return decided.Decision.Findings.FirstOrDefault(f => f.Verdict == Verdict.NotMet
            && (f.Rule.Value is "NC-LIM-001" or "NC-LIM-002" || f.Rule.Value == size)) is not { } missed ? null
            : missed.Rule.Value == size ? new Problem.Conflict(size, missed.Reason)
            : Conflict(missed.Rule.Value);
    }

    /// <summary>The problem that a constraint of the database stands for: another caller's days were stored first. Null for other constraints.</summary>
    public static Problem? Refused(string constraint) => constraint switch
    {
        "ex_exclusive_spans_provider" => Conflict("NC-LIM-001"),
        "ex_exclusive_spans_service" => Conflict("NC-LIM-002"),
        _ => null,
    };

    /// <summary>Names the rule, and nothing about the other agency.</summary>
    private static Problem Conflict(string rule) => new Problem.Conflict(rule, rule == "NC-LIM-002"
        ? "ACT shares a day with this span"
        : "another provider's IPS authorization shares a day with this span");
}
