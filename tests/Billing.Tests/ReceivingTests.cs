using System.Globalization;
using Google.Protobuf;
using Grpc.Core;
using Ips.Testing;
using Xunit;
using Proto = Ips.Contracts.Billing.V1;

namespace Ips.Billing.Tests;

/// <summary>What gateway and payer acknowledge moves claims, once, and what is uncertain waits for a person.</summary>
[Collection("cash")]
public sealed class ReceivingTests(CashService cash)
{
    [Fact]
    public async Task A_999_with_TA1_takes_the_file_in_and_a_277CA_the_claim()
    {
        var (_, batch, claims) = await cash.SentClaims(2);
        var file = await cash.Receive(PayerFiles.Acknowledgement(batch.ControlNumber));
        Assert.Equal((Proto.ReceivedFileState.Posted, 2), (file.State, file.ClaimsMoved));
        Assert.Equal(["TA1", "999"], file.Transactions);
        Assert.Equal(Proto.ClaimBatchState.Received, (await cash.Batches.GetClaimBatchAsync(new() { Name = batch.Name }, cash.Us)).State);
        await cash.Receive(PayerFiles.Accepted(batch, claims[0], "26331000018"));
        await cash.Receive(PayerFiles.Rejected(batch, claims[1]));
        var (accepted, rejected) = (await cash.Claim(claims[0]), await cash.Claim(claims[1]));
        Assert.Equal((Proto.ClaimState.Accepted, "26331000018"), (accepted.State, accepted.PayerClaim));
        Assert.Equal([Proto.ClaimState.Batched, Proto.ClaimState.Sent, Proto.ClaimState.Received, Proto.ClaimState.Accepted],
            accepted.Moves.Select(m => m.State));
        Assert.Equal((Proto.ClaimState.Rejected, ""), (rejected.State, rejected.PayerClaim));
        Assert.Equal(["A3:562 entity 85", "A8:746"], rejected.Moves[^1].Codes);
        Assert.Equal(Proto.WorkItemKind.Rejected, Assert.Single(await cash.Work(rejected)).Kind);

        // It has no number of the payer: corrected, it goes as an original under a new number, only when it is named.
        Assert.Equal(0, (await cash.Batches.CreateClaimBatchAsync(cash.Batch(claims[0].Payer["organizations/".Length..]), cash.Us)).Claims);
        var (again, sent) = await cash.Sent(claims[0].Payer["organizations/".Length..], rejected.ClaimLine);
        Assert.Equal((Proto.ClaimFrequency.Original, rejected.ClaimLine), (sent[0].Frequency, sent[0].ClaimLine));
        Assert.NotEqual(rejected.Number, sent[0].Number);
        Assert.Null((await cash.InFile(again))[0].PayerClaim);
        Assert.Empty(await cash.Work(rejected));
    }

    [Fact]
    public async Task A_999_that_refuses_the_set_rejects_its_claims_and_names_the_one_in_error()
    {
        var (_, batch, claims) = await cash.SentClaims(2);
        await cash.Receive(PayerFiles.Acknowledgement(batch.ControlNumber, "R", inError: claims[0].Number));
        var (named, other) = (await cash.Claim(claims[0]), await cash.Claim(claims[1]));
        Assert.Equal((Proto.ClaimState.Rejected, Proto.ClaimState.Rejected), (named.State, other.State));
        Assert.Equal("999 NM1 in loop 2010, position 12, element 9: missing", Assert.Single(named.Moves[^1].Codes));
        Assert.Equal("999 the set was refused with another claim in it", Assert.Single(other.Moves[^1].Codes));
        Assert.Equal("0.00", (await cash.Money(claims[0].Payer["organizations/".Length..])).Billed.Amount);
    }

    [Fact]
    public async Task An_answer_to_what_was_never_sent_changes_nothing_and_is_named()
    {
        var (_, batch, claims) = await cash.SentClaims();
        foreach (var (file, items, what) in new[]
        {
            // A TA1 and a 999 each.
            (PayerFiles.Acknowledgement(batch.ControlNumber + 4711), 2, $"999 for group {batch.ControlNumber + 4711}"),
            // Another agency counts its groups from 1 too: the answer is for it, not for us.
            (PayerFiles.Acknowledgement(batch.ControlNumber, "R", receiver: "OTHERAGENCY"), 2, $"999 for group {batch.ControlNumber}"),
            (PayerFiles.Ta1(batch.ControlNumber, "R", "006", receiver: "OTHERAGENCY"), 1, "TA1 for interchange"),
            (PayerFiles.Accepted(batch, new() { Number = "UNKNOWN1", Charge = claims[0].Charge }, "1"), 1, "277CA about a claim number"),
        })
        {
            var received = await cash.Receive(file);
            Assert.Equal((Proto.ReceivedFileState.NotOurs, 0, items), (received.State, received.ClaimsMoved, received.WorkItems));
            Assert.Contains(received.Findings, f => f.Reason.Contains(what, StringComparison.Ordinal));
        }

        Assert.Equal(Proto.ClaimState.Sent, (await cash.Claim(claims[0])).State);
        await cash.Receive(PayerFiles.Ta1(batch.ControlNumber, "R", "006"));
        Assert.Equal((Proto.ClaimState.Rejected, "TA1 R 006"), ((await cash.Claim(claims[0])) is var claim ? claim.State : default, claim.Moves[^1].Codes[0]));
    }

