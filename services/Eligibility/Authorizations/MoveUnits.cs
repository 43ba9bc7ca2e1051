using Google.Protobuf.WellKnownTypes;
using Ips.Contracts;
using Ips.Contracts.Events;
using Ips.Eligibility.Db;
using Ips.Policies;
using Ips.ServiceDefaults;
using Microsoft.EntityFrameworkCore;
using Wire = Ips.Contracts.Eligibility.V1;

namespace Ips.Eligibility.Authorizations;

/// <summary>
/// The ledger of an authorization's units. A claim line takes units once and gives them back once; the row lock makes two takers wait for each other.
/// A hold that nobody confirms ends after <see cref="HoldFor"/>: units of a claim that was never stored come back by themselves.
/// </summary>
public sealed class MoveUnits(EligibilityDb db, Once once, Deciding deciding, TimeProvider clock)
{
    /// <summary>How long a hold lasts. Far longer than a claim line takes to be stored and told of, so that only a line that never was loses its units.</summary>
    public static readonly TimeSpan HoldFor = TimeSpan.FromDays(7);

    public async Task<Result<Wire.UnitMovement>> Handle(Wire.DrawUnitsRequest ask, CancellationToken stop)
    {
        Fields fields = new();
        var day = fields.Day("service_date", ask.ServiceDate);
        fields.Number("units", ask.Units, 1, 10_000);
        var answer = await Run(fields, ask.Name, ask.ClaimLine, ask.RequestId, ask, (a, line, s) => Draw(a, line, day, ask.Units, ask.Hold, s), stop);

        // The first answer of a request is kept longer than its hold: sent again after the hold ended, the units are taken anew or refused as things are now.
        return answer.Is(out var movement, out _) && movement.HeldUntil?.ToDateTimeOffset() <= clock.GetUtcNow() ? await Anew(ask, day, stop) : answer;
    }

    public Task<Result<Wire.UnitMovement>> Handle(Wire.ReleaseUnitsRequest ask, CancellationToken stop) =>
        Run(new(), ask.Name, ask.ClaimLine, ask.RequestId, ask, Release, stop);

    public Task<Result<Wire.UnitMovement>> Handle(Wire.ConfirmUnitsRequest ask, CancellationToken stop) =>
        Run(new(), ask.Name, ask.ClaimLine, ask.RequestId, ask, Confirm, stop);

    public Task<Result<Wire.UnitMovement>> Handle(Wire.CorrectUnitsRequest ask, CancellationToken stop)
    {
        Fields fields = new();
        fields.Number("units", ask.Units, 1, 10_000);
        return Run(fields, ask.Name, ask.ClaimLine, ask.RequestId, ask, (a, line, s) => Correct(a, line, ask.Units, s), stop);
    }

    /// <summary>A claim line was stored: what it holds, of whichever authorization, is its own. Part of the caller's transaction.</summary>
    internal async Task Confirm(ClaimLineId line, CancellationToken stop)
    {
        var holder = await db.Authorizations.AsNoTracking()
            .Where(a => a.Draws.Any(d => d.ClaimLineId == line.Value && d.HeldUntil != null))
            .OrderByDescending(a => a.Draws.Any(d => d.ClaimLineId == line.Value && d.ReleasedAt == null)).Select(a => (AuthorizationId?)a.Id).FirstOrDefaultAsync(stop);
        if (holder is { } id && await Lock(id, stop) is { } authorization)
            await Confirm(authorization, line, stop);
    }

    private Task<Result<Wire.UnitMovement>> Run(
        Fields fields, string name, string claimLine, string requestId, Google.Protobuf.IMessage ask,
        Func<Authorization, ClaimLineId, CancellationToken, Task<Result<Wire.UnitMovement>>> move, CancellationToken stop)
    {
        var id = fields.Name<AuthorizationId>("name", name, "authorizations/{uuid}", AuthorizationId.TryParse);
        var line = fields.Name<ClaimLineId>("claim_line", claimLine, "claimLines/{uuid}", ClaimLineId.TryParse);
        return fields.Problem is { } bad
            ? Task.FromResult<Result<Wire.UnitMovement>>(bad)
            : once.Run(requestId, ask, async s => await Lock(id, s) is { } authorization
                ? await move(authorization, line, s)
                : new Problem.NotFound("authorization", name), stop);
    }

    private async Task<Result<Wire.UnitMovement>> Anew(Wire.DrawUnitsRequest ask, DateOnly day, CancellationToken stop)
    {
        await using var transaction = await db.Database.BeginTransactionAsync(stop);
        if (!AuthorizationId.TryParse(ask.Name, out var id) || !ClaimLineId.TryParse(ask.ClaimLine, out var line) || await Lock(id, stop) is not { } authorization)
            return new Problem.NotFound("authorization", ask.Name);
        var answer = await Draw(authorization, line, day, ask.Units, ask.Hold, stop);
        await transaction.CommitAsync(stop);
        return answer;
    }

