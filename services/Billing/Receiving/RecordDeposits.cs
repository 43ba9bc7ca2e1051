using Ips.Billing.Claims;
using Ips.Billing.Db;
using Ips.Contracts;
using Microsoft.EntityFrameworkCore;
using Proto = Ips.Contracts.Billing.V1;

namespace Ips.Billing.Receiving;

/// <summary>Records what came in at the bank and compares it with the payments of 835s, by the number that both carry.</summary>
public sealed class RecordDeposits(BillingDb db, Requests requests, Caller caller, TimeProvider clock)
{
    private const int Most = 500;

    public async Task<Result<Proto.RecordDepositsResponse>> Handle(Proto.RecordDepositsRequest request, CancellationToken cancellationToken)
    {
        RequestValidator fields = new();
        fields.Require(request.Deposits.Count is > 0 and <= Most, "deposits", $"are {request.Deposits.Count}; send 1 to {Most}");
        List<(DateOnly Day, decimal Amount, string Trace, string Payer)> rows = [];
        foreach (var (i, deposit) in request.Deposits.Index())
        {
            var day = fields.Day($"deposits[{i}].deposit_date", deposit.DepositDate);
            var amount = fields.SignedDollars($"deposits[{i}].amount", deposit.Amount);
            fields.Require(amount > 0, $"deposits[{i}].amount", "is not more than 0");
            fields.Require(IsNumber(deposit.Trace) && deposit.Trace.Length > 0, $"deposits[{i}].trace", "is not 1 to 50 letters, digits or hyphens");
            fields.Require(IsNumber(deposit.PayerNumber), $"deposits[{i}].payer_number", "is not up to 50 letters, digits or hyphens");
            rows.Add((day, amount, deposit.Trace, deposit.PayerNumber));
        }

        fields.Require(rows.Distinct().Count() == rows.Count, "deposits", "name a deposit twice");
        if (fields.Problem is { } bad)
            return bad;
        return await requests.Run(request.RequestId, request, async s =>
        {
            // read
            var provider = caller.Organization;
            var traces = rows.Select(r => r.Trace).ToList();
            var known = await db.Deposits.AsNoTracking().Where(d => d.Provider == provider && traces.Contains(d.Trace)).ToListAsync(s);
            var payments = await db.Payments.AsNoTracking().Where(p => p.Provider == provider && traces.Contains(p.Trace)).ToListAsync(s);

            // decide
            Changes changes = new(clock.GetUtcNow());
            List<(Deposit Deposit, bool Known)> deposits = [];
            foreach (var (day, amount, trace, payer) in rows)
            {
                var recorded = known.Find(d => d.DepositDate == day && d.Amount == amount && d.Trace == trace && d.PayerNumber == payer);
                deposits.Add((recorded ?? changes.Insert(new Deposit
                {
                    Id = DepositId.New(clock),
                    Provider = provider,
                    DepositDate = day,
                    Amount = amount,
                    Trace = trace,
                    PayerNumber = payer,
                    RecordedAt = changes.Now,
                }), recorded is not null));
            }

            List<Deposit> all = [.. known.Union(deposits.Select(d => d.Deposit))];
            return (Result<Decided<Proto.RecordDepositsResponse>>)new Decided<Proto.RecordDepositsResponse>(
                new() { Recorded = deposits.Count(d => !d.Known), Deposits = { deposits.Select(d => d.Deposit.ToProto(Match(d.Deposit, all, payments), d.Known)) } }, changes);
        }, cancellationToken);
    }

    public async Task<Result<Proto.ListPaymentsResponse>> Handle(Proto.ListPaymentsRequest request, CancellationToken cancellationToken)
    {
        RequestValidator fields = new();
        var page = Paging.Read(fields, request);
        if (fields.Problem is { } bad)
            return bad;
        var (items, next) = await db.Payments.AsNoTracking().ToPage(page, p => p.Id, cancellationToken);
        var traces = items.Select(p => p.Trace).ToList();
        var deposits = await db.Deposits.AsNoTracking().Where(d => traces.Contains(d.Trace)).ToListAsync(cancellationToken);
        var same = await db.Payments.AsNoTracking().Where(p => traces.Contains(p.Trace)).ToListAsync(cancellationToken);
        return new Proto.ListPaymentsResponse
        {
            Payments =
            {
                items.Select(p => new Proto.RemittancePayment
                {
                    ReceivedFile = p.ReceivedFileId.Name,
                    Trace = p.Trace,
                    PayerNumber = p.PayerNumber,
                    Amount = p.Amount.Dollars(),
                    Deposited = Of(p, deposits, same).Sum(d => d.Amount).Dollars(),
                    Match = Match(p, deposits, same),
                }),
            },
            NextPageToken = next,
        };
    }

    /// <summary>The deposits of a payment: those that can be of no other one.</summary>
    private static IEnumerable<Deposit> Of(Payment payment, List<Deposit> deposits, List<Payment> payments) => deposits
        .Where(d => d.IsOf(payment.Trace, payment.PayerNumber) && payments.Count(p => d.IsOf(p.Trace, p.PayerNumber)) == 1);

    private static Proto.DepositMatch Match(Payment payment, List<Deposit> deposits, List<Payment> payments)
    {
        var amount = Of(payment, deposits, payments).Sum(d => d.Amount);
        return amount == payment.Amount ? amount == 0 ? Proto.DepositMatch.NothingPaid : Proto.DepositMatch.Equal
            : amount != 0 ? Proto.DepositMatch.Different
            : deposits.Exists(d => d.IsOf(payment.Trace, payment.PayerNumber)) ? Proto.DepositMatch.Ambiguous : Proto.DepositMatch.Missing;
    }

    private static Proto.DepositMatch Match(Deposit deposit, List<Deposit> deposits, List<Payment> payments) =>
        payments.FindAll(p => deposit.IsOf(p.Trace, p.PayerNumber)) switch
        {
            [] => Proto.DepositMatch.Missing,
            [var payment] => Match(payment, deposits, payments),
            _ => Proto.DepositMatch.Ambiguous,
        };

    private static bool IsNumber(string text) => text.Length <= 50 && text.All(c => char.IsAsciiLetterOrDigit(c) || c == '-');
}
