using Ips.Contracts;
using Ips.Contracts.Events;
using Proto = Ips.Contracts.Eligibility.V1;

namespace Ips.Eligibility.Authorizations;

/// <summary>
/// Denies a request that its payer did not decide in its time: the end of the time is a denial on that day, which can be appealed (42 CFR 438.404(c)(5)). It
/// begins with the event of the deadline. The request as it is now counts: a decision, a wait or an extension that came first leaves nothing to deny.
/// </summary>
public sealed partial class DenyUntimely(
    AuthorizationReader authorizations, DeadlineReader deadlines, Requests requests, Caller caller, PolicyService policies, TimeProvider clock,
    ILogger<DenyUntimely> log)
{
    /// <param name="reached">The end of the payer's time.</param>
    /// <param name="message">The row that marks the message about it as processed.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    public Task Handle(DeadlineReachedV1 reached, IProcessedOnce message, CancellationToken cancellationToken) =>
        requests.Run(message, s => ReadAndDeny(reached, s), cancellationToken);

    private async Task<Result<Changes>> ReadAndDeny(DeadlineReachedV1 reached, CancellationToken cancellationToken)
    {
        if (!AuthorizationId.TryParse(reached.About, out var id) || await authorizations.Find(caller, id, cancellationToken) is not { } authorization)
            return new Problem.NotFound("authorization", reached.About);
        var renewed = authorization.Renews is { } present ? await authorizations.Find(caller, present, cancellationToken) : null;
        var due = await deadlines.About(caller, renewed is null ? [id.Name] : [id.Name, renewed.Id.Name], cancellationToken);
        return Deny(reached, authorization, renewed, due);
    }

    private Changes Deny(DeadlineReachedV1 reached, Authorization authorization, Authorization? renewed, SubjectDeadlines due)
    {
        Changes changes = new(clock.GetUtcNow());
        // The time of the event, which the sweep of deadlines took from its clock: this process may have another one.
        if (authorization is not { State: Proto.AuthorizationState.UnderReview, DecisionDueOn: { } on, DecisionDueAt: { } end } || reached.OccurredAt < end)
            return changes;
        authorization.State = Proto.AuthorizationState.Denied;
        (authorization.PayerRuleId, authorization.PayerReasonCode, authorization.PayerReason) =
            (DecisionClock.ExpiryRule, Proto.PayerReasonCode.NotDecidedInTime, null);
        authorization.DecidedWithout(Proto.Decider.Time, on);
        changes.UpdateTerms(authorization);
        due.SyncDeadlines(authorization, changes);
        if (renewed is not null)
            Approvals.UpdateRenewed(renewed, authorization, due, policies, changes);
        changes.PublishDecision(authorization, Proto.AuthorizationOutcome.Deny, DecisionClock.ExpiryRule);
        Denied(log, authorization.Id);
        return changes;
    }

    [LoggerMessage(2121, LogLevel.Information, "Authorization {Authorization} was not decided in time, which is a denial")]
    private static partial void Denied(ILogger log, AuthorizationId authorization);
}
