using Ips.Contracts;
using Ips.Contracts.Events;
using Ips.Eligibility.Db;
using Ips.Policies;
using Ips.ServiceDefaults;
using Microsoft.EntityFrameworkCore;
using Wire = Ips.Contracts.Eligibility.V1;

namespace Ips.Eligibility.Authorizations;

/// <summary>The ledger of an authorization's units. A claim line takes units once and gives them back once; the row lock makes two takers wait for each other.</summary>
public sealed class MoveUnits(EligibilityDb db, Once once, Deciding deciding, TimeProvider clock)
{
    public Task<Result<Wire.UnitMovement>> Handle(Wire.DrawUnitsRequest ask, CancellationToken stop)
    {
        Fields fields = new();
        var id = fields.Name<AuthorizationId>("name", ask.Name, "authorizations/{uuid}", AuthorizationId.TryParse);
        var line = fields.Name<ClaimLineId>("claim_line", ask.ClaimLine, "claimLines/{uuid}", ClaimLineId.TryParse);
        var day = fields.Day("service_date", ask.ServiceDate);
        fields.Number("units", ask.Units, 1, 10_000);
        return fields.Problem is { } bad
            ? Task.FromResult<Result<Wire.UnitMovement>>(bad)
            : once.Run(ask.RequestId, ask, async s => await Lock(id, s) is { } authorization
                ? await Draw(authorization, line, day, ask.Units, s)
                : new Problem.NotFound("authorization", ask.Name), stop);
    }

    public Task<Result<Wire.UnitMovement>> Handle(Wire.ReleaseUnitsRequest ask, CancellationToken stop)
    {
        Fields fields = new();
        var id = fields.Name<AuthorizationId>("name", ask.Name, "authorizations/{uuid}", AuthorizationId.TryParse);
        var line = fields.Name<ClaimLineId>("claim_line", ask.ClaimLine, "claimLines/{uuid}", ClaimLineId.TryParse);
        return fields.Problem is { } bad
            ? Task.FromResult<Result<Wire.UnitMovement>>(bad)
            : once.Run(ask.RequestId, ask, async s => await Lock(id, s) is { } authorization
                ? await Release(authorization, line, s)
                : new Problem.NotFound("authorization", ask.Name), stop);
    }

    private async Task<Authorization?> Lock(AuthorizationId id, CancellationToken stop)
    {
        await db.Database.ExecuteSqlAsync($"select 1 from authorizations where id = {id.Value} for update", stop);
        return await db.Authorizations.SingleOrDefaultAsync(a => a.Id == id, stop);
    }

    private async Task<Result<Wire.UnitMovement>> Draw(Authorization authorization, ClaimLineId line, DateOnly day, int units, CancellationToken stop)
    {
        if (authorization.Draws.Any(d => d.ClaimLineId == line.Value))
            return Movement(authorization, line, 0);
        if (!authorization.Covers(day) || authorization.UnitsLeft < units)
            return Movement(authorization, line, 0, Refusal(authorization, day, units));
        authorization.Draws.Add(new() { ClaimLineId = line.Value, ServiceDate = day, Units = units, TakenAt = clock.GetUtcNow() });
        return await Tell(authorization, line, units, stop);
    }

    private async Task<Result<Wire.UnitMovement>> Release(Authorization authorization, ClaimLineId line, CancellationToken stop)
    {
        if (authorization.Draws.SingleOrDefault(d => d.ClaimLineId == line.Value && d.ReleasedAt is null) is not { } draw)
            return Movement(authorization, line, 0);
        draw.ReleasedAt = clock.GetUtcNow();
        return await Tell(authorization, line, -draw.Units, stop);
    }

    private async Task<Result<Wire.UnitMovement>> Tell(Authorization authorization, ClaimLineId line, int moved, CancellationToken stop)
    {
        var now = clock.GetUtcNow();
        db.Add(new AuthorizationUnitsMovedV1(
            Guid.CreateVersion7(now), now, authorization.Id.Value, authorization.IndividualId.Value, authorization.Provider, authorization.Program,
            WireCode.Lower(authorization.Kind)!, line.Value, moved, authorization.UnitsLeft));
        await db.SaveChangesAsync(stop);
        return Movement(authorization, line, moved);
    }

    private static Wire.UnitMovement Movement(Authorization authorization, ClaimLineId line, int moved, Contracts.Common.V1.Finding? refusal = null) => new()
    {
        Authorization = authorization.Id.Name,
        ClaimLine = line.Name,
        Units = moved,
        UnitsLeft = authorization.UnitsLeft,
        Refusal = refusal,
    };

    private Contracts.Common.V1.Finding Refusal(Authorization authorization, DateOnly day, int units)
    {
        var rule = RuleId.Of(authorization.Kind switch
        {
            Wire.AuthorizationKind.M2 => "NCC-MS-02c",
            Wire.AuthorizationKind.M6 => "NCC-MS-06d",
            Wire.AuthorizationKind.LaPriorAuth => "LA-AUTH-001",
            _ => "NC-AUTH-001",
        });
        var because = authorization.Covers(day)
            ? $"{units} units asked, {authorization.UnitsLeft} left"
            : $"approved {authorization.ApprovedFrom.Day()} to {authorization.ApprovedThrough.Day()}, service {day.Day()}";
        return deciding.Engine.Programs[authorization.Program].Find(rule) is { } entry
            ? new Finding(entry, Verdict.NotMet, true, because, [], null).ToWire()
            : new() { RuleId = rule.Value, Verdict = Contracts.Common.V1.Verdict.NotMet, Reason = because, Deciding = true };
    }
}
