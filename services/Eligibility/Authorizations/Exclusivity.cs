using Ips.Eligibility.Db;
using Ips.Policies;
using Ips.Policies.Authorizations;
using Microsoft.EntityFrameworkCore;
using Npgsql;
using Proto = Ips.Contracts.Eligibility.V1;

namespace Ips.Eligibility.Authorizations;

/// <summary>
/// One IPS provider at a time and no ACT beside it. The check gives the caller a reason; the exclusion constraints on <c>exclusive_spans</c> guarantee the rule
/// (<see cref="Db.Migrations.ExclusiveSpansSql"/>).
/// </summary>
internal static class Exclusivity
{
    /// <summary>The first rule that the approved span and units would miss: size of a milestone's authorization, another agency's days, days of ACT.</summary>
    public static async Task<Problem?> Missed(Authorization authorization, EligibilityDb db, PolicyService policies, CancellationToken cancellationToken)
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
            ExistingAuthorizations = await db.OccupiedDays(authorization.IndividualId, cancellationToken),
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

    /// <summary>The rule whose constraint refused a save; null when another constraint refused it.</summary>
    public static string? Violated(DbUpdateException refused) =>
        refused.InnerException is PostgresException { SqlState: PostgresErrorCodes.ExclusionViolation, ConstraintName: var name }
        ? name switch { "ex_exclusive_spans_provider" => "NC-LIM-001", "ex_exclusive_spans_service" => "NC-LIM-002", _ => null }
        : null;

    /// <summary>Names the rule, and nothing about the other agency.</summary>
    public static Problem Conflict(string rule) => new Problem.Conflict(rule, rule == "NC-LIM-002"
        ? "ACT shares a day with this span"
        : "another provider's IPS authorization shares a day with this span");
}
