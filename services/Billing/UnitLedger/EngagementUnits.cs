using Google.Protobuf.WellKnownTypes;
using Ips.Billing.Db;
using Ips.Contracts;
using Ips.Policies;
using Microsoft.EntityFrameworkCore;
using Proto = Ips.Contracts.Billing.V1;

namespace Ips.Billing.UnitLedger;

/// <summary>
/// Units of milestone 1 of a person at a provider in a calendar year (NCC-MS-01c), read from the claim lines, so that no second ledger has to match them.
/// </summary>
public sealed class EngagementUnits(BillingDb db, Caller caller, PolicyService deciding)
{
    private static readonly Parameter<int> Cap = Parameter<int>.Of(RuleId.Of("NCC-MS-01c"), "cap");

    /// <summary>Units on ready lines.</summary>
    public Task<int> Used(IndividualId individual, string provider, string program, int year, CancellationToken cancellationToken) =>
        Lines(individual, provider, program, year).Where(l => l.State == Proto.ClaimLineState.Ready).SumAsync(l => l.PayableUnits, cancellationToken);

    public async Task<Result<Proto.Ledger>> Handle(Proto.GetUnitLedgerRequest request, CancellationToken cancellationToken)
    {
        RequestValidator fields = new();
        var individual = fields.Id<IndividualId>("individual", request.Individual);
        var provider = fields.Organization("provider", request.Provider);
        deciding.Today(fields, "program", request.Program);
        fields.Number("year", request.Year, 2021, 2200);
        if (fields.Problem is { } bad)
            return bad;
        if (caller.Role == Roles.Provider && provider != caller.Organization)
            return new Problem.Forbidden("a provider reads its own ledger");
        var text = deciding.Engine.Programs[request.Program].On(new DateOnly(request.Year, 12, 31));
        if (text.Rule(Cap.Rule) is null)
            return new Problem.NotInForce(Cap.Rule.Value, $"the program {request.Program} has no cap on units of milestone 1");
        var lines = await Lines(individual, provider, request.Program, request.Year).AsNoTracking().OrderBy(l => l.RecordedAt).ToListAsync(cancellationToken);
        var used = lines.Where(l => l.State == Proto.ClaimLineState.Ready).Sum(l => l.PayableUnits);
        Proto.Ledger ledger = new()
        {
            Individual = individual.Name,
            Provider = new OrganizationCode(provider).Name,
            Program = request.Program,
            Year = request.Year,
            UnitsAllowed = text.Value(Cap),
            UnitsUsed = used,
            UnitsLeft = text.Value(Cap) - used,
        };
        ledger.Entries.AddRange(lines
            .SelectMany(l => l.VoidedAt is { } back
                ? [(Line: l, Units: l.PayableUnits, At: l.RecordedAt), (Line: l, Units: -l.PayableUnits, At: back)]
                : new[] { (Line: l, Units: l.PayableUnits, At: l.RecordedAt) })
            .OrderBy(e => e.At)
            .Select(e => new Proto.LedgerEntry
            {
                ClaimLine = e.Line.Id.Name,
                ServiceDate = e.Line.ServiceDate.Day(),
                Units = e.Units,
                RecordTime = e.At.ToTimestamp()
            }));
        return ledger;
    }

    private IQueryable<Claims.ClaimLine> Lines(IndividualId individual, string provider, string program, int year)
    {
        DateOnly first = new(year, 1, 1);
        DateOnly last = new(year, 12, 31);
        return db.ClaimLines.Where(l => l.IndividualId == individual && l.Provider == provider && l.Program == program && l.MilestoneNumber == 1
            && l.ServiceDate >= first && l.ServiceDate <= last && (l.State == Proto.ClaimLineState.Ready || l.State == Proto.ClaimLineState.Void));
    }
}
