using Grpc.Core;
using Ips.Testing;
using UglyToad.PdfPig;
using Xunit;
using Proto = Ips.Contracts.Billing.V1;

namespace Ips.Billing.Tests;

/// <summary>What stands in a file is on the paper.</summary>
[Collection("cash")]
public sealed class PaperTests(CashService cash)
{
    [Fact]
    public async Task A_claim_is_printed_as_it_was_sent()
    {
        var payer = await cash.Payer();
        var (individual, _) = await cash.Insured(payer);
        var line = await cash.ReadyLine(individual);
        var (_, claims) = await cash.Sent(payer);
        var form = await cash.Batches.PrintClaimAsync(new() { Name = claims[0].Name }, cash.Us);
        var text = Text(form.Content.ToByteArray());
        foreach (var data in new[] { "945000001K", "NUNEZ", "F209", "ALN000123", "H2023", "2000.00", claims[0].Number, claims[0].LineControl, CashService.Npi, "MEDICAID", "27701" })
            Assert.Contains(data, text, StringComparison.Ordinal);
        Keep(form.FileName, form.Content.ToByteArray());
        await cash.Batches.PrintClaimAsync(new() { Name = claims[0].Name }, cash.As(Roles.Provider, "another-agency")).Refused(StatusCode.NotFound);
        Assert.NotNull(line);
    }

    [Fact]
    public async Task A_remittance_is_printed_for_people()
    {
        var (_, _, claims) = await cash.SentClaims();
        var trace = cash.NewTrace();
        var file = await cash.Receive(PayerFiles.Remittance(trace, 1490,
            [.. PayerFiles.Decided(claims[0], "1", 1500, "26331000020", adjustments: "CAS*CO*45*500", remark: "N130"), $"PLB*{CashService.Npi}*20251231*WO:26331000001*10"]));
        var advice = await cash.Remittances.PrintRemittanceAsync(new() { Name = file.Name }, cash.Us);
        var text = Text(advice.Content.ToByteArray());
        foreach (var data in new[] { trace, "1490.00", "1500.00", "CO 45", "500.00", claims[0].Number, "26331000020", "N130", "taken back", "-10.00", "ALLIANCE HEALTH" })
            Assert.Contains(data, text, StringComparison.Ordinal);
        Keep(advice.FileName, advice.Content.ToByteArray());
        await cash.Remittances.PrintRemittanceAsync(new() { Name = file.Name }, cash.As(Roles.Provider, "another-agency")).Refused(StatusCode.NotFound);
        var acknowledgement = await cash.Receive(PayerFiles.Acknowledgement(4711));
        await cash.Remittances.PrintRemittanceAsync(new() { Name = acknowledgement.Name }, cash.Us).Refused(StatusCode.FailedPrecondition);
    }

    private static string Text(byte[] pdf)
    {
        using var document = PdfDocument.Open(pdf);
        return string.Join('\n', document.GetPages().Select(p => string.Join(' ', p.GetWords().Select(w => w.Text))));
    }

    /// <summary>For someone who wants to look at it: <c>IPS_PAPER</c> names a folder.</summary>
    private static void Keep(string name, byte[] pdf)
    {
        if (Environment.GetEnvironmentVariable("IPS_PAPER") is { } folder)
            File.WriteAllBytes(Path.Combine(folder, name), pdf);
    }
}
