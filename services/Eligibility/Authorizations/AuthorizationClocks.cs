using Ips.Contracts;
using Ips.Contracts.Common.V1;
using Ips.Policies.Authorizations;
using Microsoft.Extensions.Configuration;
using Proto = Ips.Contracts.Eligibility.V1;

namespace Ips.Eligibility.Authorizations;

/// <summary>
/// The deadlines of an authorization, all computed from its state. A use case that changes the state calls
/// <see cref="AuthorizationDeadlines.SyncDeadlines"/> and need not know which deadline starts or stops.
/// </summary>
public sealed class AuthorizationClocks(PolicyService policies, IConfiguration configuration)
{
    /// <summary>Documents are missing.</summary>
    public const string Documents = "authorization-documents";

    /// <summary>The payer has to decide.</summary>
    public const string Decision = "payer-decision";

    /// <summary>The authorization ends; a renewal must be requested before that day.</summary>
    public const string End = "authorization-end";

    /// <summary>An appeal against the payer's decision can be filed.</summary>
    public const string Appeal = "appeal-filing";

    /// <summary>Days before the end on which the reminders are published, the longest first.</summary>
    public static readonly int[] EndLeads = [45, 30, 15];

    /// <summary>Starts, stops or resumes the payer's time to decide; call it when the state has changed, before its deadlines are updated.</summary>
    public void UpdateDecisionClock(Authorization authorization, DateTimeOffset now)
    {
        var zone = TimeZoneInfo.FindSystemTimeZoneById(policies.Engine.Programs[authorization.Program].Header.TimeZone);
        if (authorization.State == Proto.AuthorizationState.PendedInfo)
        {
            authorization.PendedAt ??= now;
            return;
        }

        if (authorization.State == Proto.AuthorizationState.UnderReview && authorization.ManagedCare)
        {
            var month = configuration.GetValue($"DecisionClock:RatingMonth:{authorization.Payer}", 1);
            if (authorization is { DecisionDueOn: { } on, DecisionDueAt: { } at, PendedAt: { } pended })
            {
                (authorization.DecisionDueOn, authorization.DecisionDueAt) = DecisionClock.Resume((on, at), pended, now, authorization.Expedited, zone);
            }
            else
            {
                (authorization.DecisionDueOn, authorization.DecisionDueAt) = DecisionClock.Start(now, authorization.Expedited, month, zone);
                (authorization.ExtendedDays, authorization.ExtensionGround, authorization.ExtensionReason) = (0, default, null);
            }
        }

        authorization.PendedAt = null;
    }
}

/// <summary>Updates the deadlines of authorizations.</summary>
internal static class AuthorizationDeadlines
{
    /// <summary>Updates the deadlines to match the authorization.</summary>
    public static void SyncDeadlines(this SubjectDeadlines deadlines, Authorization authorization, Changes changes)
    {
        var (name, state) = (authorization.Id.Name, authorization.State);
        if (state == Proto.AuthorizationState.PendedInfo && authorization.RequestDueOn is { } due)
            deadlines.Set(Terms(authorization, AuthorizationClocks.Documents, authorization.RequestDuty.RuleIn(authorization.Program), due, 7), changes);
        else if (state == Proto.AuthorizationState.Withdrawn)
            deadlines.Cancel(name, AuthorizationClocks.Documents, changes);
        else
            deadlines.Meet(name, AuthorizationClocks.Documents, changes);

        if (state == Proto.AuthorizationState.UnderReview && authorization.DecisionDueOn is { } decision)
        {
            var terms = Terms(authorization, AuthorizationClocks.Decision, DecisionClock.RuleId, decision, 2);
            deadlines.Set(terms with { DueAt = authorization.Expedited ? authorization.DecisionDueAt : null }, changes);
        }
        else if (state is Proto.AuthorizationState.PendedInfo or Proto.AuthorizationState.Withdrawn || authorization.IsDeniedByTime)
            deadlines.Cancel(name, AuthorizationClocks.Decision, changes);
        else
            deadlines.Meet(name, AuthorizationClocks.Decision, changes);

        if (authorization.AppealBy is not { } appeal)
            deadlines.Cancel(name, AuthorizationClocks.Appeal, changes);
        else if (authorization.LastAppealId is null)
            deadlines.Set(Terms(authorization, AuthorizationClocks.Appeal, AppealClock.FilingRule, appeal, 10), changes);
        else
            deadlines.Meet(name, AuthorizationClocks.Appeal, changes);

        deadlines.SyncAttention(name, state != Proto.AuthorizationState.Attention ? null
            : authorization.Attention.SelectMany(unmet => unmet.RuleIds).FirstOrDefault()
                ?? AuthorizationDuties.OfEnd(authorization.Kind.ToPolicy()).RuleIn(authorization.Program),
            authorization.Program, authorization.Provider, authorization.IndividualId, changes);

        if (state is Proto.AuthorizationState.Approved or Proto.AuthorizationState.Modified)
            deadlines.Set(
                Terms(authorization, AuthorizationClocks.End,
                    AuthorizationDuties.OfEnd(authorization.Kind.ToPolicy()).RuleIn(authorization.Program),
                    authorization.ApprovedThrough!.Value, AuthorizationClocks.EndLeads), changes);
        else if (state == Proto.AuthorizationState.Terminated)
            deadlines.Cancel(name, AuthorizationClocks.End, changes);
        else if (state == Proto.AuthorizationState.Superseded)
            deadlines.Meet(name, AuthorizationClocks.End, changes);
    }

