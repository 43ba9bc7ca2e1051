using Ips.Contracts;
using Ips.Eligibility.Db;
using Ips.Eligibility.Referrals;
using Ips.Policies;
using Microsoft.EntityFrameworkCore;
using Proto = Ips.Contracts.Eligibility.V1;

namespace Ips.Eligibility.Authorizations;

/// <summary>
/// The two deadlines that the first day of the service starts: the request for an authorization within the first 30 days (NC-AUTH-005) and the referral to DVRS
/// on that day (NC-DVRS-002). Either act names the day, so each starts the other's deadline and stops its own. A later act with another day corrects it.
/// </summary>
public sealed class ServiceStart(EligibilityDb db, DeadlineBook book, PolicyService policies)
{
    /// <summary>The first request for an authorization is due.</summary>
    public const string RequestDue = "authorization-request";

    /// <summary>The referral to DVRS is due.</summary>
    public const string ReferralDue = "dvrs-referral";

    /// <summary>The referral to DVRS can no longer be on time.</summary>
    public const string ReferralLate = "dvrs-referral-late";

    private static readonly Policies.RuleId First = Policies.RuleId.Of("NC-AUTH-005");
    private static readonly Policies.RuleId Referral = Policies.RuleId.Of("NC-DVRS-002");
    private static readonly Parameter<int> FirstDays = Parameter<int>.Of(First, "first_days");
    private static readonly Parameter<int> ToleranceDays = Parameter<int>.Of(Referral, "tolerance_days");

    /// <summary>A first request was made: if complete, it stops its deadline, and the referral is due.</summary>
    public async Task Requested(Authorization authorization, DateOnly initiated, CancellationToken cancellationToken)
    {
        var person = authorization.IndividualId;
        if (policies.Engine.Programs[authorization.Program].Find(Referral) is null)
            return;
        if (!await db.Referrals.AnyAsync(r => r.IndividualId == person, cancellationToken))
            await ReferralIsDue(person.Name, person, authorization.Program, authorization.Provider, initiated, cancellationToken);
        if (authorization.State == Proto.AuthorizationState.UnderReview)
            await Complete(authorization, cancellationToken);
    }

    /// <summary>The complete request is with the payer.</summary>
    public Task Complete(Authorization authorization, CancellationToken cancellationToken) =>
        book.Meet(authorization.IndividualId.Name, RequestDue, cancellationToken);

    /// <summary>
    /// A referral was made, offered or answered by the person: if sent or declined, it stops its deadline, and the request for an authorization is due.
    /// </summary>
    public async Task Referred(Referral referral, CancellationToken cancellationToken)
    {
        var person = referral.IndividualId;
        await book.Cancel(person.Name, ReferralDue, cancellationToken);
        await book.Cancel(person.Name, ReferralLate, cancellationToken);
        if (referral.State == Proto.ReferralState.Offered)
        {
            await ReferralIsDue(referral.Id.Name, person, referral.Program, referral.Provider, referral.ServiceInitiationDate, cancellationToken);
        }
        else
        {
            await book.Meet(referral.Id.Name, ReferralDue, cancellationToken);
            await book.Meet(referral.Id.Name, ReferralLate, cancellationToken);
        }

        var requested = await db.Authorizations.AnyAsync(a => a.IndividualId == person && a.Renews == null
            && (a.Kind == Proto.AuthorizationKind.Ips || a.Kind == Proto.AuthorizationKind.M2)
            && a.State != Proto.AuthorizationState.NotAccepted && a.State != Proto.AuthorizationState.PendedInfo, cancellationToken);
        if (!requested && policies.Engine.Programs[referral.Program].On(referral.ServiceInitiationDate).TryValue(FirstDays, out var days))
            await book.Set(new(person.Name, RequestDue, First.Value, referral.Program, referral.Provider, person,
                Days.WithinFirst(referral.ServiceInitiationDate, days), 7), cancellationToken);
    }

    private async Task ReferralIsDue(string subject, IndividualId person, string program, string provider, DateOnly initiated,
        CancellationToken cancellationToken)
    {
        await book.Set(new(subject, ReferralDue, Referral.Value, program, provider, person, initiated), cancellationToken);
        if (policies.Engine.Programs[program].On(initiated).TryValue(ToleranceDays, out var days))
            await book.Set(new(subject, ReferralLate, Referral.Value, program, provider, person, Days.After(initiated, days)), cancellationToken);
    }
}