    // Whoever takes the lock first clears away the holds that have ended, and tells of it once.
    private async Task<Authorization?> Lock(AuthorizationId id, CancellationToken stop)
    {
        await db.Database.ExecuteSqlAsync($"select 1 from authorizations where id = {id.Value} for update", stop);
        if (await db.Authorizations.SingleOrDefaultAsync(a => a.Id == id, stop) is not { } authorization)
            return null;
        foreach (var ended in authorization.Draws.Where(d => d.ReleasedAt is null && d.HeldUntil <= clock.GetUtcNow()))
        {
            ended.ReleasedAt = ended.HeldUntil;
            Moved(authorization, new(ended.ClaimLineId), -ended.Units);
        }

        return authorization;
    }

    private async Task<Result<Wire.UnitMovement>> Draw(Authorization authorization, ClaimLineId line, DateOnly day, int units, bool hold, CancellationToken stop)
    {
        var now = clock.GetUtcNow();
        var draw = authorization.Draws.SingleOrDefault(d => d.ClaimLineId == line.Value);
        if (draw is not null && !Ended(draw))
            return await Saved(authorization, line, 0, null, stop);
        if (!authorization.Covers(day) || authorization.UnitsLeft(now) < units)
            return await Saved(authorization, line, 0, Refusal(authorization, day, units), stop);
        DateTimeOffset? until = hold ? now + HoldFor : null;
        if (draw is null)
            authorization.Draws.Add(new() { ClaimLineId = line.Value, ServiceDate = day, Units = units, TakenAt = now, HeldUntil = until });
        else
            (draw.ServiceDate, draw.Units, draw.TakenAt, draw.HeldUntil, draw.ReleasedAt) = (day, units, now, until, null);
        return await Saved(authorization, line, units, null, stop);
    }

    private async Task<Result<Wire.UnitMovement>> Release(Authorization authorization, ClaimLineId line, CancellationToken stop)
    {
        if (authorization.Draws.SingleOrDefault(d => d.ClaimLineId == line.Value && d.ReleasedAt is null) is not { } draw)
            return await Saved(authorization, line, 0, null, stop);
        draw.ReleasedAt = clock.GetUtcNow();
        draw.HeldUntil = null;
        return await Saved(authorization, line, -draw.Units, null, stop);
    }

    private async Task<Result<Wire.UnitMovement>> Confirm(Authorization authorization, ClaimLineId line, CancellationToken stop)
    {
        if (authorization.Draws.SingleOrDefault(d => d.ClaimLineId == line.Value) is not { HeldUntil: not null } draw)
            return await Saved(authorization, line, 0, null, stop);
        if (!Ended(draw))
        {
            draw.HeldUntil = null;
            return await Saved(authorization, line, 0, null, stop);
        }

        if (authorization.UnitsLeft(clock.GetUtcNow()) < draw.Units)
            return await Saved(authorization, line, 0, Refusal(authorization, draw.ServiceDate, draw.Units), stop);
        (draw.HeldUntil, draw.ReleasedAt) = (null, null);
        return await Saved(authorization, line, draw.Units, null, stop);
    }

    private async Task<Result<Wire.UnitMovement>> Correct(Authorization authorization, ClaimLineId line, int units, CancellationToken stop)
    {
        if (authorization.Draws.SingleOrDefault(d => d.ClaimLineId == line.Value && d.ReleasedAt is null) is not { } draw)
            return new Problem.Conflict(AuthorizationClocks.RuleOf(authorization.Kind), "the claim line has no units of this authorization; draw them");
        var more = units - draw.Units;
        if (more > authorization.UnitsLeft(clock.GetUtcNow()))
            return await Saved(authorization, line, 0, Refusal(authorization, draw.ServiceDate, more), stop);
        draw.Units = units;
        return await Saved(authorization, line, more, null, stop);
    }

    // A hold that ended by itself is given back at the very instant until which it was held; any other give-back ends the hold.
    private static bool Ended(UnitDraw draw) => draw.HeldUntil is { } until && draw.ReleasedAt == until;

    private async Task<Result<Wire.UnitMovement>> Saved(Authorization authorization, ClaimLineId line, int moved, Contracts.Common.V1.Finding? refusal, CancellationToken stop)
    {
        if (moved != 0)
            Moved(authorization, line, moved);
        await db.SaveChangesAsync(stop);
        return new Wire.UnitMovement
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
        db.Add(new AuthorizationUnitsMovedV1(
            Guid.CreateVersion7(now), now, authorization.Id.Value, authorization.IndividualId.Value, authorization.Provider, authorization.Program,
            WireCode.Lower(authorization.Kind)!, line.Value, moved, authorization.UnitsLeft(now)));
    }

    private Contracts.Common.V1.Finding Refusal(Authorization authorization, DateOnly day, int units) => authorization.Covers(day)
        ? Refusal(authorization, $"{units} units asked, {authorization.UnitsLeft(clock.GetUtcNow())} left", $"an authorization with {units} units left")
        : Refusal(authorization, $"approved {authorization.ApprovedFrom.Day()} to {authorization.Through.Day()}, service {day.Day()}", $"an authorization that covers {day.Day()}");

    private Contracts.Common.V1.Finding Refusal(Authorization authorization, string because, string toMeet) =>
        deciding.Refusal(authorization.Program, AuthorizationClocks.RuleOf(authorization.Kind), because, toMeet);
}