    [Fact]
    public async Task A_file_that_is_torn_at_the_commit_posts_nothing_and_is_taken_again()
    {
        var (_, _, claims) = await cash.SentClaims();
        var file = PayerFiles.Remittance(cash.NewTrace(), 2000, PayerFiles.Decided(claims[0], "1", 2000, "26331000020"));
        await using (await cash.CommitsFail("postings"))
            await Assert.ThrowsAsync<RpcException>(() => cash.Receive(file));
        Assert.Equal((Proto.ClaimState.Sent, 0), ((await cash.Claim(claims[0])).State, await cash.Count("received_files", $"sha256 = '{Sha(file)}'")));
        Assert.Equal(1, (await cash.Receive(file)).Postings);
        Assert.Equal(Proto.ClaimState.Paid, (await cash.Claim(claims[0])).State);
    }

    [Fact]
    public async Task Files_in_the_wrong_order_end_in_the_same_state()
    {
        var (_, batch, claims) = await cash.SentClaims();
        await cash.Receive(PayerFiles.Remittance(cash.NewTrace(), 2000, PayerFiles.Decided(claims[0], "1", 2000, "26331000060")));
        await cash.Receive(PayerFiles.Accepted(batch, claims[0], "26331000059"));
        await cash.Receive(PayerFiles.Acknowledgement(batch.ControlNumber));
        var claim = await cash.Claim(claims[0]);
        Assert.Equal((Proto.ClaimState.Paid, "26331000060"), (claim.State, claim.PayerClaim));
        // The gateway's answer says nothing against a rejection that came first.
        var (_, late, rejected) = await cash.SentClaims();
        await cash.Receive(PayerFiles.Rejected(late, rejected[0]));
        await cash.Receive(PayerFiles.Acknowledgement(late.ControlNumber));
        Assert.Equal(Proto.ClaimState.Rejected, (await cash.Claim(rejected[0])).State);
        Assert.Equal(Proto.WorkItemKind.Rejected, Assert.Single(await cash.Work(rejected[0])).Kind);
        // A rejection of what is paid contradicts it: a person looks at it.
        await cash.Receive(PayerFiles.Rejected(batch, claims[0]));
        Assert.Equal(Proto.ClaimState.Paid, (await cash.Claim(claims[0])).State);
        Assert.Equal(Proto.WorkItemKind.UnmatchedAcknowledgement, Assert.Single(await cash.Work(claim)).Kind);
    }

    [Fact]
    public async Task A_file_in_pieces_is_the_same_file()
    {
        var (_, batch, claims) = await cash.SentClaims();
        var bytes = System.Text.Encoding.UTF8.GetBytes(PayerFiles.Acknowledgement(batch.ControlNumber));
        using var upload = cash.Remittances.UploadFile(cash.Us);
        await upload.RequestStream.WriteAsync(new() { RequestId = BillingService.NewId(), Content = ByteString.CopyFrom(bytes[..50]) });
        await upload.RequestStream.WriteAsync(new() { Content = ByteString.CopyFrom(bytes[50..]) });
        await upload.RequestStream.CompleteAsync();
        var uploaded = await upload;
        Assert.Equal((1, bytes.Length), (uploaded.ClaimsMoved, uploaded.Size));
        Assert.Equal(uploaded, await cash.Remittances.ReceiveFileAsync(new() { Content = ByteString.CopyFrom(bytes), RequestId = BillingService.NewId() },
            cash.Us));
        Assert.Equal(Proto.ClaimState.Received, (await cash.Claim(claims[0])).State);
    }

