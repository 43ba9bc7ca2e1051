using Grpc.Core;
using Ips.Testing;
using Ips.X12;
using Xunit;
using Proto = Ips.Contracts.Billing.V1;

namespace Ips.Billing.Tests;

/// <summary>Questions to payers and their answers: a 271 that ends coverage makes ready lines be looked at, a 277 decides nothing.</summary>
[Collection("cash")]
public sealed class InquiryTests(CashService cash)
{
    [Fact]
    public async Task A_payer_that_does_not_cover_the_day_of_a_ready_line_opens_work()
    {
        var payer = await cash.Payer();
        var (individual, _) = await cash.Insured(payer);
        var line = await cash.ReadyLine(individual);
        var file = await Inquiry(payer, Proto.InquiryKind.Coverage);
        var request = Assert.Single(Read(file).OfType<CoverageRequest>());
        var question = Assert.Single(request.Questions);
        Assert.Equal(("945000001K", "SEALED-O'NUNEZ", new Period(new(2025, 3, 4), new(2025, 3, 4))), (question.Person!.Id, question.Person.LastName, question.Service!.Value));
        // Covered on the day: nothing to do. Ended before it: the line is looked at again.
        var covered = await cash.Receive(Answer(question, "EB*1**30", "DTP*291*RD8*20250101-20250304"));
        Assert.Equal((Proto.ReceivedFileState.Posted, 0), (covered.State, covered.WorkItems));
        var ended = await cash.Receive(Answer(question, "EB*1**30", "DTP*291*RD8*20250101-20250303"));
        Assert.Equal((Proto.ReceivedFileState.Posted, 1), (ended.State, ended.WorkItems));
        var item = (await cash.Remittances.ListWorkItemsAsync(new() { Kind = Proto.WorkItemKind.NotCovered, PageSize = 200 }, cash.Us)).WorkItems
            .Single(w => w.ReceivedFile == ended.Name);
        Assert.Contains(line.Name, item.What, StringComparison.Ordinal);
        Assert.Equal("2000.00", item.Amount.Amount);
        var foreign = question with { Traces = [new("93175", "9877281234")] };
        Assert.Equal(Proto.ReceivedFileState.NotOurs, (await cash.Receive(Answer(foreign, "EB*6**30"))).State);
        await cash.Batches.CreateInquiryAsync(new() { Payer = "organizations/no-payer", Program = "nc-core", Kind = Proto.InquiryKind.Coverage, RequestId = BillingService.NewId() },
            cash.Us).Refused(StatusCode.FailedPrecondition);
    }

    [Fact]
    public async Task A_status_of_a_payer_decides_nothing_and_numbers_are_used_once()
    {
        var (payer, batch, claims) = await cash.SentClaims(2);
        Proto.CreateInquiryRequest again = new() { Payer = $"organizations/{payer}", Program = "nc-core", Kind = Proto.InquiryKind.ClaimStatus, RequestId = BillingService.NewId() };
        var file = await cash.Batches.CreateInquiryAsync(again, cash.Us);
        Assert.Equal(file, await cash.Batches.CreateInquiryAsync(again, cash.Us));
        Assert.NotEqual(file.FileName, (await Inquiry(payer, Proto.InquiryKind.ClaimStatus)).FileName);
        Assert.Equal(0, X12Validator.Check(file.Content.ToByteArray()).Findings.Errors);
        var text = file.Content.ToStringUtf8();
        Assert.All(claims, c => Assert.Contains($"REF*EJ*{c.Number}~", text, StringComparison.Ordinal));
        string Trace(Proto.Claim claim) => $"S{claim.Name["claims/".Length..].Replace("-", "", StringComparison.Ordinal).ToUpperInvariant()}";
        var received = await cash.Receive(Status((Trace(claims[0]), "P1:20", "PAY1"), (Trace(claims[1]), "F1:65", "PAY2")));
        Assert.Equal((Proto.ReceivedFileState.Posted, 1, 0), (received.State, received.WorkItems, received.ClaimsMoved));
        Assert.Equal((Proto.ClaimState.Sent, "PAY1"), ((await cash.Claim(claims[0])) is var pending ? pending.State : default, pending.PayerClaim));
        Assert.Equal(Proto.ClaimState.Sent, (await cash.Claim(claims[1])).State);
        Assert.Contains("no 835", Assert.Single(await cash.Work(claims[1])).What, StringComparison.Ordinal);
        // The 835 of the payer's number alone is matched by it.
        var paid = await cash.Receive(PayerFiles.Remittance(cash.NewTrace(), 2000, PayerFiles.Decided(claims[0], "1", 2000, "PAY1", number: "X", control: "")));
        Assert.Equal((1, 0), (paid.ClaimsMoved, paid.WorkItems));
        Assert.NotNull(batch);
    }

    private async Task<Proto.ClaimFile> Inquiry(string payer, Proto.InquiryKind kind) => await cash.Batches.CreateInquiryAsync(
        new() { Payer = $"organizations/{payer}", Program = "nc-core", Kind = kind, RequestId = BillingService.NewId() }, cash.Us);

    private static List<X12Document> Read(Proto.ClaimFile file) => [.. X12Documents.Read(file.Content.ToByteArray())];

    private static string Answer(CoverageQuestion question, params string[] benefits) => PayerFiles.File("HB", "005010X279A1", "271",
    [
        "BHT*0022*11*Q1*20250310*0915", "HL*1**20*1", "NM1*PR*2*ALLIANCE HEALTH*****PI*ALNC1", "HL*2*1*21*1", $"NM1*1P*2*HARBOR WORKS*****XX*{CashService.Npi}", "HL*3*2*22*0",
        .. question.Traces.Select(t => $"TRN*2*{t.Number}*{t.Company}"), "NM1*IL*1*DOE*PAT****MI*945000001K", .. benefits,
    ]);

    private static string Status(params (string Trace, string Status, string PayerClaim)[] answers) => PayerFiles.File("HN", "005010X212", "277",
    [
        "BHT*0010*08*277X*20250310*0915*DG", "HL*1**20*1", "NM1*PR*2*ALLIANCE HEALTH*****PI*ALNC1", "HL*2*1*21*1", "NM1*41*2*HARBOR WORKS*****46*IPSHARBOR", "HL*3*2*19*1",
        $"NM1*1P*2*HARBOR WORKS*****XX*{CashService.Npi}",
        .. answers.SelectMany((a, i) => new[]
        {
            $"HL*{i + 4}*3*22*0", "NM1*IL*1*DOE*PAT****MI*945000001K", $"TRN*2*{a.Trace}", $"STC*{a.Status}*20250310**2000*0", $"REF*1K*{a.PayerClaim}",
        }),
    ]);
}
