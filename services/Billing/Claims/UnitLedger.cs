using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Ips.Billing.Db;
using Ips.Contracts;
using Ips.Policies.Milestones;
using Microsoft.EntityFrameworkCore;
using Proto = Ips.Contracts.Billing.V1;

namespace Ips.Billing.Claims;

/// <summary>Maps the rpc to the use case.</summary>
public sealed class UnitLedgerRpc(GetUnitLedger get) : Proto.UnitLedger.UnitLedgerBase
{
    public override async Task<Proto.Ledger> GetUnitLedger(Proto.GetUnitLedgerRequest request, ServerCallContext context) =>
        (await get.Handle(request, context.CancellationToken)).OrThrow();
}

/// <summary>
/// Units of milestone 1 of a person at a provider in a calendar year, read from the claim lines, so that no second ledger has to match them.
/// </summary>
public sealed class GetUnitLedger(BillingDb db, Caller caller, PolicyService policies)
{
    public async Task<Result<Proto.Ledger>> Handle(Proto.GetUnitLedgerRequest request, CancellationToken cancellationToken)
    {
        RequestValidator fields = new();
        var individual = fields.Id<IndividualId>("individual", request.Individual);
        var provider = fields.Organization("provider", request.Provider);
        policies.Today(fields, "program", request.Program);
        fields.Number("year", request.Year, 2021, 2200);
        if (fields.Problem is { } bad)
            return bad;
        if (caller.Role == Roles.Provider && provider != caller.Organization)
            return new Problem.Forbidden("a provider reads its own ledger");
        var text = policies.TextOn(request.Program, new DateOnly(request.Year, 12, 31));
        if (!text.TryValue(Caps.UnitsOfYear, out var cap))
            return new Problem.NotInForce(Caps.UnitsOfYear.Name, $"the program {request.Program} has no cap on units of milestone 1");

        individual = await db.Survivor(individual, cancellationToken);
        var lines = await db.ClaimLines.AsNoTracking().OfEngagement(individual, provider, request.Program, request.Year)
            .Where(l => l.State == Proto.ClaimLineState.Ready || l.State == Proto.ClaimLineState.Void).ToListAsync(cancellationToken);
        var used = lines.Where(l => l.State == Proto.ClaimLineState.Ready).Sum(l => l.PayableUnits);
        return new Proto.Ledger
        {
            Individual = individual.Name,
            Provider = new OrganizationCode(provider).Name,
            Program = request.Program,
            Year = request.Year,
            UnitsAllowed = cap,
            UnitsUsed = used,
            UnitsLeft = cap - used,
            Entries =
            {
                lines.Select(l => Entry(l, l.PayableUnits, l.RecordedAt))
                    .Concat(lines.Where(l => l.VoidedAt is not null).Select(l => Entry(l, -l.PayableUnits, l.VoidedAt!.Value)))
                    .OrderBy(e => e.RecordTime),
            },
        };
    }

    private static Proto.LedgerEntry Entry(ClaimLine line, int units, DateTimeOffset at) => new()
    {
        ClaimLine = line.Id.Name,
        ServiceDate = line.ServiceDate.Day(),
        Units = units,
        RecordTime = at.ToTimestamp(),
    };
}