    [Fact]
    public async Task A_277CA_that_refuses_the_whole_file_rejects_its_claims_and_one_is_given_up_with_a_reason()
    {
        var (payer, batch, claims) = await cash.SentClaims(2);
        await cash.Receive(PayerFiles.File("HN", "005010X214", "277",
        [
            "BHT*0085*08*77*20250310*0915*TH", "HL*1**20*1", "NM1*PR*2*ALLIANCE HEALTH*****PI*ALNC1", "TRN*1*277-77", "DTP*050*D8*20250310",
                "DTP*009*D8*20250310",
            "HL*2*1*21*0", "NM1*41*2*HARBOR WORKS*****46*IPSHARBOR", $"TRN*2*{batch.Reference}", "STC*A3:24:41*20250310*U*4000",
        ]));
        var rejected = await cash.Claim(claims[0]);
        Assert.Equal((Proto.ClaimState.Rejected, "A3:24 entity 41"), (rejected.State, rejected.Moves[^1].Codes[0]));
        Assert.Equal(Proto.ClaimBatchState.Rejected, (await cash.Batches.GetClaimBatchAsync(new() { Name = batch.Name }, cash.Us)).State);
        // An acceptance afterwards contradicts it and changes nothing.
        await cash.Receive(PayerFiles.Accepted(batch, claims[0], "1"));
        rejected = await cash.Claim(claims[0]);
        Assert.Equal(Proto.ClaimState.Rejected, rejected.State);
        Assert.Equal([Proto.WorkItemKind.Rejected, Proto.WorkItemKind.UnmatchedAcknowledgement],
            (await cash.Work(rejected)).Select(w => w.Kind).Order().Reverse());

        Proto.WriteOffClaimRequest request = new() { Name = rejected.Name, Etag = rejected.Etag, RequestId = BillingService.NewId() };
        Assert.Equal(["reason"], (await cash.Batches.WriteOffClaimAsync(request, cash.Us).Refused(StatusCode.InvalidArgument)).Fields());
        request.Reason = "too late";
        var given = await cash.Batches.WriteOffClaimAsync(request, cash.Us);
        Assert.Equal((Proto.ClaimState.WrittenOff, "2000.00"), (given.State, given.WrittenOff.Amount));
        Assert.Empty(await cash.Work(given));
        var money = await cash.Money(payer);
        Assert.Equal(("2000.00", "2000.00", "0.00"), (money.Billed.Amount, money.WrittenOff.Amount, money.Outstanding.Amount));
        var again = await cash.Batches.CreateClaimBatchAsync(cash.Batch(payer, given.ClaimLine), cash.Us);
        Assert.Contains("written_off", Assert.Single(again.LeftOut).Reason);
    }

    [Fact]
    public async Task A_correction_that_is_rejected_leaves_what_it_was_to_correct()
    {
        var (payer, _, claims) = await cash.SentClaims();
        await cash.Receive(PayerFiles.Remittance(cash.NewTrace(), 0, PayerFiles.Decided(claims[0], "4", 0, "26331000080", adjustments: "CAS*CO*197*2000")));
        var denied = await cash.Claim(claims[0]);
        async Task<Proto.Claim> Correct(Proto.Claim claim) => await cash.Batches.CorrectClaimAsync(
            new() { Name = claim.Name, Etag = claim.Etag, Frequency = Proto.ClaimFrequency.Replacement, Reason = "r", RequestId = BillingService.NewId() },
                cash.Us);
        // Taken back before it is in a file, nothing is sent.
        var first = await Correct(denied);
        var back = await cash.Batches.CorrectClaimAsync(
            new() { Name = first.Name, Etag = first.Etag, Frequency = Proto.ClaimFrequency.Void, Reason = "not yet", RequestId = BillingService.NewId() }, cash.Us);
        Assert.Equal((Proto.ClaimState.Voided, first.Name, ""), (back.State, back.Name, back.Number));
        Assert.Equal(0, (await cash.Batches.CreateClaimBatchAsync(cash.Batch(payer), cash.Us)).Claims);
        await Correct(await cash.Claim(denied));
        var (batch, sent) = await cash.Sent(payer);
        await cash.Receive(PayerFiles.Rejected(batch, sent[0]));
        Assert.Equal((Proto.ClaimState.Rejected, Proto.ClaimState.Denied), ((await cash.Claim(sent[0])).State, (await cash.Claim(denied)).State));
        var money = await cash.Money(payer);
        Assert.Equal(("2000.00", "2000.00", "0.00"), (money.Billed.Amount, money.Adjusted.Amount, money.Outstanding.Amount));
        // It can be corrected again, under the payer's number of the claim that was decided on.
        Assert.Equal("26331000080", (await Correct(await cash.Claim(denied))).PayerClaim);
    }

    private static string Sha(string file) => Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(file)));
}
