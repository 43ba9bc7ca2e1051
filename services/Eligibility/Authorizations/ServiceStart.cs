using Ips.Contracts;
using Ips.Eligibility.Referrals;
using Ips.Policies;
using Proto = Ips.Contracts.Eligibility.V1;

namespace Ips.Eligibility.Authorizations;

/// <summary>
/// The two deadlines that the first day of the service starts: the request for an authorization within the first 30 days (NC-AUTH-005) and the referral to DVRS
/// on that day (NC-DVRS-002). Either act names the day, so each starts the other's deadline and stops its own. A later act with another day corrects it.
/// </summary>
internal static class ServiceStart
{
    /// <summary>The first request for an authorization is due.</summary>
    public const string RequestDue = "authorization-request";

    /// <summary>The referral to DVRS is due.</summary>
    public const string ReferralDue = "dvrs-referral";

    /// <summary>The referral to DVRS can no longer be on time.</summary>
    public const string ReferralLate = "dvrs-referral-late";

    /// <summary>A first request was made: if complete, it stops its deadline, and the referral is due.</summary>
    /// <param name="deadlines">The person's deadlines.</param>
    /// <param name="authorization">The request.</param>
    /// <param name="initiated">First day of the service.</param>
    /// <param name="referred">Whether the person has a referral.</param>
    /// <param name="policies">The packs.</param>
    /// <param name="changes">Gets the deadlines that changed.</param>
    public static void Requested(
        this SubjectDeadlines deadlines, Authorization authorization, DateOnly initiated, bool referred, PolicyService policies, Changes changes)
    {
        var person = authorization.IndividualId;
        if (RuleDuty.ReferralDue.FindIn(authorization.Program) is null)
            return;
        if (!referred)
            deadlines.ReferralIsDue(person.Name, person, authorization.Program, authorization.Provider, initiated, policies, changes);
        if (authorization.State == Proto.AuthorizationState.UnderReview)
            deadlines.Complete(authorization, changes);
    }

    /// <summary>The complete request is with the payer.</summary>
    public static void Complete(this SubjectDeadlines deadlines, Authorization authorization, Changes changes) =>
        deadlines.Meet(authorization.IndividualId.Name, RequestDue, changes);

    /// <summary>The complete request was withdrawn: its last day counts again, as if it had not been made.</summary>
    public static void RequestIsDueAgain(this SubjectDeadlines deadlines, Authorization authorization, Changes changes)
    {
        if (authorization.RequestDueOn is { } due && RuleDuty.FirstRequest.FindIn(authorization.Program) is { } rule)
        {
            deadlines.Set(new(authorization.IndividualId.Name, RequestDue, rule, authorization.Program, authorization.Provider, authorization.IndividualId, due, 7),
                changes);
        }
    }

    /// <summary>
    /// A referral was made, offered or answered by the person: if sent or declined, it stops its deadline, and the request for an authorization is due.
    /// </summary>
    /// <param name="deadlines">The deadlines of the person and of the referral.</param>
    /// <param name="referral">The referral.</param>
    /// <param name="requested">Whether a complete first request for an authorization was made.</param>
    /// <param name="policies">The packs.</param>
    /// <param name="changes">Gets the deadlines that changed.</param>
    public static void Referred(this SubjectDeadlines deadlines, Referral referral, bool requested, PolicyService policies, Changes changes)
    {
        var person = referral.IndividualId;
        deadlines.Cancel(person.Name, ReferralDue, changes);
        deadlines.Cancel(person.Name, ReferralLate, changes);
        if (referral.State == Proto.ReferralState.Offered)
        {
            deadlines.ReferralIsDue(referral.Id.Name, person, referral.Program, referral.Provider, referral.ServiceInitiationDate, policies, changes);
        }
        else
        {
            deadlines.Meet(referral.Id.Name, ReferralDue, changes);
            deadlines.Meet(referral.Id.Name, ReferralLate, changes);
        }

        var (program, from) = (policies.Engine.Programs[referral.Program], referral.ServiceInitiationDate);
        if (!requested && program.RuleFor(RuleDuty.FirstRequest) is { } first
            && program.On(from).TryValue(Parameter<int>.Of(first.Id, "first_days"), out var days))
            deadlines.Set(new(person.Name, RequestDue, first.Id.Value, program.Id, referral.Provider, person, Days.WithinFirst(from, days), 7), changes);
    }

    private static void ReferralIsDue(
        this SubjectDeadlines deadlines, string subject, IndividualId person, string program, string provider, DateOnly initiated, PolicyService policies,
        Changes changes)
    {
        if (policies.Engine.Programs[program].RuleFor(RuleDuty.ReferralDue) is not { Id: var rule })
            return;
        deadlines.Set(new(subject, ReferralDue, rule.Value, program, provider, person, initiated), changes);
        if (policies.TextOn(program, initiated).TryValue(Parameter<int>.Of(rule, "tolerance_days"), out var days))
            deadlines.Set(new(subject, ReferralLate, rule.Value, program, provider, person, Days.After(initiated, days)), changes);
    }
}
