using Google.Protobuf.WellKnownTypes;
using Ips.Contracts;
using Ips.Contracts.Events;
using Ips.Policies.Authorizations;
using Proto = Ips.Contracts.Eligibility.V1;

namespace Ips.Eligibility.Authorizations;

/// <summary>
/// The units of one authorization, as one use case moves them. A claim line has units once and returns them once, and may draw them again. A hold that is
/// not confirmed ends after <see cref="MoveUnits.HoldFor"/>: units of a claim that was never stored are released automatically.
/// </summary>
public sealed class UnitLedger
{
    private readonly Authorization authorization;
    private readonly PolicyService policies;
    private readonly Changes changes;

    /// <summary>Opens the ledger. Holds that have ended are released first, and that is published once.</summary>
    public UnitLedger(Authorization authorization, PolicyService policies, Changes changes)
    {
        (this.authorization, this.policies, this.changes) = (authorization, policies, changes);
        foreach (var ended in authorization.Draws.Where(d => d.ReleasedAt is null && d.HeldUntil <= changes.Now))
        {
            ended.ReleasedAt = ended.HeldUntil;
            Write(ended, -ended.Units);
        }
    }

    /// <summary>The line takes units for a day of service, if the authorization covers the day and has them.</summary>
    public Result<Proto.UnitMovement> Draw(ClaimLineId line, DateOnly day, int units, bool hold)
    {
        var draw = Of(line);
        if (draw is { ReleasedAt: null })
            return Moved(line, 0);
        if (!authorization.Covers(day) || authorization.UnitsLeft(changes.Now) < units)
            return Refused(line, day, units);
        DateTimeOffset? until = hold ? changes.Now + MoveUnits.HoldFor : null;
        if (draw is null)
        {
            authorization.Draws.Add(draw = changes.Insert(new UnitDraw
            {
                AuthorizationId = authorization.Id,
                ClaimLineId = line.Value,
                ServiceDate = day,
                Units = units,
                TakenAt = changes.Now,
                HeldUntil = until,
            }));
        }
        else
        {
            (draw.ServiceDate, draw.Units, draw.TakenAt, draw.HeldUntil, draw.ReleasedAt) = (day, units, changes.Now, until, null);
        }

        return Moved(draw, units);
    }

    /// <summary>The line returns its units.</summary>
    public Result<Proto.UnitMovement> Release(ClaimLineId line)
    {
        if (Of(line) is not { ReleasedAt: null } draw)
            return Moved(line, 0);
        (draw.ReleasedAt, draw.HeldUntil) = (changes.Now, null);
        return Moved(draw, -draw.Units);
    }

    /// <summary>The line's units no longer expire; a line whose hold ended takes them again, if they are left.</summary>
    public Result<Proto.UnitMovement> Confirm(ClaimLineId line)
    {
        if (Of(line) is not { HeldUntil: not null } draw)
            return Moved(line, 0);
        var ended = HoldEnded(draw);
        if (ended && authorization.UnitsLeft(changes.Now) < draw.Units)
            return Refused(line, draw.ServiceDate, draw.Units);
        draw.HeldUntil = null;
        if (ended)
            draw.ReleasedAt = null;
        return Moved(draw, ended ? draw.Units : 0);
    }

    /// <summary>The line has that many units from now on.</summary>
    public Result<Proto.UnitMovement> Correct(ClaimLineId line, int units)
    {
        if (Of(line) is not { ReleasedAt: null } draw)
            return new Problem.Conflict(AuthorizationDuties.OfService(authorization.Kind.ToPolicy()).RuleIn(authorization.Program),
                "the claim line has no units of this authorization; draw them");
        var more = units - draw.Units;
        if (more > authorization.UnitsLeft(changes.Now))
            return Refused(line, draw.ServiceDate, more);
        draw.Units = units;
        return Moved(draw, more);
    }

    private UnitDraw? Of(ClaimLineId line) => authorization.Draws.SingleOrDefault(d => d.ClaimLineId == line.Value);

    // A hold that expired is released at the exact instant at which it ended; any other release ends the hold.
    private static bool HoldEnded(UnitDraw draw) => draw.HeldUntil is { } until && draw.ReleasedAt == until;

    private Proto.UnitMovement Moved(UnitDraw draw, int moved)
    {
        Write(draw, moved);
        return Moved(new ClaimLineId(draw.ClaimLineId), moved);
    }

    private Proto.UnitMovement Moved(ClaimLineId line, int moved) => new()
    {
        Authorization = authorization.Id.Name,
        ClaimLine = line.Name,
        Units = moved,
        UnitsLeft = authorization.UnitsLeft(changes.Now),
        HeldUntil = Of(line) is { ReleasedAt: null, HeldUntil: { } until } ? until.ToTimestamp() : null,
    };

    private Proto.UnitMovement Refused(ClaimLineId line, DateOnly day, int units)
    {
        var answer = Moved(line, 0);
        answer.Refusal = authorization.Covers(day)
            ? Refusal($"{units} units requested, {authorization.UnitsLeft(changes.Now)} left", $"an authorization with {units} units left")
            : Refusal($"approved {authorization.ApprovedFrom.Day()} to {authorization.Through.Day()}, service {day.Day()}",
                $"an authorization that covers {day.Day()}");
        return answer;
    }

    private Contracts.Common.V1.Finding Refusal(string because, string remedy) =>
        policies.Refusal(authorization.Program, AuthorizationDuties.OfService(authorization.Kind.ToPolicy()), because, remedy);

    private void Write(UnitDraw draw, int moved)
    {
        changes.Update(draw);
        changes.Update(authorization);
        if (moved == 0)
            return;
        changes.Publish(new AuthorizationUnitsMovedV1
        {
            AuthorizationId = authorization.Id,
            IndividualId = authorization.IndividualId,
            Provider = authorization.Provider,
            Program = authorization.Program,
            Kind = WireCode.Lower(authorization.Kind)!,
            ClaimLineId = new(draw.ClaimLineId),
            UnitsMoved = moved,
            UnitsLeft = authorization.UnitsLeft(changes.Now),
        });
    }
}
