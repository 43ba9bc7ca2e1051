using System.Globalization;
using Google.Protobuf;
using Grpc.Core;
using Ips.Testing;
using Xunit;
using Proto = Ips.Contracts.Billing.V1;

namespace Ips.Billing.Tests;

/// <summary>What a payer pays is posted once, to the cent, and what is uncertain waits for a person.</summary>
[Collection("cash")]
public sealed class RemittanceTests(CashService cash)
{
    [Fact]
    public async Task A_payment_is_posted_once_and_reaches_the_milestone()
    {
        var (payer, _, claims) = await cash.SentClaims();
        var body = PayerFiles.Decided(claims[0], "1", 2000, "26331000020", procedure: "H2023");
        var trace = cash.NewTrace();
        var content = ByteString.CopyFromUtf8(PayerFiles.Remittance(trace, 2000, body));
        // The same file at once, twice.
        var both = await Task.WhenAll(Enumerable.Range(0, 2).Select(async _ =>
            await cash.Remittances.ReceiveFileAsync(new() { Content = content, RequestId = BillingService.NewId() }, cash.Us)));
        Assert.Equal(both[0], both[1]);
        Assert.Equal((Proto.ReceivedFileState.Posted, 1, 0, trace, "2000.00"),
            (both[0].State, both[0].Postings, both[0].WorkItems, both[0].Payments[0].Trace, both[0].Payments[0].Amount.Amount));
        // The same payment in another file.
        var again = await cash.Receive(PayerFiles.Remittance(trace, 2000, body));
        Assert.Equal((Proto.ReceivedFileState.Posted, 0, 1, 0), (again.State, again.Postings, again.RepeatedPostings, again.ClaimsMoved));
        Assert.NotEqual(both[0].Name, again.Name);

        // The payer returned no modifiers: our line control number says which line it is.
        var claim = await cash.Claim(claims[0]);
        Assert.Equal((Proto.ClaimState.Paid, "2000.00", "26331000020"), (claim.State, claim.Paid.Amount, claim.PayerClaim));
        var posting = Assert.Single((await cash.Remittances.ListPostingsAsync(new() { Claim = claim.Name }, cash.Us)).Postings);
        Assert.Equal(("line_control", "2000.00", "2000.00"), (posting.MatchedBy, posting.Paid.Amount, posting.Allowed.Amount));
        var line = await cash.Claims.GetClaimLineAsync(new() { Name = claim.ClaimLine }, cash.Us);
        Assert.Equal(Proto.MilestoneState.Paid, (await cash.Milestones.GetMilestoneAsync(new() { Name = line.Milestone }, cash.Us)).State);
        Assert.Equal(("2000.00", "2000.00", "0.00"), ((await cash.Money(payer)) is var money ? money.Billed.Amount : "", money.Paid.Amount,
            money.Outstanding.Amount));
        Assert.Equal(1, (await cash.Remittances.GetMoneyAsync(new() { AsOf = "2025-03-10" },
            cash.Us)).Predictions.Single(p => p.Payer == $"organizations/{payer}").PayPaid);
    }

    [Fact]
    public async Task A_file_that_is_torn_does_not_add_up_or_pays_somebody_else_posts_nothing()
    {
        var (_, _, claims) = await cash.SentClaims();
        var sound = PayerFiles.Remittance(cash.NewTrace(), 2000, PayerFiles.Decided(claims[0], "1", 2000, "26331000020"));
        foreach (var (file, reason) in new[]
        {
            (sound[..^30], ""),
            (sound[..(sound.Length / 2)], ""),
            ("not a file", ""),
            (PayerFiles.Remittance(cash.NewTrace(), 1999, PayerFiles.Decided(claims[0], "1", 2000, "26331000020")), "difference is 1.00"),
            (PayerFiles.Remittance(cash.NewTrace(), 1900, PayerFiles.Decided(claims[0], "1", 1900, "26331000020", adjustments: "CAS*CO*45*99")), "difference is 1.00"),
            (PayerFiles.Remittance(cash.NewTrace(), 2000, PayerFiles.Decided(claims[0], "1", 2000, "26331000020"), payee: "1245319599"), "pays another provider"),
        })
        {
            var received = await cash.Receive(file);
            Assert.Equal((Proto.ReceivedFileState.Refused, 0, 0), (received.State, received.Postings, received.Payments.Count));
            Assert.NotEmpty(received.Findings);
            Assert.Contains(received.Findings, f => f.Reason.Contains(reason, StringComparison.Ordinal) || f.Fix.Contains(reason, StringComparison.Ordinal));
        }

        Assert.Equal((Proto.ClaimState.Sent, "0.00"), ((await cash.Claim(claims[0])) is var claim ? claim.State : default, claim.Paid.Amount));
        Assert.Equal((Proto.ReceivedFileState.Posted, 1), (await cash.Receive(sound)) is var good ? (good.State, good.Postings) : default);
    }

