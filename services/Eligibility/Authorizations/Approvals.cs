using Ips.Contracts;
using Ips.Policies;
using Ips.Policies.Authorizations;
using Proto = Ips.Contracts.Eligibility.V1;

namespace Ips.Eligibility.Authorizations;

/// <summary>What a payer approves: the whole request, or another span and other units.</summary>
/// <param name="From">First day; null for the requested one, or the first one to which a late request may reach back.</param>
/// <param name="Through">Last day, included; null for the requested one.</param>
/// <param name="Units">Units; null for the requested ones.</param>
internal sealed record ApprovedTerms(DateOnly? From, DateOnly? Through, int? Units);

/// <summary>Sets what a payer approves, by its first decision or on appeal, and checks what an approval needs.</summary>
internal static class Approvals
{
    /// <summary>Approves; the state is set by the caller.</summary>
    /// <param name="authorization">The request.</param>
    /// <param name="terms">What is approved.</param>
    /// <param name="occupied">The days of the person that are taken.</param>
    /// <param name="evidence">What an approval rests on.</param>
    /// <param name="overriding">Why the payer approves although a condition is not met; empty when it gave no reason.</param>
    /// <param name="policies">Decides.</param>
    /// <param name="protector">Encrypts the reason.</param>
    public static Problem? Approve(
        Authorization authorization, ApprovedTerms terms, IReadOnlyList<ExistingAuthorization> occupied, ApprovalEvidence evidence, string overriding,
        PolicyService policies, PersonalDataProtector protector)
    {
        if (terms.From < authorization.EarliestFrom)
            return new Problem.Conflict(authorization.RequestDuty.RuleIn(authorization.Program),
                $"the request came too late to reach back before {authorization.EarliestFrom.Day()}");
        // A late request that is approved as requested begins on the day of its receipt.
        authorization.ApprovedFrom = terms.From
            ?? (authorization.EarliestFrom > authorization.RequestedFrom ? authorization.EarliestFrom : authorization.RequestedFrom);
        authorization.ApprovedThrough = terms.Through ?? authorization.RequestedThrough;
        authorization.ApprovedUnits = terms.Units ?? authorization.RequestedUnits;
        if (authorization.ApprovedFrom > authorization.ApprovedThrough)
            return new Problem.Conflict(authorization.RequestDuty.RuleIn(authorization.Program),
                $"the request came too late: its last day lies before {authorization.EarliestFrom.Day()}");
        return Exclusivity.Missed(authorization, occupied, policies) ?? Override(authorization, evidence, overriding, policies, protector);
    }

    /// <summary>
    /// A person who is not eligible needs a reason. The payer may have a document that the platform does not: then the authorization only says so.
    /// </summary>
    public static Problem? Override(
        Authorization authorization, ApprovalEvidence evidence, string reason, PolicyService policies, PersonalDataProtector protector)
    {
        var unmet = ApprovalConditions.Unmet(policies, authorization, evidence);
        if (unmet.Any(u => u.Code == ApprovalConditions.Eligible) && reason.Length == 0)
        {
            return new Problem.Conflict(unmet.SelectMany(u => u.RuleIds).FirstOrDefault(unmet[0].Code),
                string.Join("; ", unmet.Select(u => $"{u.Code}: {u.Found}, needs {u.Remedy}")) + "; send override_reason to approve it all the same");
        }

        authorization.Overridden = unmet;
        authorization.OverrideReason = unmet.Count == 0 || reason.Length == 0 ? null : protector.Protect(reason);
        return null;
    }

    /// <summary>An approved renewal replaces the authorization; a denied one makes its end due again.</summary>
    public static void UpdateRenewed(Authorization renewed, Authorization renewal, SubjectDeadlines due, PolicyService policies, Changes changes)
    {
        if (renewal.State == Proto.AuthorizationState.Denied)
        {
            changes.Expect(renewed);
            due.SyncDeadlines(renewed, changes);
        }
        else if (renewal.WasApproved && renewed.State != Proto.AuthorizationState.Terminated)
        {
            var before = renewed.State;
            renewed.State = Proto.AuthorizationState.Superseded;
            changes.UpdateTerms(renewed);
            due.SyncDeadlines(renewed, changes);
            changes.PublishMove(renewed, before, policies.Today(renewed.Program)!.Value,
                RuleDuty.RenewalRequest.FindIn(renewed.Program));
        }
    }

    /// <summary>
    /// The reason names a rule of the program that can be a ground. A rule that every request meets is no ground, and cost alone denies nothing.
    /// </summary>
    public static Problem? Ground(PolicyService policies, string programId, string ruleId, bool denies)
    {
        var program = policies.Engine.Programs[programId];
        if (program.Rules.FirstOrDefault(r => r.Id.Value == ruleId) is not { } rule)
            return new Problem.Invalid("rule_id", $"is no rule of {programId}; send the id of one");
        if (rule.Always == Verdict.Met)
            return new Problem.Conflict(ruleId, "this rule ends nothing; it is no ground for a denial, a modification or a wait");
        return denies && rule.Duties.Contains(RuleDuty.DeniesNothing)
            ? new Problem.Conflict(ruleId, "cost alone denies nothing; modify the request to the mode that works as well")
            : null;
    }
}
