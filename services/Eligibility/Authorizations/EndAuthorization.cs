using Ips.Contracts;
using Ips.Eligibility.Db;
using Ips.ServiceDefaults;
using Microsoft.EntityFrameworkCore;
using Wire = Ips.Contracts.Eligibility.V1;

namespace Ips.Eligibility.Authorizations;

/// <summary>Ends an approved authorization the day before what ends it: ACT, another agency, or the discharge (lifecycle 3).</summary>
public sealed class EndAuthorization(EligibilityDb db, Once once, Deciding deciding, Particulars particulars, AuthorizationClocks clocks, TimeProvider clock)
{
    public Task<Result<Wire.Authorization>> Handle(Wire.TerminateAuthorizationRequest ask, CancellationToken stop) =>
        once.Run(ask.ValidateOnly, ask.RequestId, ask, (store, s) => End(ask, store, s), stop);

    private async Task<Result<Wire.Authorization>> End(Wire.TerminateAuthorizationRequest ask, bool store, CancellationToken stop)
    {
        // load
        Fields fields = new();
        var id = fields.Name<AuthorizationId>("name", ask.Name, "authorizations/{uuid}", AuthorizationId.TryParse);
        fields.Require(ask.Etag.Length > 0, "etag", "is missing; send the etag last read");
        var reason = fields.Choice("reason", ask.Reason);
        var on = fields.Day("effective_on", ask.EffectiveOn);
        if (fields.Problem is { } bad)
            return bad;
        if (await db.Authorizations.Include(a => a.Decision).SingleOrDefaultAsync(a => a.Id == id, stop) is not { } authorization)
            return new Problem.NotFound("authorization", ask.Name);
        if (!db.Expects(authorization, ask.Etag))
            return new Problem.Stale("authorization", ask.Name);
        if (authorization.State is not (Wire.AuthorizationState.Approved or Wire.AuthorizationState.Modified or Wire.AuthorizationState.Superseded))
            return new Problem.Conflict(Rule(reason), $"the authorization is {WireCode.Lower(authorization.State)}; one that was approved can end early");
        if (on > authorization.ApprovedThrough)
            return new Problem.Invalid("effective_on", $"lies after the last day, {authorization.ApprovedThrough.Day()}; it ends by itself");

        // decide, save and tell
        var said = authorization.PayerReason is { } sealedReason ? particulars.Open(sealedReason) : "";
        await End(authorization, reason, on, store, stop);
        var now = clock.GetUtcNow();
        if (!store)
            return authorization.ToWire(deciding, now, authorization.Decision!.ToWire(), said, ask.Etag, stored: true);
        await db.SaveChangesAsync(stop);
        return authorization.ToWire(deciding, now, authorization.Decision!.ToWire(), said, db.Etag(authorization), stored: true);
    }

    /// <summary>Ends it without saving: the last day is the day before <paramref name="on"/>.</summary>
    internal async Task End(Authorization authorization, Wire.TerminationReason reason, DateOnly on, bool store, CancellationToken stop)
    {
        var before = authorization.State;
        (authorization.State, authorization.EndReason, authorization.EndedThrough) = (Wire.AuthorizationState.Terminated, reason, on.AddDays(-1));
        if (!store)
            return;
        await clocks.Follow(authorization, stop);
        db.Tell(authorization, before, on, Rule(reason), clock.GetUtcNow());
    }

    /// <summary>The rule behind a reason.</summary>
    internal static string Rule(Wire.TerminationReason reason) => reason switch
    {
        Wire.TerminationReason.ActStarted => "NC-LIM-002",
        Wire.TerminationReason.ProviderChanged => "NC-LIM-001",
        _ => "NC-DISCH-001",
    };
}
