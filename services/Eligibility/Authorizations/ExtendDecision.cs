using Ips.Contracts;
using Proto = Ips.Contracts.Eligibility.V1;

namespace Ips.Eligibility.Authorizations;

/// <summary>Extends the payer's time to decide once, on the request of the person or the provider, or because the payer needs information.</summary>
public sealed class ExtendDecision(
    AuthorizationReader authorizations, DeadlineReader deadlines, Requests requests, Caller caller, PolicyService policies, PersonalDataProtector protector,
    TimeProvider clock)
{
    public Task<Result<Proto.Authorization>> Handle(Proto.ExtendDecisionRequest request, CancellationToken cancellationToken) =>
        requests.Run(request.ValidateOnly, request.RequestId, request, (store, s) => ReadAndExtend(request, store, s), cancellationToken);

    private async Task<Result<Decided<Proto.Authorization>>> ReadAndExtend(
        Proto.ExtendDecisionRequest request, bool store, CancellationToken cancellationToken)
    {
        RequestValidator fields = new();
        var id = fields.Id<AuthorizationId>("name", request.Name);
        fields.Require(request.Etag.Length > 0, "etag", "is missing; send the etag last read");
        fields.Number("days", request.Days, 1, DecisionClock.MostExtendedDays);
        var ground = fields.Choice("ground", request.Ground);
        fields.Require(ground == default || ground == Proto.ExtensionGround.Information == caller.Is(Roles.Mco), "ground",
            "is not the caller's: a payer sends INFORMATION, a provider INDIVIDUAL or PROVIDER");
        fields.Text("reason", request.Reason, 2000);
        if (fields.Problem is { } bad)
            return bad;
        return await authorizations.Find(caller, id, cancellationToken) is { } authorization
            ? Extend(request, authorization, await deadlines.About(caller, id.Name, cancellationToken), store)
            : new Problem.NotFound("authorization", request.Name);
    }

    private Result<Decided<Proto.Authorization>> Extend(
        Proto.ExtendDecisionRequest request, Authorization authorization, SubjectDeadlines due, bool store)
    {
        // decide
        Changes changes = new(clock.GetUtcNow());
        if (!authorization.Expects(request.Etag))
            return new Problem.Stale("authorization", request.Name);
        if (authorization.State != Proto.AuthorizationState.UnderReview)
            return new Problem.Conflict(
                "authorization state", $"the request is {WireCode.Lower(authorization.State)}; the time to decide one under review is extended");
        if (authorization is not { DecisionDueOn: { } on, DecisionDueAt: { } at })
            return new Problem.Conflict(DecisionClock.RuleId, "no time to decide runs: the service is not paid by Medicaid managed care");
        if (at <= changes.Now)
            return new Problem.Conflict(DecisionClock.ExpiryRule, $"the time to decide ended on {on.Day()}");
        if (authorization.ExtendedDays > 0)
            return new Problem.Conflict(DecisionClock.ExtensionRule, $"the time was extended by {authorization.ExtendedDays} days before; it is extended once");
        if (authorization.Expedited && request.Ground == Proto.ExtensionGround.Provider)
            return new Problem.Conflict("42-CFR-438.210(d)(2)(ii)", "an expedited request is extended for the person or the payer, not for the provider");
        var zone = TimeZoneInfo.FindSystemTimeZoneById(policies.Engine.Programs[authorization.Program].Header.TimeZone);
        (authorization.DecisionDueOn, authorization.DecisionDueAt) = DecisionClock.Extend((on, at), request.Days, authorization.Expedited, zone);
        (authorization.ExtendedDays, authorization.ExtensionGround, authorization.ExtensionReason) =
            (request.Days, request.Ground, protector.Protect(request.Reason));

        // write
        changes.UpdateTerms(authorization);
        due.SyncDeadlines(authorization, changes);
        changes.PublishMove(authorization, authorization.State, policies.Today(authorization.Program)!.Value, DecisionClock.ExtensionRule);
        return new Decided<Proto.Authorization>(authorization.ToProto(
            policies, changes.Now, authorization.Decision!.ToProto(), authorization.Words(protector), store ? authorization.Etag() : request.Etag, stored: true),
            changes);
    }
}
