using System.Globalization;
using Ips.X12;
using MiniExcelLibs;
using Proto = Ips.Contracts.Billing.V1;

namespace Ips.Billing.Incentives;

/// <summary>The invoice as the payer's template has it. The template is not among the sources: these are the fields that the contract and an invoice need.</summary>
/// <param name="Profile">Who the provider is.</param>
/// <param name="Invoice">The invoice.</param>
/// <param name="Letter">Its letter.</param>
/// <param name="Names">The people in the order of the list.</param>
/// <param name="Payer">Whom it is for.</param>
internal sealed record InvoiceForm(
    Proto.BillingProfileContent Profile, IncentiveInvoice Invoice, IncentiveLetter Letter, IReadOnlyList<(string Given, string Family)> Names, string Payer)
{
    private const int LinesOfPage = 44;
    private static readonly X12Text Latin = new(Separators.Usual, CharacterSet.Extended);

    private decimal Each => Names.Count == 0 ? 0 : decimal.Round(Invoice.Amount / Names.Count, 2);

    private IEnumerable<(string Label, string Value, bool Written)> Head =>
    [
        ("Invoice", Invoice.Id.Value.ToString(), false),
        ("To", $"{Payer}, accounts payable", true),
        ("From", Profile.Name, true),
        ("Address", $"{Profile.Address.Line}, {Profile.Address.City}, {Profile.Address.State} {Profile.Address.PostalCode}", true),
        ("NPI", Profile.Npi, false),
        ("Tax number", Profile.TaxNumber, false),
        ("Contact", $"{Profile.Contact}, {Profile.ContactPhone}", true),
        ("Incentive", $"Transitions to Community Living, milestone {string.Join(", ", Invoice.Milestones)}", false),
        ("Quarter", Invoice.Quarter, false),
        ("Approval letter", $"received {Letter.ReceivedOn.Day()}, attached, SHA-256 {Letter.Sha256}", false),
        ("Payment", "Electronic funds transfer", false),
    ];

    /// <summary>A workbook with the head, a line for each person, and the sum.</summary>
    public byte[] Workbook()
    {
        List<Dictionary<string, object>> rows = [.. Head.Select(line => Row(line.Label, line.Value, "", null)), Row("", "", "", null),
            Row("No.", "Family name", "Given name", "Amount in dollars")];
        rows.AddRange(Names.Select((name, i) => Row(i + 1, name.Family, name.Given, Each)));
        rows.Add(Row("", "Total", "", Invoice.Amount));
        using MemoryStream content = new();
        content.SaveAs(rows, printHeader: false, sheetName: "Invoice");
        return content.ToArray();

        static Dictionary<string, object> Row(object first, object second, object third, object? fourth) =>
            new(StringComparer.Ordinal) { ["A"] = first, ["B"] = second, ["C"] = third, ["D"] = fourth ?? "" };
    }

    /// <summary>The same as pages in the size of a letter; null when a name has no Latin form.</summary>
    public byte[]? Pdf()
    {
        if (Names.Any(name => Writable(name.Family).Length == 0 || Writable(name.Given).Length == 0))
            return null;
        using Paper paper = new();
        List<(string Text, string Right, bool Strong)> lines = [("Incentive invoice", "", true), ("", "", false),
            .. Head.Select(line => ($"{line.Label}: {(line.Written ? Writable(line.Value) : line.Value)}", "", false)), ("", "", false), ("People", "Amount in dollars", true),
            .. Names.Select((name, i) => ($"{i + 1}. {Writable(name.Family)}, {Writable(name.Given)}", Dollars(Each), false)), ("Total", Dollars(Invoice.Amount), true)];
        foreach (var (i, (text, right, strong)) in lines.Index())
        {
            if (i > 0 && i % LinesOfPage == 0)
                paper.NewPage();
            var y = 42 + (i % LinesOfPage * 15);
            paper.Text(54, y, text, 10, strong);
            paper.Text(450, y, right, 10, strong);
        }

        paper.Footer(54, 744, number => $"Page {number}");
        return paper.Done();
    }

    private static string Dollars(decimal amount) => amount.ToString("0.00", CultureInfo.InvariantCulture);

    /// <summary>
    /// The fonts that every reader has know the letters of English only: names are written as on claims. The workbook has them as they are.
    /// </summary>
    private static string Writable(string text) => Latin.Words(text, out _) ?? "";
}
