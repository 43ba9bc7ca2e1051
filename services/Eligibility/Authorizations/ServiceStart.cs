using Ips.Contracts;
using Ips.Eligibility.Db;
using Ips.Eligibility.Referrals;
using Ips.Policies;
using Ips.ServiceDefaults;
using Microsoft.EntityFrameworkCore;
using Wire = Ips.Contracts.Eligibility.V1;

namespace Ips.Eligibility.Authorizations;

/// <summary>
/// The two clocks that the first day of the service starts: the request for an authorization within the first 30 days (NC-AUTH-005) and the referral to DVRS
/// on that day (NC-DVRS-002). Either act names the day, so each starts the other's clock and stops its own; another day said later corrects it.
/// </summary>
public sealed class ServiceStart(EligibilityDb db, DeadlineBook book, Deciding deciding)
{
    /// <summary>The first request for an authorization is due.</summary>
    public const string RequestDue = "authorization-request";

    /// <summary>The referral to DVRS is due.</summary>
    public const string ReferralDue = "dvrs-referral";

    /// <summary>The referral to DVRS is late for good.</summary>
    public const string ReferralLate = "dvrs-referral-late";

    private static readonly Policies.RuleId First = Policies.RuleId.Of("NC-AUTH-005");
    private static readonly Policies.RuleId Referral = Policies.RuleId.Of("NC-DVRS-002");
    private static readonly Parameter<int> FirstDays = Parameter<int>.Of(First, "first_days");
    private static readonly Parameter<int> ToleranceDays = Parameter<int>.Of(Referral, "tolerance_days");

    /// <summary>A first request was made: complete, it stops its clock; and the referral is due.</summary>
    public async Task Requested(Authorization authorization, DateOnly initiated, CancellationToken stop)
    {
        var person = authorization.IndividualId;
        if (deciding.Engine.Programs[authorization.Program].Find(Referral) is null)
            return;
        if (!await db.Referrals.AnyAsync(r => r.IndividualId == person, stop))
            await ReferralIsDue(person.Name, person, authorization.Program, authorization.Provider, initiated, stop);
        if (authorization.State == Wire.AuthorizationState.UnderReview)
            await Complete(authorization, stop);
    }

    /// <summary>The complete request is with the payer.</summary>
    public Task Complete(Authorization authorization, CancellationToken stop) => book.Meet(authorization.IndividualId.Name, RequestDue, stop);

    /// <summary>A referral was made, offered or answered by the person: sent or declined, it stops its clock; and the request for an authorization is due.</summary>
    public async Task Referred(Referral referral, CancellationToken stop)
    {
        var person = referral.IndividualId;
        await book.Cancel(person.Name, ReferralDue, stop);
        await book.Cancel(person.Name, ReferralLate, stop);
        if (referral.State == Wire.ReferralState.Offered)
        {
            await ReferralIsDue(referral.Id.Name, person, referral.Program, referral.Provider, referral.ServiceInitiationDate, stop);
        }
        else
        {
            await book.Meet(referral.Id.Name, ReferralDue, stop);
            await book.Meet(referral.Id.Name, ReferralLate, stop);
        }

        var asked = await db.Authorizations.AnyAsync(a => a.IndividualId == person && a.Renews == null && (a.Kind == Wire.AuthorizationKind.Ips || a.Kind == Wire.AuthorizationKind.M2)
            && a.State != Wire.AuthorizationState.NotAccepted && a.State != Wire.AuthorizationState.PendedInfo, stop);
        if (!asked && deciding.Engine.Programs[referral.Program].On(referral.ServiceInitiationDate).TryValue(FirstDays, out var days))
            await book.Set(new(person.Name, RequestDue, First.Value, referral.Program, referral.Provider, person, Days.WithinFirst(referral.ServiceInitiationDate, days), 7), stop);
    }

    private async Task ReferralIsDue(string subject, IndividualId person, string program, string provider, DateOnly initiated, CancellationToken stop)
    {
        await book.Set(new(subject, ReferralDue, Referral.Value, program, provider, person, initiated), stop);
        if (deciding.Engine.Programs[program].On(initiated).TryValue(ToleranceDays, out var days))
            await book.Set(new(subject, ReferralLate, Referral.Value, program, provider, person, Days.After(initiated, days)), stop);
    }
}
