using System.Text;
using Google.Protobuf;
using Grpc.Core;
using Ips.Testing;
using MiniExcelLibs;
using Xunit;
using Proto = Ips.Contracts.Billing.V1;

namespace Ips.Billing.Tests;

/// <summary>A table of decisions posts its good lines once and names every other with line and column.</summary>
[Collection("cash")]
public sealed class ImportTests(CashService cash)
{
    private const string Header = "claim_number,line_control,payer_claim,trace,payment_date,paid,adjustments,remarks,reversal";

    [Fact]
    public async Task Good_lines_are_posted_and_bad_ones_are_named()
    {
        var (payer, _, claims) = await cash.SentClaims(3);
        var trace = cash.NewTrace();
        var csv = $"""
            {Header}
            {claims[0].Number},,P-{trace}-1,{trace},2025-03-09,1500.00,CO 45 500.00,M62,
            {claims[1].Number},{claims[1].LineControl},P-{trace}-2,{trace},2025-03-09,2000,,,no
            {claims[2].Number},,P-{trace}-3,{trace},2025-03-09,1999,,,
            NOPE,,P-{trace}-4,{trace},2025-03-09,10,,,
            {claims[2].Number},,P-{trace}-5,{trace},09.03.2025,"1,000",CO 9999999 1,XXX,maybe
            {claims[0].Number},,P-{trace}-1,{trace},2025-03-09,1500.00,CO 45 500.00,,
            """;
        var file = await Import(csv);
        Assert.Equal((Proto.ReceivedFileState.Posted, 2, 2, "CSV"), (file.State, file.Postings, file.ClaimsMoved, Assert.Single(file.Transactions)));
        Assert.Equal(
            ["line 4, column paid", "line 5, column claim_number", "line 6, column payment_date", "line 6, column paid", "line 6, column adjustments",
                "line 6, column remarks", "line 6, column reversal", "line 7"],
            file.Findings.Select(f => f.Place));
        Assert.Contains("the difference is 1.00", file.Findings[0].Reason);
        Assert.Contains("same as line 2", file.Findings[^1].Reason);
        Assert.Equal((Proto.ClaimState.PartlyPaid, Proto.ClaimState.Paid, Proto.ClaimState.Sent),
            ((await cash.Claim(claims[0])).State, (await cash.Claim(claims[1])).State, (await cash.Claim(claims[2])).State));
        var posting = Assert.Single((await cash.Remittances.ListPostingsAsync(new() { Claim = claims[0].Name }, cash.Us)).Postings);
        Assert.Equal((Proto.PostingKind.Manual, "the payer sends tables", "client-one", file.Name), (posting.Kind, posting.Reason, posting.EnteredBy, posting.ReceivedFile));
        Assert.Equal(("3500.00", "500.00"), ((await cash.Money(payer)) is var money ? money.Paid.Amount : "", money.Adjusted.Amount));

        // The same table, then the same lines in another one, then in an 835: nothing more.
        Assert.Equal(file, await Import(csv));
        var again = await Import(csv.Replace("CSV", "csv", StringComparison.Ordinal) + "\n");
        Assert.Equal((Proto.ReceivedFileState.Posted, 0, 2, 0), (again.State, again.Postings, again.RepeatedPostings, again.ClaimsMoved));
        var era = await cash.Receive(PayerFiles.Remittance(trace, 2000, PayerFiles.Decided(claims[1], "1", 2000, $"P-{trace}-2")));
        Assert.Equal((0, 1), (era.ClaimsMoved, era.WorkItems));
        Assert.Equal("3500.00", (await cash.Money(payer)).Paid.Amount);
        await using var database = Npgsql.NpgsqlDataSource.Create(cash.Database.ConnectionString);
        Assert.DoesNotContain(await Receiving.MoneyCheck.Find(database), f => f.Contains(trace, StringComparison.Ordinal) && f.StartsWith("claims/", StringComparison.Ordinal));
        Assert.DoesNotContain("the payer sends tables", await cash.Everything());
    }

    [Fact]
    public async Task What_an_835_posted_is_not_posted_by_a_table()
    {
        var (_, _, claims) = await cash.SentClaims();
        var trace = cash.NewTrace();
        await cash.Receive(PayerFiles.Remittance(trace, 2000, PayerFiles.Decided(claims[0], "1", 2000, "P1")));
        var file = await Import($"{Header}\n{claims[0].Number},,P1,{trace},2025-03-09,2000,,,\n");
        Assert.Equal((0, 1), (file.Postings, file.RepeatedPostings));
        Assert.Equal("2000.00", (await cash.Claim(claims[0])).Paid.Amount);
    }

    [Fact]
    public async Task A_workbook_reads_as_the_same_table()
    {
        var (_, _, claims) = await cash.SentClaims(units: 7);
        var trace = cash.NewTrace();
        using MemoryStream book = new();
        await book.SaveAsAsync(new[]
        {
            new
            {
                claim_number = claims[0].Number, payer_claim = $"W-{trace}", trace, payment_date = new DateTime(2025, 3, 9, 0, 0, 0, DateTimeKind.Unspecified),
                paid = 147.78, adjustments = "CO 45 24.63",
            },
        });
        var file = await cash.Remittances.ImportRemittancesAsync(
            new() { Content = ByteString.CopyFrom(book.ToArray()), Reason = "table", RequestId = BillingService.NewId() }, cash.Us);
        Assert.Equal("", string.Join('\n', file.Findings));
        Assert.Equal((1, "XLSX"), (file.Postings, Assert.Single(file.Transactions)));
        Assert.Equal(("147.78", "24.63"), ((await cash.Claim(claims[0])) is var claim ? claim.Paid.Amount : "", claim.Adjusted.Amount));
    }

