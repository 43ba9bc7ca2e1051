using Ips.ServiceDefaults;
using Microsoft.Extensions.Configuration;
using Wire = Ips.Contracts.Eligibility.V1;

namespace Ips.Eligibility.Authorizations;

/// <summary>The clocks of an authorization, all read off its state: whoever changes it calls <see cref="Follow"/> and need not know which clock stops or starts.</summary>
public sealed class AuthorizationClocks(DeadlineBook book, Deciding deciding, IConfiguration configuration, TimeProvider clock)
{
    /// <summary>Documents are missing.</summary>
    public const string Documents = "authorization-documents";

    /// <summary>The payer has to decide.</summary>
    public const string Decision = "payer-decision";

    /// <summary>The authorization ends; a renewal has to be asked for before.</summary>
    public const string End = "authorization-end";

    /// <summary>Days before the end on which it is told, the longest first.</summary>
    public static readonly int[] EndLeads = [45, 30, 15];

    /// <summary>The rule that permits service under an authorization of the kind, and so sets its end.</summary>
    public static string RuleOf(Wire.AuthorizationKind kind) => kind switch
    {
        Wire.AuthorizationKind.M2 => "NCC-MS-02c",
        Wire.AuthorizationKind.M6 => "NCC-MS-06d",
        Wire.AuthorizationKind.LaPriorAuth => "LA-AUTH-001",
        _ => "NC-AUTH-001",
    };

    /// <summary>Starts, stops and goes on with the payer's time to decide; call it when the state has changed, before <see cref="Follow"/>.</summary>
    public void Turn(Authorization authorization)
    {
        var now = clock.GetUtcNow();
        var zone = TimeZoneInfo.FindSystemTimeZoneById(deciding.Engine.Programs[authorization.Program].Header.TimeZone);
        if (authorization.State == Wire.AuthorizationState.PendedInfo)
        {
            authorization.PendedAt ??= now;
            return;
        }

        if (authorization.State == Wire.AuthorizationState.UnderReview && authorization.ManagedCare)
        {
            var month = configuration.GetValue($"DecisionClock:RatingMonth:{authorization.Payer}", 1);
            (authorization.DecisionDueOn, authorization.DecisionDueAt) = authorization is { DecisionDueOn: { } on, DecisionDueAt: { } at, PendedAt: { } pended }
                ? DecisionClock.GoOn((on, at), pended, now, authorization.Expedited, zone)
                : DecisionClock.Start(now, authorization.Expedited, month, zone);
        }

        authorization.PendedAt = null;
    }

    /// <summary>Brings the deadlines in step with the authorization.</summary>
    public async Task Follow(Authorization authorization, CancellationToken stop)
    {
        var (name, state) = (authorization.Id.Name, authorization.State);
        if (state == Wire.AuthorizationState.PendedInfo && authorization.RequestDueOn is { } due)
            await book.Set(Terms(authorization, Documents, authorization.Renews is null ? "NC-AUTH-005" : "NC-AUTH-006", due, 7), stop);
        else
            await book.Meet(name, Documents, stop);

        if (state == Wire.AuthorizationState.UnderReview && authorization.DecisionDueOn is { } decision)
            await book.Set(Terms(authorization, Decision, DecisionClock.RuleId, decision, 2) with { DueAt = authorization.Expedited ? authorization.DecisionDueAt : null }, stop);
        else if (state == Wire.AuthorizationState.PendedInfo)
            await book.Cancel(name, Decision, stop);
        else
            await book.Meet(name, Decision, stop);

        if (state is Wire.AuthorizationState.Approved or Wire.AuthorizationState.Modified)
            await book.Set(Terms(authorization, End, authorization.Kind == Wire.AuthorizationKind.Ips ? "NC-AUTH-006" : RuleOf(authorization.Kind), authorization.ApprovedThrough!.Value, EndLeads), stop);
        else if (state == Wire.AuthorizationState.Terminated)
            await book.Cancel(name, End, stop);
        else if (state == Wire.AuthorizationState.Superseded)
            await book.Meet(name, End, stop);
    }

    /// <summary>A renewal was asked for: nobody has to be reminded of the end.</summary>
    public Task RenewalCame(Authorization present, CancellationToken stop) => book.Meet(present.Id.Name, End, stop);

    private static DeadlineTerms Terms(Authorization a, string kind, string rule, DateOnly due, params int[] leads) =>
        new(a.Id.Name, kind, rule, a.Program, a.Provider, a.IndividualId, due, leads);
}
