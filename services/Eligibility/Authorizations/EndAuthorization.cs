using Ips.Contracts;
using Ips.Eligibility.Db;
using Microsoft.EntityFrameworkCore;
using Proto = Ips.Contracts.Eligibility.V1;

namespace Ips.Eligibility.Authorizations;

/// <summary>Ends an approved authorization the day before the event that ends it: ACT, another agency, or the discharge (lifecycle 3).</summary>
public sealed class EndAuthorization(EligibilityDb db, IdempotentRequests requests, PolicyService policies, PersonalDataProtector protector,
    AuthorizationClocks clocks, TimeProvider clock)
{
    public Task<Result<Proto.Authorization>> Handle(Proto.TerminateAuthorizationRequest request, CancellationToken cancellationToken) =>
        requests.Run(request.ValidateOnly, request.RequestId, request, (store, s) => End(request, store, s), cancellationToken);

    private async Task<Result<Proto.Authorization>> End(Proto.TerminateAuthorizationRequest request, bool store, CancellationToken cancellationToken)
    {
        // load
        RequestValidator fields = new();
        var id = fields.Id<AuthorizationId>("name", request.Name);
        fields.Require(request.Etag.Length > 0, "etag", "is missing; send the etag last read");
        var reason = fields.Choice("reason", request.Reason);
        var on = fields.Day("effective_on", request.EffectiveOn);
        if (fields.Problem is { } bad)
            return bad;
        if (await db.Authorizations.Include(a => a.Decision).SingleOrDefaultAsync(a => a.Id == id, cancellationToken) is not { } authorization)
            return new Problem.NotFound("authorization", request.Name);
        if (!authorization.Expects(request.Etag))
            return new Problem.Stale("authorization", request.Name);
        if (authorization.State is not (Proto.AuthorizationState.Approved or Proto.AuthorizationState.Modified or Proto.AuthorizationState.Superseded))
            return new Problem.Conflict(Rule(reason), $"the authorization is {WireCode.Lower(authorization.State)}; one that was approved can end early");
        if (on > authorization.ApprovedThrough)
            return new Problem.Invalid("effective_on", $"lies after the last day, {authorization.ApprovedThrough.Day()}; it ends by itself");

        // decide, save and publish
        var payerReason = authorization.PayerReason is { } encrypted ? protector.Unprotect(encrypted) : "";
        await End(authorization, reason, on, store, cancellationToken);
        var now = clock.GetUtcNow();
        if (!store)
            return authorization.ToProto(policies, now, authorization.Decision!.ToProto(), payerReason, request.Etag, stored: true);
        await db.SaveChangesAsync(cancellationToken);
        return authorization.ToProto(policies, now, authorization.Decision!.ToProto(), payerReason, authorization.Etag(), stored: true);
    }

    /// <summary>Ends it without saving: the last day is the day before <paramref name="on"/>.</summary>
    internal async Task End(Authorization authorization, Proto.TerminationReason reason, DateOnly on, bool store, CancellationToken cancellationToken)
    {
        var before = authorization.State;
        (authorization.State, authorization.EndReason, authorization.EndedThrough) = (Proto.AuthorizationState.Terminated, reason, on.AddDays(-1));
        if (!store)
            return;
        await clocks.SyncDeadlines(authorization, cancellationToken);
        db.PublishMove(authorization, before, on, Rule(reason));
    }

    /// <summary>The rule behind a reason.</summary>
    internal static string Rule(Proto.TerminationReason reason) => reason switch
    {
        Proto.TerminationReason.ActStarted => "NC-LIM-002",
        Proto.TerminationReason.ProviderChanged => "NC-LIM-001",
        _ => "NC-DISCH-001",
    };
}
