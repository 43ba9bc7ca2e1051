using Ips.Contracts;
using Microsoft.Extensions.Configuration;
using Proto = Ips.Contracts.Eligibility.V1;

namespace Ips.Eligibility.Authorizations;

/// <summary>
/// The deadlines of an authorization, all computed from its state. A caller that changes the state calls <see cref="SyncDeadlines"/> and need not know which
/// deadline starts or stops.
/// </summary>
public sealed class AuthorizationClocks(DeadlineBook book, PolicyService deciding, IConfiguration configuration, TimeProvider clock)
{
    /// <summary>Documents are missing.</summary>
    public const string Documents = "authorization-documents";

    /// <summary>The payer has to decide.</summary>
    public const string Decision = "payer-decision";

    /// <summary>The authorization ends; a renewal must be requested before that day.</summary>
    public const string End = "authorization-end";

    /// <summary>Days before the end on which the reminders are published, the longest first.</summary>
    public static readonly int[] EndLeads = [45, 30, 15];

    /// <summary>The rule that permits service under an authorization of the kind and so sets its end.</summary>
    public static string RuleOf(Proto.AuthorizationKind kind) => kind switch
    {
        Proto.AuthorizationKind.M2 => "NCC-MS-02c",
        Proto.AuthorizationKind.M6 => "NCC-MS-06d",
        Proto.AuthorizationKind.LaPriorAuth => "LA-AUTH-001",
        _ => "NC-AUTH-001",
    };

    /// <summary>Starts, stops or resumes the payer's time to decide; call it when the state has changed, before <see cref="SyncDeadlines"/>.</summary>
    public void UpdateDecisionClock(Authorization authorization)
    {
        var now = clock.GetUtcNow();
        var zone = TimeZoneInfo.FindSystemTimeZoneById(deciding.Engine.Programs[authorization.Program].Header.TimeZone);
        if (authorization.State == Proto.AuthorizationState.PendedInfo)
        {
            authorization.PendedAt ??= now;
            return;
        }

        if (authorization.State == Proto.AuthorizationState.UnderReview && authorization.ManagedCare)
        {
            var month = configuration.GetValue($"DecisionClock:RatingMonth:{authorization.Payer}", 1);
            (authorization.DecisionDueOn, authorization.DecisionDueAt) = authorization is { DecisionDueOn: { } on, DecisionDueAt: { } at, PendedAt: { } pended }
                ? DecisionClock.Resume((on, at), pended, now, authorization.Expedited, zone)
                : DecisionClock.Start(now, authorization.Expedited, month, zone);
        }

        authorization.PendedAt = null;
    }

    /// <summary>Updates the deadlines to match the authorization.</summary>
    public async Task SyncDeadlines(Authorization authorization, CancellationToken cancellationToken)
    {
        var (name, state) = (authorization.Id.Name, authorization.State);
        if (state == Proto.AuthorizationState.PendedInfo && authorization.RequestDueOn is { } due)
            await book.Set(Terms(authorization, Documents, authorization.Renews is null ? "NC-AUTH-005" : "NC-AUTH-006", due, 7), cancellationToken);
        else
            await book.Meet(name, Documents, cancellationToken);

        if (state == Proto.AuthorizationState.UnderReview && authorization.DecisionDueOn is { } decision)
            await book.Set(Terms(authorization, Decision, DecisionClock.RuleId,
                decision, 2) with
            { DueAt = authorization.Expedited ? authorization.DecisionDueAt : null }, cancellationToken);
        else if (state == Proto.AuthorizationState.PendedInfo)
            await book.Cancel(name, Decision, cancellationToken);
        else
            await book.Meet(name, Decision, cancellationToken);

        if (state is Proto.AuthorizationState.Approved or Proto.AuthorizationState.Modified)
            await book.Set(Terms(authorization, End, authorization.Kind == Proto.AuthorizationKind.Ips ? "NC-AUTH-006" : RuleOf(authorization.Kind),
                authorization.ApprovedThrough!.Value, EndLeads), cancellationToken);
        else if (state == Proto.AuthorizationState.Terminated)
            await book.Cancel(name, End, cancellationToken);
        else if (state == Proto.AuthorizationState.Superseded)
            await book.Meet(name, End, cancellationToken);
    }

    /// <summary>A renewal was requested: no reminder of the end is needed.</summary>
    public Task RenewalCame(Authorization present, CancellationToken cancellationToken) => book.Meet(present.Id.Name, End, cancellationToken);

    private static DeadlineTerms Terms(Authorization a, string kind, string rule, DateOnly due, params int[] leads) =>
        new(a.Id.Name, kind, rule, a.Program, a.Provider, a.IndividualId, due, leads);
}
