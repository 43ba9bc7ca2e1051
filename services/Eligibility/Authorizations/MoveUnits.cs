using Google.Protobuf.WellKnownTypes;
using Ips.Contracts;
using Ips.Eligibility.Db;
using Microsoft.EntityFrameworkCore;
using Proto = Ips.Contracts.Eligibility.V1;

namespace Ips.Eligibility.Authorizations;

/// <summary>
/// Moves units of an authorization (<see cref="UnitLedger"/>) for Billing, which acts for the provider of the claim line: no other caller moves units. Every
/// movement raises the authorization's version, so of concurrent calls the later ones read and decide again, one after the other.
/// </summary>
public sealed class MoveUnits(EligibilityDb db, Requests requests, Caller caller, PolicyService policies, TimeProvider clock)
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
        if (!Move(fields, request.Name, request.ClaimLine, (ledger, line) => ledger.Draw(line, day, request.Units, request.Hold)).Is(out var draw, out var bad))
            return bad;
        var answer = await requests.Run(request.RequestId, request, draw, cancellationToken);

        // The first response to a request is stored longer than its hold. A retry after the hold ended takes the units again, or is refused on the current
        // state.
        return answer.Is(out var movement, out _) && movement.HeldUntil?.ToDateTimeOffset() <= clock.GetUtcNow()
            ? await requests.Run(draw, cancellationToken) : answer;
    }

    public Task<Result<Proto.UnitMovement>> Handle(Proto.ReleaseUnitsRequest request, CancellationToken cancellationToken) =>
        Run(new(), request.Name, request.ClaimLine, request.RequestId, request, (ledger, line) => ledger.Release(line), cancellationToken);

    public Task<Result<Proto.UnitMovement>> Handle(Proto.ConfirmUnitsRequest request, CancellationToken cancellationToken) =>
        Run(new(), request.Name, request.ClaimLine, request.RequestId, request, (ledger, line) => ledger.Confirm(line), cancellationToken);

    public Task<Result<Proto.UnitMovement>> Handle(Proto.CorrectUnitsRequest request, CancellationToken cancellationToken)
    {
        RequestValidator fields = new();
        fields.Number("units", request.Units, 1, 10_000);
        return Run(fields, request.Name, request.ClaimLine, request.RequestId, request, (ledger, line) => ledger.Correct(line, request.Units),
            cancellationToken);
    }

    /// <summary>What claim lines have, for Billing to compare with its own.</summary>
    public async Task<Result<Proto.ListUnitDrawsResponse>> Handle(Proto.ListUnitDrawsRequest request, CancellationToken cancellationToken)
    {
        RequestValidator fields = new();
        var page = Paging.Read(fields, request);
        if (fields.Problem is { } bad)
            return bad;
        var now = clock.GetUtcNow();
        var (items, next) = await db.Authorizations.AsNoTracking().AsSingleQuery()
            .Where(a => a.Draws.Any(d => d.ReleasedAt == null)).ToPage(page, a => a.Id, cancellationToken);
        return new Proto.ListUnitDrawsResponse { UnitDraws = { items.Select(a => DrawsOf(a, now)) }, NextPageToken = next };
    }

    private static Proto.UnitDraws DrawsOf(Authorization authorization, DateTimeOffset now) => new()
    {
        Authorization = authorization.Id.Name,
        Provider = new OrganizationCode(authorization.Provider).Name,
        Draws =
        {
            authorization.Draws.Where(d => d.Counts(now)).Select(d => new Proto.UnitDraw
            {
                ClaimLine = new ClaimLineId(d.ClaimLineId).Name,
                Units = d.Units,
                HeldUntil = d.HeldUntil?.ToTimestamp(),
            }),
        },
    };

    /// <summary>A claim line was stored: its units, of any authorization, no longer expire.</summary>
    internal Task Confirm(ClaimLineId line, IProcessedOnce message, CancellationToken cancellationToken) => requests.Run(message, async s =>
        Move(await db.Authorizations.AsNoTracking().AsSingleQuery()
            .Where(a => a.Draws.Any(d => d.ClaimLineId == line.Value && d.HeldUntil != null))
            .OrderByDescending(a => a.Draws.Any(d => d.ClaimLineId == line.Value && d.ReleasedAt == null)).ThenBy(a => a.Id).FirstOrDefaultAsync(s),
            line.Name, ledger => ledger.Confirm(line)).Then(decided => decided.Changes), cancellationToken);

    /// <summary>A claim line was voided: the units it still has, of any authorization, are released.</summary>
    internal Task Release(ClaimLineId line, IProcessedOnce message, CancellationToken cancellationToken) => requests.Run(message, async s =>
        Move(await db.Authorizations.AsNoTracking().AsSingleQuery()
            .Where(a => a.Draws.Any(d => d.ClaimLineId == line.Value && d.ReleasedAt == null)).OrderBy(a => a.Id).FirstOrDefaultAsync(s),
            line.Name, ledger => ledger.Release(line)).Then(decided => decided.Changes), cancellationToken);

    private async Task<Result<Proto.UnitMovement>> Run(
        RequestValidator fields, string name, string claimLine, string requestId, Google.Protobuf.IMessage request,
        Func<UnitLedger, ClaimLineId, Result<Proto.UnitMovement>> move, CancellationToken cancellationToken) =>
        Move(fields, name, claimLine, move).Is(out var decide, out var bad) ? await requests.Run(requestId, request, decide, cancellationToken) : bad;

    // Reads the names, and returns what reads the authorization and decides.
    private Result<Func<CancellationToken, Task<Result<Decided<Proto.UnitMovement>>>>> Move(
        RequestValidator fields, string name, string claimLine, Func<UnitLedger, ClaimLineId, Result<Proto.UnitMovement>> move)
    {
        var id = fields.Id<AuthorizationId>("name", name);
        var line = fields.Id<ClaimLineId>("claim_line", claimLine);
        fields.Require(caller.Role == Roles.Provider, ServiceCalls.ActingForHeader,
            "is missing or no code; send the code of the provider whose claim line it is");
        if (fields.Problem is { } bad)
            return bad;
        Func<CancellationToken, Task<Result<Decided<Proto.UnitMovement>>>> decide = async s => Move(
            await db.Authorizations.AsNoTracking().AsSingleQuery().SingleOrDefaultAsync(a => a.Id == id, s), name, ledger => move(ledger, line));
        return decide;
    }

    private Result<Decided<Proto.UnitMovement>> Move(Authorization? authorization, string name, Func<UnitLedger, Result<Proto.UnitMovement>> move)
    {
        if (authorization is null)
            return new Problem.NotFound("authorization", name);
        Changes changes = new(clock.GetUtcNow());
        return move(new(authorization, policies, changes)).Then(movement => new Decided<Proto.UnitMovement>(movement, changes));
    }
}