    /// <summary>A renewal was requested: no reminder of the end is needed.</summary>
    public static void RenewalCame(this SubjectDeadlines deadlines, Authorization present, Changes changes) =>
        deadlines.Meet(present.Id.Name, AuthorizationClocks.End, changes);

    private static DeadlineTerms Terms(Authorization a, string kind, string rule, DateOnly due, params int[] leads) =>
        new(a.Id.Name, kind, rule, a.Program, a.Provider, a.IndividualId, due, leads);
}

/// <summary>
/// The time a Medicaid managed-care payer has to decide (42 CFR 438.210(d)): 72 hours when expedited, otherwise calendar days, 7 in rating periods that start
/// on or after 2026-01-01 and 14 before. It is a federal clock for all programs, so no pack states it. A request that is not decided when it ends is denied by
/// that (42 CFR 438.404(c)(5), <see cref="DenyUntimely"/>). It is extended once, by up to 14 days.
/// </summary>
public static class DecisionClock
{
    /// <summary>The id of the deadline in lists.</summary>
    public const string RuleId = "42-CFR-438.210(d)";

    /// <summary>By how much it is extended, and why.</summary>
    public const string ExtensionRule = "42-CFR-438.210(d)(1)(ii)";

    /// <summary>A request that is not decided in time is denied by that.</summary>
    public const string ExpiryRule = "42-CFR-438.404(c)(5)";

    /// <summary>The most days by which it is extended.</summary>
    public const int MostExtendedDays = 14;

    private static readonly DateOnly SevenDaysFrom = new(2026, 1, 1);

    /// <summary>The text of the rule and its source.</summary>
    public static (string Says, Citation Citation) Rule { get; } = (
        "A managed-care payer decides an authorization within 7 calendar days of the request (14 in rating periods before 2026), "
            + "within 72 hours when it is expedited.",
        new() { Document = "Code of Federal Regulations, title 42", Section = "438.210(d)" });

    /// <summary>
    /// When the time ends: the last day, and the instant. <paramref name="ratingMonth"/> is the month, 1 to 12, in which the payer's rating periods start. The
    /// day of receipt is not counted; hours are counted from the instant.
    /// </summary>
    public static (DateOnly On, DateTimeOffset At) Start(DateTimeOffset received, bool expedited, int ratingMonth, TimeZoneInfo zone)
    {
        if (expedited)
            return Hours(received.AddHours(72), zone);
        var today = received.DayIn(zone);
        var period = new DateOnly(today.Year - (today.Month < ratingMonth ? 1 : 0), ratingMonth, 1);
        return Days(today.AddDays(period >= SevenDaysFrom ? 7 : 14), zone);
    }

    /// <summary>Resumes after a wait for information: the time that was left when the wait began is left now. Days are counted in whole days.</summary>
    public static (DateOnly On, DateTimeOffset At) Resume((DateOnly On, DateTimeOffset At) due, DateTimeOffset pended, DateTimeOffset resumed, bool expedited,
        TimeZoneInfo zone) => expedited
        ? Hours(due.At + (resumed - pended), zone)
        : Days(due.On.AddDays(resumed.DayIn(zone).DayNumber - pended.DayIn(zone).DayNumber), zone);

    /// <summary>When it ends after an extension; hours count on from the instant at which it would have ended.</summary>
    public static (DateOnly On, DateTimeOffset At) Extend((DateOnly On, DateTimeOffset At) due, int days, bool expedited, TimeZoneInfo zone) =>
        expedited ? Hours(due.At.AddDays(days), zone) : Days(due.On.AddDays(days), zone);

    private static (DateOnly, DateTimeOffset) Hours(DateTimeOffset at, TimeZoneInfo zone) => (at.DayIn(zone), at);

    private static (DateOnly, DateTimeOffset) Days(DateOnly on, TimeZoneInfo zone) => (on, Deadline.StartOf(on.AddDays(1), zone));
}