    [Fact]
    public async Task A_denial_opens_work_with_a_guide_and_is_replaced_under_the_payers_number()
    {
        var (payer, _, claims) = await cash.SentClaims();
        await cash.Receive(PayerFiles.Remittance(cash.NewTrace(), 0, PayerFiles.Decided(claims[0], "4", 0, "26331000021", adjustments: "CAS*CO*197*2000",
            remark: "M62")));
        var denied = await cash.Claim(claims[0]);
        Assert.Equal((Proto.ClaimState.Denied, "2000.00", "0.00"), (denied.State, denied.Adjusted.Amount, denied.WrittenOff.Amount));
        Assert.Equal(["CO 197 2000.00", "M62"], denied.Moves[^1].Codes);
        var item = Assert.Single(await cash.Work(denied));
        Assert.Equal((Proto.WorkItemKind.Denied, "2000.00", "2025-06-02"), (item.Kind, item.Amount.Amount, item.ActThrough));
        Assert.Contains("authorization", item.Guide);
        Assert.Contains("26331000021", item.Guide);
        var line = await cash.Claims.GetClaimLineAsync(new() { Name = denied.ClaimLine }, cash.Us);
        Assert.Equal(Proto.MilestoneState.ClaimDenied, (await cash.Milestones.GetMilestoneAsync(new() { Name = line.Milestone }, cash.Us)).State);

        var replacement = await cash.Batches.CorrectClaimAsync(
            new()
            {
                Name = denied.Name,
                Etag = denied.Etag,
                Frequency = Proto.ClaimFrequency.Replacement,
                Reason = "Sealed number added",
                RequestId = BillingService.NewId()
            }, cash.Us);
        Assert.Equal((Proto.ClaimState.Ready, denied.Name, "26331000021"), (replacement.State, replacement.Corrects, replacement.PayerClaim));
        Assert.Empty(await cash.Work(denied));
        var (batch, sent) = await cash.Sent(payer);
        var written = Assert.Single(await cash.InFile(batch));
        Assert.Equal(("7", "26331000021", sent[0].Number), (written.Frequency, written.PayerClaim, written.Claim));
        Assert.NotEqual(denied.Number, sent[0].Number);
        Assert.Equal("2000.00", (await cash.Money(payer)).Billed.Amount);

        await cash.Receive(PayerFiles.Remittance(cash.NewTrace(), 2000, PayerFiles.Decided(sent[0], "1", 2000, "26331000031")));
        Assert.Equal((Proto.ClaimState.Replaced, Proto.ClaimState.Paid), ((await cash.Claim(denied)).State, (await cash.Claim(sent[0])).State));
        Assert.Equal(Proto.MilestoneState.Paid, (await cash.Milestones.GetMilestoneAsync(new() { Name = line.Milestone }, cash.Us)).State);
        var money = await cash.Money(payer);
        Assert.Equal(("2000.00", "2000.00", "0.00", "0.00"), (money.Billed.Amount, money.Paid.Amount, money.Adjusted.Amount, money.Outstanding.Amount));
        Assert.DoesNotContain("Sealed number", await cash.Everything());
    }

