using System.Globalization;
using Ips.Billing.Claims;
using Ips.Billing.Db;
using Ips.Billing.Sending;
using Ips.Contracts;
using Microsoft.EntityFrameworkCore;
using Proto = Ips.Contracts.Billing.V1;

namespace Ips.Billing.Receiving;

/// <summary>The money of claims. Every sum is of the claims' own columns, which change only together with a posting.</summary>
public sealed class GetMoney(BillingDb db, Caller caller)
{
    private static readonly (int From, int? Through)[] Ages = [(0, 30), (31, 60), (61, 90), (91, 120), (121, null)];

    public async Task<Result<Proto.MoneyReport>> Handle(Proto.GetMoneyRequest request, CancellationToken cancellationToken)
    {
        RequestValidator fields = new();
        var asOf = fields.Day("as_of", request.AsOf);
        var from = fields.OptionalDay("from", request.From);
        var through = fields.OptionalDay("through", request.Through);
        fields.Require(!(through < from), "through", "lies before from");
        if (fields.Problem is { } bad)
            return bad;
        var provider = caller.Organization;
        var query = db.Claims.AsNoTracking().Where(c => c.Provider == provider);
        if (from is { } first)
            query = query.Where(c => c.ServiceDate >= first);
        if (through is { } last)
            query = query.Where(c => c.ServiceDate <= last);
        var claims = await query.ToListAsync(cancellationToken);
        var changed = (await query.Where(c => db.ClaimLines.Any(l => l.Id == c.ClaimLineId && l.State == Proto.ClaimLineState.Attention)).Select(c => c.Id)
            .ToListAsync(cancellationToken)).ToHashSet();
        var payments = await db.Payments.Where(p => p.Provider == provider).Select(p => new { p.Amount, p.ProviderAmounts }).ToListAsync(cancellationToken);
        var unmatched = await db.Postings.Where(p => p.Provider == provider && p.ClaimId == null).Select(p => p.Paid).ToListAsync(cancellationToken);
        var manual = await db.Postings.Where(p => p.Provider == provider
            && p.Kind == Proto.PostingKind.Manual).Select(p => p.Paid).ToListAsync(cancellationToken);
        var missed = claims.Where(c => c.State is Proto.ClaimState.PartlyPaid or Proto.ClaimState.Denied).Select(c => c.Id).ToList();
        var codes = (await db.Postings.AsNoTracking().Where(p => p.ClaimId != null && missed.Contains(p.ClaimId.Value) && p.Kind != Proto.PostingKind.Reversal)
            .ToListAsync(cancellationToken)).ToLookup(p => p.ClaimId!.Value, p => p.Adjustments);
        return new Proto.MoneyReport
        {
            Total = Sums(claims),
            Groups =
            {
                claims.GroupBy(c => (c.Payer, c.Program, c.MilestoneNumber, Month: c.ServiceDate.ToString("yyyy-MM",
                    CultureInfo.InvariantCulture))).OrderBy(g => g.Key)
                    .Select(g => new Proto.MoneyGroup
                    {
                        Payer = new OrganizationCode(g.Key.Payer).Name,
                        Program = g.Key.Program,
                        MilestoneNumber = g.Key.MilestoneNumber,
                        Month = g.Key.Month,
                        Sums = Sums([.. g]),
                    }),
            },
            Ages = { Ages.Select(age => Age(age, [.. claims.Where(c => c.Outstanding != 0)], asOf)) },
            Unmatched = unmatched.Sum().Dollars(),
            ProviderAmounts = (-payments.Sum(p => p.ProviderAmounts)).Dollars(),
            Payments = payments.Sum(p => p.Amount).Dollars(),
            Manual = manual.Sum().Dollars(),
            Predictions = { claims.GroupBy(c => c.Payer).OrderBy(g => g.Key, StringComparer.Ordinal).Select(g => Compare(g.Key, [.. g], changed, codes)) },
        };
    }

    private static Proto.MoneySums Sums(IReadOnlyCollection<Claim> claims) => new()
    {
        Expected = claims.Where(c => c.Billed != 0).Sum(c => c.IsDead ? c.Paid : c.Expected).Dollars(),
        Billed = claims.Sum(c => c.Billed).Dollars(),
        Allowed = claims.Where(c => c.Billed != 0).Sum(c => c.Allowed).Dollars(),
        Paid = claims.Sum(c => c.Paid).Dollars(),
        Adjusted = claims.Sum(c => c.CountedAdjustments).Dollars(),
        WrittenOff = claims.Sum(c => c.WrittenOff).Dollars(),
        Outstanding = claims.Sum(c => c.Outstanding).Dollars(),
        Claims = claims.Count,
    };

    private static Proto.MoneyAge Age((int From, int? Through) age, List<Claim> outstanding, DateOnly asOf)
    {
        var of = outstanding.FindAll(c => Math.Max(0, asOf.DayNumber - c.ServiceDate.DayNumber) is var days && days >= age.From && !(days > age.Through));
        Proto.MoneyAge sum = new() { FromDays = age.From, Outstanding = of.Sum(c => c.Outstanding).Dollars(), Claims = of.Count };
        if (age.Through is { } through)
            sum.ThroughDays = through;
        return sum;
    }

    /// <summary>A claim was sent because the rules say that it is paid; one whose line needs attention by now is expected to be denied.</summary>
    private static Proto.PredictionCount Compare(
        string payer, List<Claim> claims, HashSet<ClaimId> changed, ILookup<ClaimId, IReadOnlyList<Proto.ClaimAdjustment>> codes)
    {
        var decided = claims.FindAll(c => c.Frequency != Proto.ClaimFrequency.Void
            && c.State is Proto.ClaimState.Paid or Proto.ClaimState.PartlyPaid or Proto.ClaimState.Denied);
        var missed = decided.FindAll(c => !changed.Contains(c.Id) && c.State != Proto.ClaimState.Paid);
        return new()
        {
            Payer = new OrganizationCode(payer).Name,
            PayPaid = decided.Count(c => !changed.Contains(c.Id) && c.State == Proto.ClaimState.Paid),
            PayPaidLess = missed.Count(c => c.State == Proto.ClaimState.PartlyPaid),
            PayDenied = missed.Count(c => c.State == Proto.ClaimState.Denied),
            DenyPaid = decided.Count(c => changed.Contains(c.Id) && c.State != Proto.ClaimState.Denied),
            DenyDenied = decided.Count(c => changed.Contains(c.Id) && c.State == Proto.ClaimState.Denied),
            Missed =
            {
                missed.SelectMany(c => codes[c.Id].SelectMany(a => a).Select(a => $"{a.Group} {a.Reason}").Distinct(StringComparer.Ordinal))
                    .GroupBy(c => c, StringComparer.Ordinal).OrderByDescending(g => g.Count()).ThenBy(g => g.Key, StringComparer.Ordinal)
                    .Select(g => $"{g.Key}: {g.Count()}"),
            },
        };
    }
}
