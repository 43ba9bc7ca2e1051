using System.Globalization;
using System.Text;
using Ips.Contracts.Common.V1;
using Ips.Testing;
using Xunit;
using Proto = Ips.Contracts.Billing.V1;

namespace Ips.Billing.Tests;

/// <summary>docs/integrators/agency-claims.md as it stands on the page, against a service of its own.</summary>
[AnsweredRule.Named]
public sealed class ClaimsPageTests(CashService service) : IClassFixture<CashService>
{
    [Fact]
    public async Task The_page_works_as_written()
    {
        var (individual, _) = await service.Insured("alliance", facts: false);
        var line = await service.ReadyLine(individual);
        PageSession session = new("agency-claims", service.Address, new()
        {
            ["provider"] = service.As(Roles.Provider, BillingService.Provider)[0].Value["Bearer ".Length..],
            ["individual"] = individual,
            ["line"] = line.Name,
        }, make: (word, words) => word.StartsWith("file-", StringComparison.Ordinal) ? Convert.ToBase64String(Encoding.UTF8.GetBytes(File(word, words))) : null);
        Assert.Equal(21, await session.Run());
    }

    private static string File(string word, IReadOnlyDictionary<string, string> words)
    {
        var control = int.Parse(words["control"], CultureInfo.InvariantCulture);
        Proto.ClaimBatch batch = new() { ControlNumber = control, Reference = $"B{control:000000000}" };
        Proto.Claim claim = new()
        {
            Number = words["number"],
            LineControl = words["line-control"],
            Code = "H2023",
            Modifiers = { "U4", "Z2" },
            Units = 1,
            ServiceDate = BillingService.Day,
            Charge = new Money { Amount = "2000.00", CurrencyCode = "USD" },
        };
        var decided = PayerFiles.Decided(claim, "1", 1500, "26331000020", adjustments: "CAS*CO*45*500");
        return word switch
        {
            "file-999" => PayerFiles.Acknowledgement(control),
            "file-277ca" => PayerFiles.Accepted(batch, claim, "26331000020"),
            "file-835-unbalanced" => PayerFiles.Remittance("ERA20250309", 1499, decided),
            _ => PayerFiles.Remittance("ERA20250310", 1500, decided),
        };
    }
}