    [Fact]
    public async Task A_reversal_and_its_correction_leave_what_is_paid_in_the_end()
    {
        var (payer, _, claims) = await cash.SentClaims(units: 7);
        await cash.Receive(PayerFiles.Remittance(cash.NewTrace(), 172.41m, PayerFiles.Decided(claims[0], "1", 172.41m, "26331000022")));
        Assert.Equal(Proto.ClaimState.Paid, (await cash.Claim(claims[0])).State);
        var file = await cash.Receive(PayerFiles.Remittance(cash.NewTrace(), 0,
        [
            .. PayerFiles.Decided(claims[0], "22", -172.41m, "26331000022", sign: -1),
            .. PayerFiles.Decided(claims[0], "1", 147.78m, "26331000023", adjustments: "CAS*CO*45*24.63*1"),
            $"PLB*{CashService.Npi}*20251231*FB:26331000022*-24.63",
        ]));
        Assert.Equal((2, "-24.63"), (file.Postings, file.Payments[0].ProviderAmounts[0].Amount.Amount));
        var claim = await cash.Claim(claims[0]);
        Assert.Equal((Proto.ClaimState.PartlyPaid, "147.78", "24.63", "26331000023"), (claim.State, claim.Paid.Amount, claim.Adjusted.Amount,
            claim.PayerClaim));
        Assert.Equal([Proto.ClaimState.Paid, Proto.ClaimState.Reversed, Proto.ClaimState.PartlyPaid], claim.Moves.TakeLast(3).Select(m => m.State));
        var money = await cash.Money(payer);
        Assert.Equal(("172.41", "147.78", "24.63", "0.00"), (money.Billed.Amount, money.Paid.Amount, money.Adjusted.Amount, money.Outstanding.Amount));
        // A person gives up nothing that is outstanding: there is none, and the claim says who did it.
        var writtenOff = await cash.Batches.WriteOffClaimAsync(new()
        {
            Name = claim.Name,
            Etag = claim.Etag,
            Reason = "contract",
            RequestId = BillingService.NewId()
        }, cash.Us);
        Assert.Equal((Proto.ClaimState.WrittenOff, "0.00", "contract"), (writtenOff.State, writtenOff.WrittenOff.Amount, writtenOff.Moves[^1].Reason));
        Assert.Empty(await cash.Work(claim));
    }

    [Fact]
    public async Task A_line_that_changed_after_it_was_paid_is_voided_when_a_person_confirms()
    {
        var (payer, batch, claims) = await cash.SentClaims();
        // Never decided on: nothing to replace or void.
        var early = await cash.Claim(claims[0]);
        await cash.Batches.CorrectClaimAsync(new()
        {
            Name = early.Name,
            Etag = early.Etag,
            Frequency = Proto.ClaimFrequency.Void,
            Reason = "r",
            RequestId = BillingService.NewId()
        }, cash.Us)
            .Refused(StatusCode.FailedPrecondition);
        await cash.Receive(PayerFiles.Remittance(cash.NewTrace(), 2000, PayerFiles.Decided(claims[0], "1", 2000, "26331000040")));
        await cash.Database.ScalarAsync($"update claim_lines set state = 'Attention' where id = '{claims[0].ClaimLine["claimLines/".Length..]}'");
        var item = Assert.Single((await cash.Remittances.ListWorkItemsAsync(new() { Kind = Proto.WorkItemKind.LineChanged, PageSize = 200 },
            cash.Us)).WorkItems,
            w => w.Claim == claims[0].Name);
        Assert.Contains("CorrectClaim", item.Guide);
        var paid = await cash.Claim(claims[0]);
        var taken = await cash.Batches.CorrectClaimAsync(
            new()
            {
                Name = paid.Name,
                Etag = paid.Etag,
                Frequency = Proto.ClaimFrequency.Void,
                Reason = "not eligible after all",
                RequestId = BillingService.NewId()
            }, cash.Us);
        await cash.Batches.CorrectClaimAsync(
            new()
            {
                Name = paid.Name,
                Etag = (await cash.Claim(paid)).Etag,
                Frequency = Proto.ClaimFrequency.Void,
                Reason = "twice",
                RequestId = BillingService.NewId()
            }, cash.Us)
            .Refused(StatusCode.FailedPrecondition);
        var (second, sent) = await cash.Sent(payer);
        Assert.Equal(("8", "26331000040"), (await cash.InFile(second))[0] is var written ? (written.Frequency, written.PayerClaim) : default);
        Assert.Equal(taken.Name, sent[0].Name);
        Assert.Equal("2000.00", (await cash.Money(payer)).Billed.Amount);

        // The payer answers with the reversal of the claim that the void is about.
        await cash.Receive(PayerFiles.Remittance(cash.NewTrace(), -2000, PayerFiles.Decided(claims[0], "22", -2000, "26331000040", sign: -1)));
        Assert.Equal((Proto.ClaimState.Voided, Proto.ClaimState.Voided), ((await cash.Claim(claims[0])).State, (await cash.Claim(sent[0])).State));
        var money = await cash.Money(payer);
        Assert.Equal(("0.00", "0.00", "0.00"), (money.Billed.Amount, money.Paid.Amount, money.Outstanding.Amount));
        var line = await cash.Claims.GetClaimLineAsync(new() { Name = claims[0].ClaimLine }, cash.Us);
        Assert.Equal(Proto.ClaimLineState.Void, (await cash.Claims.VoidClaimLineAsync(
            new() { Name = line.Name, Etag = line.Etag, RequestId = BillingService.NewId() }, cash.Us)).State);
        Assert.NotNull(batch);
    }