    [Theory]
    [InlineData("", "send 1 to")]
    [InlineData("claim_number,payer_claim\nA,B", "has no column trace")]
    [InlineData("claim_number,payer_claim,trace,payment_date,paid,name\n", "that is not known")]
    [InlineData("claim_number,payer_claim,trace,payment_date,paid,paid\n", "twice")]
    [InlineData("PK\u0003\u0004 no zip", "no readable XLSX")]
    public async Task What_is_no_table_is_refused_and_nothing_is_stored(string content, string why)
    {
        var refused = await Call(content, "r").Refused(StatusCode.InvalidArgument);
        Assert.Equal(["content"], refused.Fields());
        Assert.Contains(why, refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Another_agency_posts_nothing_to_our_claims()
    {
        var (_, _, claims) = await cash.SentClaims();
        var file = await cash.Remittances.ImportRemittancesAsync(new()
        {
            Content = ByteString.CopyFromUtf8($"{Header}\n{claims[0].Number},,P1,{cash.NewTrace()},2025-03-09,2000,,,\n"),
            Reason = "r",
            RequestId = BillingService.NewId(),
        }, cash.As(Roles.Provider, "another-agency"));
        Assert.Equal((Proto.ReceivedFileState.Refused, 0), (file.State, file.Postings));
        Assert.Contains("of no claim that was sent", Assert.Single(file.Findings).Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_deposit_is_compared_with_its_payment()
    {
        var (_, _, claims) = await cash.SentClaims(2);
        var (paid, less, alone) = (cash.NewTrace(), cash.NewTrace(), cash.NewTrace());
        await cash.Receive(PayerFiles.Remittance(paid, 2000, PayerFiles.Decided(claims[0], "1", 2000, $"D{paid}")));
        await cash.Receive(PayerFiles.Remittance(less, 2000, PayerFiles.Decided(claims[1], "1", 2000, $"D{less}")));
        Assert.Equal(Proto.DepositMatch.Missing, (await Payment(paid)).Match);
        Proto.RecordDepositsRequest request = new()
        {
            Deposits = { Deposit(paid, "1200.00"), Deposit(paid, "800.00"), Deposit(less, "1999.99"), Deposit(alone, "5.00") },
            RequestId = BillingService.NewId(),
        };
        var recorded = await cash.Remittances.RecordDepositsAsync(request, cash.Us);
        Assert.Equal([Proto.DepositMatch.Equal, Proto.DepositMatch.Equal, Proto.DepositMatch.Different, Proto.DepositMatch.Missing],
            recorded.Deposits.Select(d => d.Match));
        Assert.Equal(4, recorded.Recorded);
        Assert.All(recorded.Deposits, d => Assert.False(d.AlreadyRecorded));
        Assert.Equal(recorded, await cash.Remittances.RecordDepositsAsync(request, cash.Us));
        // The bank's file again, under another request.
        request.RequestId = BillingService.NewId();
        var again = await cash.Remittances.RecordDepositsAsync(request, cash.Us);
        Assert.All(again.Deposits, d => Assert.True(d.AlreadyRecorded));
        Assert.Equal(recorded.Deposits.Select(d => d.Name), again.Deposits.Select(d => d.Name));
        Assert.Equal(("2000.00", Proto.DepositMatch.Equal), ((await Payment(paid)) is var payment ? payment.Deposited.Amount : "", payment.Match));
        Assert.Equal(("1999.99", Proto.DepositMatch.Different), ((await Payment(less)) is var other ? other.Deposited.Amount : "", other.Match));
        request.Deposits.Add(Deposit("bad trace", "-1"));
        Assert.Equal(["deposits[4].amount", "deposits[4].trace"],
            (await cash.Remittances.RecordDepositsAsync(request, cash.Us).Refused(StatusCode.InvalidArgument)).Fields());
        Assert.Empty((await cash.Remittances.ListPaymentsAsync(new(), cash.As(Roles.Provider, "another-agency"))).Payments);
    }

    private async Task<Proto.RemittancePayment> Payment(string trace) =>
        (await cash.Remittances.ListPaymentsAsync(new() { PageSize = 200 }, cash.Us)).Payments.Single(p => p.Trace == trace);

    private static Proto.Deposit Deposit(string trace, string amount) =>
        new() { DepositDate = "2025-03-10", Amount = new() { Amount = amount, CurrencyCode = "USD" }, Trace = trace };

    private async Task<Proto.ReceivedFile> Import(string csv) => await Call(csv, "the payer sends tables");

    private AsyncUnaryCall<Proto.ReceivedFile> Call(string content, string reason) => cash.Remittances.ImportRemittancesAsync(
        new() { Content = ByteString.CopyFrom(Encoding.UTF8.GetBytes(content)), Reason = reason, RequestId = BillingService.NewId() }, cash.Us);
}
