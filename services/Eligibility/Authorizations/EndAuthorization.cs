using Ips.Contracts;
using Ips.Policies;
using Proto = Ips.Contracts.Eligibility.V1;

namespace Ips.Eligibility.Authorizations;

/// <summary>Ends an approved authorization the day before the event that ends it: ACT, another agency, or the discharge (lifecycle 3).</summary>
public sealed class EndAuthorization(
    AuthorizationReader authorizations, DeadlineReader deadlines, Requests requests, Caller caller, PolicyService policies,
    PersonalDataProtector protector, TimeProvider clock)
{
    public Task<Result<Proto.Authorization>> Handle(Proto.TerminateAuthorizationRequest request, CancellationToken cancellationToken) =>
        requests.Run(request.ValidateOnly, request.RequestId, request, (store, s) => ReadAndEnd(request, store, s), cancellationToken);

    private async Task<Result<Decided<Proto.Authorization>>> ReadAndEnd(
        Proto.TerminateAuthorizationRequest request, bool store, CancellationToken cancellationToken)
    {
        RequestValidator fields = new();
        var id = fields.Id<AuthorizationId>("name", request.Name);
        fields.Require(request.Etag.Length > 0, "etag", "is missing; send the etag last read");
        var reason = fields.Choice("reason", request.Reason);
        fields.Require(reason.IsForCallers(), "reason", "is set by the platform alone, or by CancelAuthorization; send one of the others");
        var on = fields.Day("effective_on", request.EffectiveOn);
        if (fields.Problem is { } bad)
            return bad;
        var (found, due) = (authorizations.Find(caller, id, cancellationToken), deadlines.About(caller, id.Name, cancellationToken));
        return await found is { } authorization
            ? End(request, authorization, reason, on, await due, store)
            : new Problem.NotFound("authorization", request.Name);
    }

    private Result<Decided<Proto.Authorization>> End(
        Proto.TerminateAuthorizationRequest request, Authorization authorization, Proto.TerminationReason reason, DateOnly on, SubjectDeadlines due,
        bool store)
    {
        if (!authorization.Expects(request.Etag))
            return new Problem.Stale("authorization", request.Name);
        if (authorization.State is not (Proto.AuthorizationState.Approved or Proto.AuthorizationState.Modified or Proto.AuthorizationState.Superseded
            or Proto.AuthorizationState.Attention))
            return new Problem.Conflict(
                "authorization state", $"the authorization is {WireCode.Lower(authorization.State)}; one that was approved can end early");
        if (on > authorization.ApprovedThrough)
            return new Problem.Invalid("effective_on", $"lies after the last day, {authorization.ApprovedThrough.Day()}; it ends by itself");
        if (Problem.Invalid.IfBefore("effective_on", on, authorization.ApprovedFrom, "the first day approved") is { } early)
            return early;
        Changes changes = new(clock.GetUtcNow());
        var byPayer = caller.Role == Roles.Mco;
        if (byPayer)
            authorization.DecidedIn(caller, policies.Today(authorization.Program)!.Value);
        End(authorization, reason, on, due, changes, byPayer: byPayer);
        return new Decided<Proto.Authorization>(authorization.ToProto(
            policies, changes.Now, authorization.Decision!.ToProto(), authorization.Words(protector), store ? authorization.Etag() : request.Etag, stored: true), changes);
    }

    /// <summary>
    /// Ends it: the last day is the day before <paramref name="on"/>. What ends it before its first day leaves it no day, and no span that runs backwards.
    /// </summary>
    internal static void End(
        Authorization authorization, Proto.TerminationReason reason, DateOnly on, SubjectDeadlines due, Changes changes, int? returned = null,
        bool byPayer = false)
    {
        var before = authorization.State;
        var end = on < authorization.ApprovedFrom ? authorization.ApprovedFrom.Value : on;
        (authorization.State, authorization.EndReason, authorization.EndedThrough) = (Proto.AuthorizationState.Terminated, reason, end.AddDays(-1));
        (authorization.Attention, authorization.EndedByPayer) = ([], byPayer);
        changes.UpdateTerms(authorization);
        due.SyncDeadlines(authorization, changes);
        changes.PublishMove(authorization, before, on, Rule(authorization.Program, reason), returned);
    }

    /// <summary>The program's rule behind a reason; null where it has no such rule.</summary>
    internal static string? Rule(string program, Proto.TerminationReason reason) => (reason switch
    {
        Proto.TerminationReason.ActStarted => RuleDuty.NoActBeside,
        Proto.TerminationReason.ProviderChanged => RuleDuty.OneProvider,
        // No rule makes a provider give up an authorization, and none speaks of death.
        Proto.TerminationReason.Cancelled or Proto.TerminationReason.Died => (RuleDuty?)null,
        _ => RuleDuty.Discharge,
    })?.FindIn(program);
}