    [Fact]
    public async Task Money_that_may_belong_to_two_claims_waits_for_a_person()
    {
        var (payer, batch, claims) = await cash.SentClaims(2);
        await cash.Receive(PayerFiles.Accepted(batch, claims[0], "SAME1"));
        await cash.Receive(PayerFiles.Accepted(batch, claims[1], "SAME1"));
        var file = await cash.Receive(PayerFiles.Remittance(cash.NewTrace(), 2000, PayerFiles.Decided(claims[0], "1", 2000, "SAME1", number: "X", control: "")));
        Assert.Equal((1, 1, 0), (file.Postings, file.WorkItems, file.ClaimsMoved));
        var item = Assert.Single((await cash.Remittances.ListWorkItemsAsync(new() { Kind = Proto.WorkItemKind.UnmatchedMoney, PageSize = 200 },
            cash.Us)).WorkItems,
            w => w.ReceivedFile == file.Name);
        Assert.Equal(claims.Select(c => c.Name).Order(), item.Candidates.Order());
        Assert.Equal("2000.00", item.Amount.Amount);
        Assert.Equal("0.00", (await cash.Money(payer)).Paid.Amount);
        Proto.ResolveWorkItemRequest resolve = new() { Name = item.Name, Etag = item.Etag, Reason = "the payer said so", RequestId = BillingService.NewId() };
        Assert.Equal(["claim"], (await cash.Remittances.ResolveWorkItemAsync(resolve, cash.Us).Refused(StatusCode.InvalidArgument)).Fields());
        resolve.Claim = claims[1].Name;
        await cash.Remittances.ResolveWorkItemAsync(resolve, cash.As(Roles.Provider, "another-agency")).Refused(StatusCode.NotFound);
        Assert.False((await cash.Remittances.ResolveWorkItemAsync(resolve, cash.Us)).Open);
        Assert.Equal((Proto.ClaimState.Accepted, Proto.ClaimState.Paid), ((await cash.Claim(claims[0])).State, (await cash.Claim(claims[1])).State));
        var posting = Assert.Single((await cash.Remittances.ListPostingsAsync(new() { ReceivedFile = file.Name }, cash.Us)).Postings);
        Assert.Equal((claims[1].Name, "person"), (posting.Claim, posting.MatchedBy));

        // The code alone matches nothing: no number of ours, another day.
        var other = claims[0].Clone();
        other.ServiceDate = "2025-03-05";
        var unknown = await cash.Receive(PayerFiles.Remittance(cash.NewTrace(), 2000, PayerFiles.Decided(other, "1", 2000, "OTHER1", number: "X", control: "")));
        Assert.Equal((0, 1), (unknown.ClaimsMoved, unknown.WorkItems));
        Assert.Equal(Proto.ClaimState.Accepted, (await cash.Claim(claims[0])).State);
    }

    [Fact]
    public async Task A_line_without_our_numbers_is_found_by_member_procedure_day_and_charge()
    {
        var (_, _, claims) = await cash.SentClaims(units: 3);
        var posted = await cash.Receive(PayerFiles.Remittance(cash.NewTrace(), 73.89m, PayerFiles.Decided(claims[0], "1", 73.89m, "26331000050", number: "X",
            control: "")));
        Assert.Equal((1, 0), (posted.ClaimsMoved, posted.WorkItems));
        Assert.Equal("contents", Assert.Single((await cash.Remittances.ListPostingsAsync(new() { Claim = claims[0].Name }, cash.Us)).Postings).MatchedBy);
    }

