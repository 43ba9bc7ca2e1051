using Google.Protobuf.WellKnownTypes;
using Ips.Contracts;
using Ips.Contracts.Events;
using Ips.Eligibility.Db;
using Ips.Policies;
using Microsoft.EntityFrameworkCore;
using Proto = Ips.Contracts.Eligibility.V1;

namespace Ips.Eligibility.Authorizations;

/// <summary>
/// The ledger of an authorization's units. A claim line takes units once and returns them once; the row lock makes concurrent calls wait for each other. A hold
/// that is not confirmed ends after <see cref="HoldFor"/>: units of a claim that was never stored are released automatically.
/// </summary>
public sealed class MoveUnits(EligibilityDb db, IdempotentRequests requests, PolicyService policies, TimeProvider clock)
{
    /// <summary>
    /// How long a hold lasts. Much longer than Billing takes to store a claim line and publish it, so only a line that was never stored loses its units.
    /// </summary>
    public static readonly TimeSpan HoldFor = TimeSpan.FromDays(7);

    public async Task<Result<Proto.UnitMovement>> Handle(Proto.DrawUnitsRequest request, CancellationToken cancellationToken)
    {
        RequestValidator fields = new();
        var day = fields.Day("service_date", request.ServiceDate);
        fields.Number("units", request.Units, 1, 10_000);
        var answer = await Run(fields, request.Name, request.ClaimLine, request.RequestId, request,
            (a, line, s) => Draw(a, line, day, request.Units, request.Hold, s), cancellationToken);

        // The first response to a request is stored longer than its hold. A retry after the hold ended takes the units again, or is refused on the current
        // state.
        return answer.Is(out var movement, out _) && movement.HeldUntil?.ToDateTimeOffset() <= clock.GetUtcNow()
            ? await DrawAgain(request, day, cancellationToken) : answer;
    }

    public Task<Result<Proto.UnitMovement>> Handle(Proto.ReleaseUnitsRequest request, CancellationToken cancellationToken) =>
        Run(new(), request.Name, request.ClaimLine, request.RequestId, request, Release, cancellationToken);

    public Task<Result<Proto.UnitMovement>> Handle(Proto.ConfirmUnitsRequest request, CancellationToken cancellationToken) =>
        Run(new(), request.Name, request.ClaimLine, request.RequestId, request, Confirm, cancellationToken);

    public Task<Result<Proto.UnitMovement>> Handle(Proto.CorrectUnitsRequest request, CancellationToken cancellationToken)
    {
        RequestValidator fields = new();
        fields.Number("units", request.Units, 1, 10_000);
        return Run(fields, request.Name, request.ClaimLine, request.RequestId, request, (a, line, s) => Correct(a, line, request.Units, s), cancellationToken);
    }

    /// <summary>A claim line was stored: its units, of any authorization, no longer expire. Part of the caller's transaction.</summary>
    internal async Task Confirm(ClaimLineId line, CancellationToken cancellationToken)
    {
        var holder = await db.Authorizations.AsNoTracking()
            .Where(a => a.Draws.Any(d => d.ClaimLineId == line.Value && d.HeldUntil != null))
            .OrderByDescending(a => a.Draws.Any(d => d.ClaimLineId == line.Value && d.ReleasedAt == null)).Select(a => (AuthorizationId?)a.Id)
            .FirstOrDefaultAsync(cancellationToken);
        if (holder is { } id && await Lock(id, cancellationToken) is { } authorization)
            await Confirm(authorization, line, cancellationToken);
    }

    /// <summary>A claim line was voided: the units it still has, of any authorization, are released. Part of the caller's transaction.</summary>
    internal async Task Release(ClaimLineId line, CancellationToken cancellationToken)
    {
        var holder = await db.Authorizations.AsNoTracking()
            .Where(a => a.Draws.Any(d => d.ClaimLineId == line.Value && d.ReleasedAt == null)).Select(a => (AuthorizationId?)a.Id)
            .FirstOrDefaultAsync(cancellationToken);
        if (holder is { } id && await Lock(id, cancellationToken) is { } authorization)
            await Release(authorization, line, cancellationToken);
    }

    private Task<Result<Proto.UnitMovement>> Run(
        RequestValidator fields, string name, string claimLine, string requestId, Google.Protobuf.IMessage request,
        Func<Authorization, ClaimLineId, CancellationToken, Task<Result<Proto.UnitMovement>>> move, CancellationToken cancellationToken)
    {
        var id = fields.Id<AuthorizationId>("name", name);
        var line = fields.Id<ClaimLineId>("claim_line", claimLine);
        return fields.Problem is { } bad
            ? Task.FromResult<Result<Proto.UnitMovement>>(bad)
            : requests.Run(requestId, request, async s => await Lock(id, s) is { } authorization
                ? await move(authorization, line, s)
                : new Problem.NotFound("authorization", name), cancellationToken);
    }

