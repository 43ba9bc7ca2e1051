using Grpc.Core;
using Ips.Contracts.Common.V1;
using Ips.Testing;
using Ips.X12;
using Xunit;
using Proto = Ips.Contracts.Billing.V1;

namespace Ips.Billing.Tests;

/// <summary>Claims after another payer, and what becomes of a paid claim whose replacement is denied.</summary>
[Collection("cash")]
public sealed class SecondaryClaimTests(CashService cash)
{
    [Fact]
    public async Task What_another_payer_decided_goes_with_the_claim()
    {
        var payer = await cash.Payer();
        var (individual, _) = await cash.Insured(payer);
        var line = await cash.ReadyLine(individual);
        Proto.RecordOtherPayerDecisionRequest request = new()
        {
            ClaimLine = line.Name,
            Content = new()
            {
                PayerName = "Commercial One",
                PayerId = "COMM1",
                FilingIndicator = "CI",
                MemberId = "SEALED77",
                Relation = "18",
                Paid = Dollars("1200.00"),
                Adjustments = { Adjustment("CO", "45", "500.00"), Adjustment("PR", "1", "299.00") },
                DecisionDate = "2025-03-08",
                PayerClaim = "COMM-1",
            },
            RequestId = BillingService.NewId(),
        };
        var refused = await cash.Batches.RecordOtherPayerDecisionAsync(request, cash.Us).Refused(StatusCode.InvalidArgument);
        Assert.Contains("the difference is 1.00", refused.Message, StringComparison.Ordinal);
        request.Content.Adjustments[1].Amount = Dollars("300.00");
        await cash.Batches.RecordOtherPayerDecisionAsync(request, cash.As(Roles.Provider, "another-agency")).Refused(StatusCode.NotFound);
        var recorded = await cash.Batches.RecordOtherPayerDecisionAsync(request, cash.Us);
        Assert.Equal(recorded, await cash.Batches.RecordOtherPayerDecisionAsync(request, cash.Us));

        var (batch, claims) = await cash.Sent(payer);
        Assert.Equal(("2000.00", "800.00"), (claims[0].Charge.Amount, claims[0].Expected.Amount));
        var written = Assert.Single(await cash.InFile(batch));
        var other = Assert.Single(written.OtherPayers);
        Assert.Equal(("S", "P", "COMM1", "CI", 1200m, 300m, "COMM-1"),
            (written.Payer.Order, other.Payer.Order, other.Payer.Id, other.Payer.FilingIndicator, other.Paid, other.PatientPart, other.PayerClaim));
        var decided = Assert.Single(written.Lines[0].Adjudications!);
        Assert.Equal((1200m, new DateOnly(2025, 3, 8), "CO 45 500.00; PR 1 300.00"), (decided.Paid, decided.Day, string.Join("; ", decided.Adjustments)));
        await cash.Receive(PayerFiles.Remittance(cash.NewTrace(), 800, PayerFiles.Decided(claims[0], "2", 800, "SEC1", adjustments: "CAS*OA*23*1200")));
        Assert.Equal(Proto.ClaimState.Paid, (await cash.Claim(claims[0])).State);
        Assert.DoesNotContain("SEALED77", await cash.Everything());
    }