    [Fact]
    public async Task A_decision_on_paper_is_entered_with_a_reason_and_has_to_add_up()
    {
        var (payer, _, claims) = await cash.SentClaims();
        Proto.RecordRemittanceRequest entry = new()
        {
            Claim = claims[0].Name,
            Paid = Dollars("1500.00"),
            Adjustments = { new Proto.ClaimAdjustment { Group = "CO", Reason = "45", Amount = Dollars("499.00") } },
            PayerClaim = "PAPER-1",
            Trace = cash.NewTrace(),
            PaymentDate = "2025-03-09",
            Reason = "Sealed check by mail",
            RequestId = BillingService.NewId(),
        };
        var refused = await cash.Remittances.RecordRemittanceAsync(entry, cash.Us).Refused(StatusCode.InvalidArgument);
        Assert.Contains("the difference is 1.00", refused.Message);
        entry.Adjustments[0].Amount = Dollars("500.00");
        var posting = await cash.Remittances.RecordRemittanceAsync(entry, cash.Us);
        Assert.Equal((Proto.PostingKind.Manual, "Sealed check by mail", "client-one"), (posting.Kind, posting.Reason, posting.EnteredBy));
        Assert.Equal(posting, await cash.Remittances.RecordRemittanceAsync(entry, cash.Us));
        Assert.Equal(Proto.ClaimState.PartlyPaid, (await cash.Claim(claims[0])).State);
        Assert.Equal(("1500.00", "500.00"), ((await cash.Money(payer)) is var money ? money.Paid.Amount : "", money.Adjusted.Amount));
        entry.RequestId = BillingService.NewId();
        await cash.Remittances.RecordRemittanceAsync(entry, cash.Us).Refused(StatusCode.AlreadyExists);

        // The check bounces: entered as it came, the claim is reversed.
        Proto.RecordRemittanceRequest bounced = new(entry)
        {
            Paid = Dollars("-1500.00"),
            Reversal = true,
            Trace = cash.NewTrace(),
            RequestId = BillingService.NewId(),
        };
        bounced.Adjustments[0].Amount = Dollars("-500.00");
        await cash.Remittances.RecordRemittanceAsync(bounced, cash.Us);
        var reversed = await cash.Claim(claims[0]);
        Assert.Equal((Proto.ClaimState.Reversed, "0.00", "0.00", "PAPER-1"), (reversed.State, reversed.Paid.Amount, reversed.Adjusted.Amount, reversed.PayerClaim));
        Assert.Equal("2000.00", (await cash.Money(payer)).Outstanding.Amount);
        entry.Trace = cash.NewTrace();
        entry.RequestId = BillingService.NewId();
        await cash.Remittances.RecordRemittanceAsync(entry, cash.Us);

        // The same payment comes as a file: it is not added by itself.
        var file = await cash.Receive(PayerFiles.Remittance(entry.Trace, 1500, PayerFiles.Decided(claims[0], "1", 1500, "PAPER-1",
            adjustments: "CAS*CO*45*500")));
        Assert.Equal((0, 1), (file.ClaimsMoved, file.WorkItems));
        Assert.Equal("1500.00", (await cash.Money(payer)).Paid.Amount);
    }

    [Fact]
    public async Task Of_a_payment_that_is_posted_in_part_nothing_more_is_posted()
    {
        var (_, _, claims) = await cash.SentClaims(2);
        var trace = cash.NewTrace();
        var first = PayerFiles.Decided(claims[0], "1", 2000, "26331000090");
        await cash.Receive(PayerFiles.Remittance(trace, 2000, first));
        var both = await cash.Receive(PayerFiles.Remittance(trace, 4000, [.. first, .. PayerFiles.Decided(claims[1], "1", 2000, "26331000091")]));
        Assert.Equal((Proto.ReceivedFileState.Refused, 0), (both.State, both.Postings));
        Assert.Contains("1 of its 2 amounts", Assert.Single(both.Findings).Reason);
        Assert.Equal(Proto.ClaimState.Sent, (await cash.Claim(claims[1])).State);
    }

