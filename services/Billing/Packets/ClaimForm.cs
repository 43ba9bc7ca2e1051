using System.Globalization;
using Ips.X12;

namespace Ips.Billing.Packets;

/// <summary>
/// A claim in the items of the form CMS-1500 (02/12), as the National Uniform Claim Committee numbers them. It is for people and for payers that take paper; six
/// lines stand on a page.
/// </summary>
internal static class ClaimForm
{
    private const int LinesOfPage = 6;
    private const double Left = 28, Row = 24;

    /// <summary>The form as PDF.</summary>
    /// <param name="claim">The claim as it stands in its file.</param>
    /// <param name="signed">The day of the file.</param>
    public static byte[] Print(ProfessionalClaim claim, DateOnly signed)
    {
        using Paper paper = new();
        var pages = claim.Lines.Chunk(LinesOfPage).ToArray();
        foreach (var (i, lines) in pages.Index())
        {
            if (i > 0)
                paper.NewPage();
            Page(paper, claim, lines, signed, pages.Length == 1 ? "" : $"page {i + 1} of {pages.Length}");
        }

        return paper.Done();
    }

    private static void Page(Paper paper, ProfessionalClaim claim, ServiceLine[] lines, DateOnly signed, string number)
    {
        paper.Text(Left, 24, "HEALTH INSURANCE CLAIM FORM", 12, isBold: true);
        paper.Text(Left, 40, "Items of CMS-1500 (02/12), from the electronic claim", 7);
        paper.Text(500, 40, number, 7);
        paper.Data(330, 22, claim.Payer.Name);
        paper.Data(330, 34, $"PAYER ID {claim.Payer.Id}");
        var y = 56d;
        y = People(paper, claim, y);
        y = Situation(paper, claim, y);
        y = Services(paper, lines, y);
        Sums(paper, claim, lines, y, signed);
    }

    private static double People(Paper paper, ProfessionalClaim claim, double y)
    {
        var (person, other) = (claim.Subscriber, claim.OtherPayers.Count > 0 ? claim.OtherPayers[0] : null);
        var name = Name(person.LastName, person.FirstName, person.MiddleName);
        paper.Box(Left, y, 360, Row, "1. KIND OF INSURANCE", claim.Payer.FilingIndicator == "MC" ? "MEDICAID" : claim.Payer.FilingIndicator == "MB" ? "MEDICARE" : "OTHER");
        paper.Box(388, y, 196, Row, "1a. INSURED'S I.D. NUMBER", person.MemberId);
        y += Row;
        paper.Box(Left, y, 210, Row, "2. PATIENT'S NAME", name);
        paper.Box(238, y, 150, Row, "3. PATIENT'S BIRTH DATE, SEX", $"{Day(person.BirthDate)}  {person.Gender}");
        paper.Box(388, y, 196, Row, "4. INSURED'S NAME", name);
        y += Row;
        paper.Box(Left, y, 210, Row, "5. PATIENT'S ADDRESS", $"{person.Address.Line1} {person.Address.Line2}".Trim());
        paper.Box(238, y, 150, Row, "6. RELATIONSHIP TO INSURED", "SELF");
        paper.Box(388, y, 196, Row, "7. INSURED'S ADDRESS", $"{person.Address.Line1} {person.Address.Line2}".Trim());
        y += Row;
        paper.Box(Left, y, 210, Row, "5. CITY, STATE, ZIP CODE", City(person.Address));
        paper.Box(238, y, 150, Row, "8. RESERVED");
        paper.Box(388, y, 196, Row, "7. CITY, STATE, ZIP CODE", City(person.Address));
        y += Row;
        paper.Box(Left, y, 210, Row, "9. OTHER INSURED'S NAME", other is null ? "" : Name(other.InsuredLastName, other.InsuredFirstName, null));
        paper.Box(238, y, 150, Row, "10. CONDITION RELATED TO EMPLOYMENT, ACCIDENT", "NO");
        paper.Box(388, y, 196, Row, "11. INSURED'S POLICY GROUP", claim.Payer.GroupNumber ?? "NONE");
        y += Row;
        paper.Box(Left, y, 210, Row, "9a. OTHER INSURED'S POLICY", other?.MemberId);
        paper.Box(238, y, 150, Row, "10d. CLAIM CODES");
        paper.Box(388, y, 196, Row, "11c. INSURANCE PLAN", claim.Payer.Name);
        y += Row;
        paper.Box(Left, y, 210, Row, "9d. OTHER INSURANCE PLAN", other?.Payer.Name);
        paper.Box(238, y, 150, Row, "11d. ANOTHER HEALTH PLAN", other is null ? "NO" : "YES");
        paper.Box(388, y, 196, Row, "12., 13. SIGNATURES", "SIGNATURE ON FILE");
        return y + Row;
    }

