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
    // Nothing about the other agency.
    private const string OtherProvider = "another provider's IPS authorization shares a day with this span";
    private const string Act = "ACT shares a day with this span";

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
        var size = AuthorizationDuties.OfService(authorization.Kind.ToPolicy());
        return decided.Decision.Findings.Where(f => f.Verdict == Verdict.NotMet).Select(f => f.Entry switch
        {
            { Duties: var duties } when duties.Contains(size) => new Problem.Conflict(f.Rule.Value, f.Reason),
            { Duties: var duties } when duties.Contains(RuleDuty.OneProvider) => new Problem.Conflict(f.Rule.Value, OtherProvider),
            { Duties: var duties } when duties.Contains(RuleDuty.NoActBeside) => new Problem.Conflict(f.Rule.Value, Act),
            _ => null,
        }).FirstOrDefault(p => p is not null);
    }

    /// <summary>The problem that a constraint of the database stands for: another caller's days were stored first. Null for other constraints.</summary>
    public static Problem? Refused(string constraint, string program) => constraint switch
    {
        "ex_exclusive_spans_provider" => new Problem.Conflict(RuleDuty.OneProvider.RuleIn(program), OtherProvider),
        "ex_exclusive_spans_service" => new Problem.Conflict(RuleDuty.NoActBeside.RuleIn(program), Act),
        _ => null,
    };
}