    [Theory]
    [InlineData(Funding.Medicaid, true)]
    [InlineData(Funding.State, false)]
    public async Task A_denied_replacement_leaves_the_original_paid_by_Medicaid_only(Funding funding, bool stands)
    {
        var payer = await cash.Payer();
        var (individual, person) = await cash.Insured(payer);
        person.Funding = funding;
        await cash.ReadyLine(individual);
        var (_, first) = await cash.Sent(payer);
        var partly = PayerFiles.Decided(first[0], "1", 1500, "OR1", adjustments: "CAS*CO*45*500");
        await cash.Receive(PayerFiles.Remittance(cash.NewTrace(), 1500, partly));
        var paid = await cash.Claim(first[0]);
        await cash.Batches.CorrectClaimAsync(new()
        {
            Name = paid.Name,
            Etag = paid.Etag,
            Frequency = Proto.ClaimFrequency.Replacement,
            Reason = "last year's rate",
            RequestId = BillingService.NewId(),
        }, cash.Us);
        var (_, second) = await cash.Sent(payer);
        await cash.Receive(PayerFiles.Remittance(cash.NewTrace(), 0, PayerFiles.Decided(second[0], "4", 0, "OR2", adjustments: "CAS*CO*197*2000")));
        Assert.Equal(Proto.ClaimState.Denied, (await cash.Claim(second[0])).State);
        Assert.Equal((Proto.ClaimState.PartlyPaid, "1500.00"), ((await cash.Claim(paid)) is var original ? original.State : default, original.Paid.Amount));
        var taken = (await cash.Work(paid)).FindAll(w => w.Kind == Proto.WorkItemKind.TakenBack);
        if (stands)
        {
            Assert.Empty(taken);
            Assert.Empty(await cash.Work(second[0]));
            // The original is the claim of its line again: it can be replaced once more.
            await cash.Batches.CorrectClaimAsync(new()
            {
                Name = paid.Name,
                Etag = original.Etag,
                Frequency = Proto.ClaimFrequency.Replacement,
                Reason = "again",
                RequestId = BillingService.NewId(),
            }, cash.Us);
            return;
        }

        Assert.Equal("1500.00", Assert.Single(taken).Amount.Amount);
        Assert.Contains("OR1", taken[0].Guide, StringComparison.Ordinal);
        Assert.Equal(Proto.WorkItemKind.Denied, Assert.Single(await cash.Work(second[0])).Kind);
        // The money is taken back: the item is settled.
        await cash.Receive(PayerFiles.Remittance(cash.NewTrace(), -1500, PayerFiles.Decided(first[0], "22", -1500, "OR1", adjustments: "CAS*CO*45*-500", sign: -1)));
        Assert.Empty(await cash.Work(paid));
        Assert.Equal((Proto.ClaimState.Reversed, "0.00"), ((await cash.Claim(paid)) is var reversed ? reversed.State : default, reversed.Paid.Amount));
    }

    [Fact]
    public async Task A_999_and_a_277CA_answer_each_set_of_a_file()
    {
        var (_, batch, claims) = await cash.SentClaims(3);
        // As a payer with one claim in a set has it.
        await cash.Database.ScalarAsync($"update claims set set_number = 2 where id = '{claims[1].Name["claims/".Length..]}'");
        await cash.Database.ScalarAsync($"update claims set set_number = 3 where id = '{claims[2].Name["claims/".Length..]}'");
        await cash.Receive(PayerFiles.File("FA", "005010X231A1", "999",
        [
            $"AK1*HC*{batch.ControlNumber}*005010X222A1", "AK2*837*0001*005010X222A1", "IK5*A", "AK2*837*0002*005010X222A1", "IK5*R*5",
            "AK2*837*0003*005010X222A1", "IK5*E*5", "AK9*P*3*3*2",
        ]));
        Assert.Equal([Proto.ClaimState.Received, Proto.ClaimState.Rejected, Proto.ClaimState.Received],
            await Task.WhenAll(claims.Select(async c => (await cash.Claim(c)).State)));
        Assert.Equal(Proto.ClaimBatchState.Received, (await cash.Batches.GetClaimBatchAsync(new() { Name = batch.Name }, cash.Us)).State);
        await cash.Receive(PayerFiles.File("HN", "005010X214", "277",
        [
            "BHT*0085*08*77*20250310*0915*TH", "HL*1**20*1", "NM1*PR*2*ALLIANCE HEALTH*****PI*ALNC1", "TRN*1*277-77", "DTP*050*D8*20250310", "DTP*009*D8*20250310",
            "HL*2*1*21*0", "NM1*41*2*HARBOR WORKS*****46*IPSHARBOR", $"TRN*2*{batch.Reference}-3", "STC*A8:746*20250310*U*2000",
        ]));
        Assert.Equal([Proto.ClaimState.Received, Proto.ClaimState.Rejected, Proto.ClaimState.Rejected],
            await Task.WhenAll(claims.Select(async c => (await cash.Claim(c)).State)));
    }

    private static Proto.OtherPayerAdjustment Adjustment(string group, string reason, string amount) => new() { Group = group, Reason = reason, Amount = Dollars(amount) };

    private static Money Dollars(string amount) => new() { Amount = amount, CurrencyCode = "USD" };
}