    private static double Situation(Paper paper, ProfessionalClaim claim, double y)
    {
        paper.Box(Left, y, 360, Row, "19. ADDITIONAL CLAIM INFORMATION", claim.Note);
        paper.Box(388, y, 196, Row, "20. OUTSIDE LAB", "NO");
        y += Row;
        paper.Box(Left, y, 360, 2 * Row, "21. DIAGNOSES, ICD IND. 0");
        for (var i = 0; i < claim.Diagnoses.Count; i++)
            paper.Data(Left + 6 + i % 4 * 88, y + 10 + i / 4 * 12, $"{(char)('A' + i)}. {claim.Diagnoses[i]}");
        paper.Box(388, y, 196, Row, "22. RESUBMISSION CODE, ORIGINAL REF. NO.", claim.Frequency == "1" ? "" : $"{claim.Frequency}  {claim.PayerClaim}");
        paper.Box(388, y + Row, 196, Row, "23. PRIOR AUTHORIZATION NUMBER", claim.Authorization);
        return y + 2 * Row;
    }

    private static double Services(Paper paper, ServiceLine[] lines, double y)
    {
        (string Label, double X, double Width)[] columns =
        [
            ("24.A. DATES OF SERVICE", Left, 132), ("B. PLACE", 160, 34), ("D. PROCEDURE, MODIFIERS", 194, 134), ("E. DIAGNOSIS", 328, 46), ("F. CHARGES", 374, 66),
            ("G. UNITS", 440, 34), ("J. LINE NUMBER", 474, 110),
        ];
        for (var i = 0; i < LinesOfPage; i++)
        {
            var line = i < lines.Length ? lines[i] : null;
            string?[] data = line is null ? new string?[columns.Length] :
            [
                $"{Day(line.Service.From)} {Day(line.Service.Through)}", line.Place, line.Procedure.ToString(),
                string.Concat(line.DiagnosisPointers.Select(p => (char)('A' + p - 1))), Dollars(line.Charge), line.Units.ToString("0.##", CultureInfo.InvariantCulture),
                line.LineControl,
            ];
            foreach (var (c, (label, x, width)) in columns.Index())
                paper.Box(x, y, width, Row, i == 0 ? label : "", data[c]);
            y += Row;
        }

        return y;
    }

    private static void Sums(Paper paper, ProfessionalClaim claim, ServiceLine[] lines, double y, DateOnly signed)
    {
        var (billing, paid) = (claim.Billing, claim.OtherPayers.Sum(o => o.Paid ?? 0));
        paper.Box(Left, y, 120, Row, "25. FEDERAL TAX I.D.", $"{billing.TaxNumber} {(billing.TaxNumberIsSsn ? "SSN" : "EIN")}");
        paper.Box(148, y, 150, Row, "26. PATIENT'S ACCOUNT NO.", claim.Claim);
        paper.Box(298, y, 76, Row, "27. ACCEPT ASSIGNMENT", "YES");
        paper.Box(374, y, 100, Row, "28. TOTAL CHARGE", Dollars(lines.Sum(l => l.Charge)));
        paper.Box(474, y, 110, Row, "29. AMOUNT PAID", paid == 0 ? "" : Dollars(paid));
        y += Row;
        paper.Box(Left, y, 180, 3 * Row, "31. SIGNATURE OF PHYSICIAN OR SUPPLIER");
        paper.Data(Left + 4, y + 12, claim.Rendering is { } rendering ? Name(rendering.LastName, rendering.FirstName, null) : billing.LastName);
        paper.Data(Left + 4, y + 26, claim.Rendering?.Npi is { } npi ? $"NPI {npi}" : "");
        paper.Data(Left + 4, y + 40, $"SIGNATURE ON FILE {Day(signed)}");
        paper.Box(208, y, 180, 3 * Row, "32. SERVICE FACILITY", "");
        paper.Data(212, y + 12, claim.Facility?.Name ?? $"PLACE {claim.Place}");
        paper.Data(212, y + 26, claim.Facility?.Address.Line1);
        paper.Data(212, y + 40, claim.Facility is { } facility ? City(facility.Address) : "");
        paper.Box(388, y, 196, 3 * Row, "33. BILLING PROVIDER");
        paper.Data(392, y + 12, billing.LastName);
        paper.Data(392, y + 24, billing.Address?.Line1);
        paper.Data(392, y + 36, billing.Address is { } address ? City(address) : "");
        paper.Data(392, y + 48, $"a. NPI {billing.Npi}");
        paper.Data(392, y + 60, billing.Taxonomy is null ? "" : $"b. ZZ{billing.Taxonomy}");
    }

    private static string Name(string last, string? first, string? middle) => string.Join(", ", new[] { last, first, middle }.Where(n => !string.IsNullOrEmpty(n)));

    private static string City(Address address) => $"{address.City} {address.State} {address.PostalCode}";

    private static string Day(DateOnly day) => day == default ? "" : day.ToString("MM dd yyyy", CultureInfo.InvariantCulture);

    private static string Dollars(decimal amount) => amount.ToString("0.00", CultureInfo.InvariantCulture);
}