    private async Task<Result<Proto.UnitMovement>> DrawAgain(Proto.DrawUnitsRequest request, DateOnly day, CancellationToken cancellationToken)
    {
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        if (!AuthorizationId.TryParse(request.Name, out var id) || !ClaimLineId.TryParse(request.ClaimLine, out var line)
            || await Lock(id, cancellationToken) is not { } authorization)
            return new Problem.NotFound("authorization", request.Name);
        var answer = await Draw(authorization, line, day, request.Units, request.Hold, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return answer;
    }

    // The first call that takes the lock removes the ended holds and publishes that once.
    private async Task<Authorization?> Lock(AuthorizationId id, CancellationToken cancellationToken)
    {
        await db.Database.ExecuteSqlAsync($"select 1 from authorizations where id = {id.Value} for update", cancellationToken);
        if (await db.Authorizations.SingleOrDefaultAsync(a => a.Id == id, cancellationToken) is not { } authorization)
            return null;
        foreach (var ended in authorization.Draws.Where(d => d.ReleasedAt is null && d.HeldUntil <= clock.GetUtcNow()))
        {
            ended.ReleasedAt = ended.HeldUntil;
            Moved(authorization, new(ended.ClaimLineId), -ended.Units);
        }

        return authorization;
    }

    private async Task<Result<Proto.UnitMovement>> Draw(Authorization authorization, ClaimLineId line, DateOnly day, int units, bool hold,
        CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        var draw = authorization.Draws.SingleOrDefault(d => d.ClaimLineId == line.Value);
        if (draw is not null && !Ended(draw))
            return await Saved(authorization, line, 0, null, cancellationToken);
        if (!authorization.Covers(day) || authorization.UnitsLeft(now) < units)
            return await Saved(authorization, line, 0, Refusal(authorization, day, units), cancellationToken);
        DateTimeOffset? until = hold ? now + HoldFor : null;
        if (draw is null)
            authorization.Draws.Add(new() { ClaimLineId = line.Value, ServiceDate = day, Units = units, TakenAt = now, HeldUntil = until });
        else
            (draw.ServiceDate, draw.Units, draw.TakenAt, draw.HeldUntil, draw.ReleasedAt) = (day, units, now, until, null);
        return await Saved(authorization, line, units, null, cancellationToken);
    }

    private async Task<Result<Proto.UnitMovement>> Release(Authorization authorization, ClaimLineId line, CancellationToken cancellationToken)
    {
        if (authorization.Draws.SingleOrDefault(d => d.ClaimLineId == line.Value && d.ReleasedAt is null) is not { } draw)
            return await Saved(authorization, line, 0, null, cancellationToken);
        draw.ReleasedAt = clock.GetUtcNow();
        draw.HeldUntil = null;
        return await Saved(authorization, line, -draw.Units, null, cancellationToken);
    }

    private async Task<Result<Proto.UnitMovement>> Confirm(Authorization authorization, ClaimLineId line, CancellationToken cancellationToken)
    {
        if (authorization.Draws.SingleOrDefault(d => d.ClaimLineId == line.Value) is not { HeldUntil: not null } draw)
            return await Saved(authorization, line, 0, null, cancellationToken);
        if (!Ended(draw))
        {
            draw.HeldUntil = null;
            return await Saved(authorization, line, 0, null, cancellationToken);
        }

        if (authorization.UnitsLeft(clock.GetUtcNow()) < draw.Units)
            return await Saved(authorization, line, 0, Refusal(authorization, draw.ServiceDate, draw.Units), cancellationToken);
        (draw.HeldUntil, draw.ReleasedAt) = (null, null);
        return await Saved(authorization, line, draw.Units, null, cancellationToken);
    }

    private async Task<Result<Proto.UnitMovement>> Correct(Authorization authorization, ClaimLineId line, int units, CancellationToken cancellationToken)
    {
        if (authorization.Draws.SingleOrDefault(d => d.ClaimLineId == line.Value && d.ReleasedAt is null) is not { } draw)
            return new Problem.Conflict(AuthorizationClocks.RuleOf(authorization.Kind), "the claim line has no units of this authorization; draw them");
        var more = units - draw.Units;
        if (more > authorization.UnitsLeft(clock.GetUtcNow()))
            return await Saved(authorization, line, 0, Refusal(authorization, draw.ServiceDate, more), cancellationToken);
        draw.Units = units;
        return await Saved(authorization, line, more, null, cancellationToken);
    }

    // A hold that expired is released at the exact instant at which it ended; any other release ends the hold.
    private static bool Ended(UnitDraw draw) => draw.HeldUntil is { } until && draw.ReleasedAt == until;

    private async Task<Result<Proto.UnitMovement>> Saved(Authorization authorization, ClaimLineId line, int moved, Contracts.Common.V1.Finding? refusal,
        CancellationToken cancellationToken)
    {
        if (moved != 0)
            Moved(authorization, line, moved);
        await db.SaveChangesAsync(cancellationToken);
        return new Proto.UnitMovement
        {
            Authorization = authorization.Id.Name,
            ClaimLine = line.Name,
            Units = moved,
            UnitsLeft = authorization.UnitsLeft(clock.GetUtcNow()),
            Refusal = refusal,
            HeldUntil = authorization.Draws.SingleOrDefault(d => d.ClaimLineId == line.Value && d.ReleasedAt is null)?.HeldUntil?.ToTimestamp(),
        };
    }

    private void Moved(Authorization authorization, ClaimLineId line, int moved)
    {
        var now = clock.GetUtcNow();
        db.Publish(new AuthorizationUnitsMovedV1
        {
            AuthorizationId = authorization.Id,
            IndividualId = authorization.IndividualId,
            Provider = authorization.Provider,
            Program = authorization.Program,
            Kind = WireCode.Lower(authorization.Kind)!,
            ClaimLineId = line,
            UnitsMoved = moved,
            UnitsLeft = authorization.UnitsLeft(now),
        });
    }

    private Contracts.Common.V1.Finding Refusal(Authorization authorization, DateOnly day, int units) => authorization.Covers(day)
        ? Refusal(authorization, $"{units} units requested, {authorization.UnitsLeft(clock.GetUtcNow())} left", $"an authorization with {units} units left")
        : Refusal(authorization, $"approved {authorization.ApprovedFrom.Day()} to {authorization.Through.Day()}, service {day.Day()}",
            $"an authorization that covers {day.Day()}");

    private Contracts.Common.V1.Finding Refusal(Authorization authorization, string because, string remedy) =>
        policies.Refusal(authorization.Program, AuthorizationClocks.RuleOf(authorization.Kind), because, remedy);
}