    [Fact]
    public async Task A_claim_without_service_lines_and_reasons_of_the_claim_itself_are_posted()
    {
        var (payer, _, claims) = await cash.SentClaims(2);
        var file = await cash.Receive(PayerFiles.Remittance(cash.NewTrace(), 1900,
        [
            $"CLP*{claims[0].Number}*1*2000*1900**MC*26331000100*12*1", "CAS*CO*45*60**253*40", "NM1*QC*1*DOE*PAT****MI*945000001K", "DTM*232*20250304",
            $"CLP*{claims[1].Number}*4*2000*0**MC*26331000101*12*1", "CAS*CO*29*2000", "NM1*QC*1*DOE*PAT****MI*945000001K", "DTM*232*20250304",
        ]));
        Assert.Equal((2, 2, 2), (file.Postings, file.ClaimsMoved, file.WorkItems));
        Assert.Equal((Proto.ClaimState.PartlyPaid, "100.00"), ((await cash.Claim(claims[0])) is var paid ? paid.State : default, paid.Adjusted.Amount));
        Assert.Equal(["CO 45 60.00", "CO 253 40.00"], paid.Moves[^1].Codes);
        Assert.Equal(Proto.ClaimState.Denied, (await cash.Claim(claims[1])).State);
        var prediction = (await cash.Remittances.GetMoneyAsync(new() { AsOf = "2025-03-10" },
            cash.Us)).Predictions.Single(p => p.Payer == $"organizations/{payer}");
        Assert.Equal((0, 1, 1), (prediction.PayPaid, prediction.PayPaidLess, prediction.PayDenied));
        Assert.Equal(["CO 253: 1", "CO 29: 1", "CO 45: 1"], prediction.Missed);
    }

    [Theory]
    [InlineData("2025-04-03", 0)]
    [InlineData("2025-04-04", 1)]
    [InlineData("2025-07-02", 3)]
    [InlineData("2025-07-03", 4)]
    public async Task What_is_outstanding_has_its_age(string asOf, int at)
    {
        await cash.SentClaims(units: 1);
        var before = (await cash.Remittances.GetMoneyAsync(new() { AsOf = asOf, From = BillingService.Day, Through = BillingService.Day }, cash.Us)).Ages;
        Assert.Equal([0, 31, 61, 91, 121], before.Select(a => a.FromDays));
        Assert.All(before.Index(), age => Assert.Equal(age.Index == at, decimal.Parse(age.Item.Outstanding.Amount, CultureInfo.InvariantCulture) > 0));
        Assert.All((await cash.Remittances.GetMoneyAsync(new() { AsOf = asOf, From = "2025-03-05" }, cash.Us)).Ages, age => Assert.Equal(0, age.Claims));
    }

    [Fact]
    public async Task The_money_adds_up_and_a_cent_that_does_not_is_found()
    {
        var (_, _, claims) = await cash.SentClaims();
        var trace = cash.NewTrace();
        await cash.Receive(PayerFiles.Remittance(trace, 1999.50m, [.. PayerFiles.Decided(claims[0], "1", 2000, "26331000070"),
            $"PLB*{CashService.Npi}*20251231*WO:1*0.5"]));
        await using var database = Npgsql.NpgsqlDataSource.Create(cash.Database.ConnectionString);
        Assert.Empty(await Receiving.MoneyCheck.Find(database));
        var id = claims[0].Name["claims/".Length..];
        foreach (var (change, undo, found) in new[]
        {
            ($"update claims set paid = paid + 0.01 where id = '{id}'", $"update claims set paid = paid - 0.01 where id = '{id}'",
                $"{claims[0].Name} has paid 2000.01"),
            ($"update payments set amount = amount - 0.01 where trace = '{trace}'", $"update payments set amount = amount + 0.01 where trace = '{trace}'",
                $"payment {trace} of"),
            ($"update postings set claim_id = null where claim_id = '{id}'", $"update postings set claim_id = '{id}' where trace = '{trace}'",
                "waits in no open work item"),
        })
        {
            await cash.Database.ScalarAsync(change);
            Assert.Contains(await Receiving.MoneyCheck.Find(database), f => f.Contains(found, StringComparison.Ordinal));
            await cash.Database.ScalarAsync(undo);
        }

        Assert.Empty(await Receiving.MoneyCheck.Find(database));
    }

    private static Contracts.Common.V1.Money Dollars(string amount) => new() { Amount = amount, CurrencyCode = "USD" };
}
