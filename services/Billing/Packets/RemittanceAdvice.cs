using System.Globalization;
using Ips.Billing.Sending;
using Ips.X12;

namespace Ips.Billing.Packets;

/// <summary>An 835 as a person reads it: the payment, each claim with its lines and why its charge was lowered, and the amounts that belong to no claim.</summary>
internal static class RemittanceAdvice
{
    private const double Left = 36, Right = 576, Bottom = 750, Step = 12;

    /// <summary>The remittances of a file as PDF.</summary>
    public static byte[] Print(IReadOnlyList<Remittance> remittances)
    {
        using Paper paper = new();
        foreach (var (i, remittance) in remittances.Index())
        {
            if (i > 0)
                paper.NewPage();
            Print(paper, remittance);
        }

        return paper.Done();
    }

    private static void Print(Paper paper, Remittance remittance)
    {
        var y = 36d;
        paper.Text(Left, y, "Remittance advice", 14, isBold: true);
        y += 22;
        var payment = remittance.Payment;
        foreach (var line in new[]
        {
            $"From {remittance.Payer?.LastName} to {remittance.Payee?.LastName} ({remittance.Payee?.Id})",
            $"Payment {payment.Trace}, {Method(payment.Method)}, {payment.Day?.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture) ?? "no day given"}, by {payment.PayerNumber}",
            $"Paid {Dollars(payment.Amount)} = claims {Dollars(remittance.Balance.Paid)} less other amounts {Dollars(remittance.Balance.ProviderAdjustments)}",
        })
        {
            paper.Text(Left, y, line);
            y += Step;
        }

        foreach (var claim in remittance.Claims)
            y = Print(paper, claim, y + 6);
        if (remittance.ProviderAdjustments.Count == 0)
            return;
        y = Room(paper, y + 10, 3);
        paper.Text(Left, y, "Amounts that belong to no claim", 9, isBold: true);
        foreach (var amount in remittance.ProviderAdjustments)
        {
            y = Room(paper, y + Step, 1);
            paper.Text(Left + 10, y, $"{amount.Reason} {Reason(amount.Reason)}, reference {amount.Reference ?? "none"}: {Dollars(-amount.Amount)}");
        }
    }

    private static double Print(Paper paper, RemittanceClaim claim, double y)
    {
        y = Room(paper, y, 4);
        paper.Line(Left, y, Right - Left);
        y += 4;
        paper.Text(Left, y, $"Claim {claim.Claim}, payer's number {claim.PayerClaim}: {Decision(claim.Decision)}", 9, isBold: true);
        y += Step;
        paper.Text(Left, y, $"{claim.Patient?.LastName}, {claim.Patient?.FirstName}  {claim.Patient?.Id}");
        paper.Data(Left + 300, y, $"charge {Dollars(claim.Charge),10}  paid {Dollars(claim.Paid),10}", 8);
        foreach (var adjustment in claim.Adjustments)
            y = Print(paper, adjustment, y);
        foreach (var line in claim.Lines)
        {
            y = Room(paper, y + Step, 1);
            paper.Text(Left + 10, y, $"{line.Service?.From.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)}  {line.Procedure}  {line.Units.ToString("0.##", CultureInfo.InvariantCulture)} units  {line.LineControl}", 8);
            paper.Data(Left + 300, y, $"charge {Dollars(line.Charge),10}  paid {Dollars(line.Paid),10}", 8);
            foreach (var adjustment in line.Adjustments)
                y = Print(paper, adjustment, y);
            if (line.Remarks.Count > 0)
            {
                y = Room(paper, y + Step, 1);
                paper.Text(Left + 20, y, $"Remarks {string.Join(", ", line.Remarks)}", 8);
            }
        }

        return y + Step;
    }

    private static double Print(Paper paper, Adjustment adjustment, double y)
    {
        y = Room(paper, y + Step, 2);
        paper.Text(Left + 20, y, $"{Group(adjustment.Group)}, {adjustment.Group} {adjustment.Reason}", 8);
        paper.Data(Left + 300, y, $"less {Dollars(adjustment.Amount),12}", 8);
        var guide = DenialCodes.GuideOf(adjustment.Reason);
        y = Room(paper, y + Step, 1);
        paper.Text(Left + 30, y, guide, 7);
        return y;
    }

    /// <summary>Where so many lines fit: here, or on a new page.</summary>
    private static double Room(Paper paper, double y, int lines)
    {
        if (y + lines * Step <= Bottom)
            return y;
        paper.NewPage();
        return 36;
    }

    private static string Method(string method) => method switch
    {
        "ACH" => "electronic transfer",
        "CHK" => "check",
        "NON" => "no money moves",
        "FWT" => "wire transfer",
        _ => method,
    };

    private static string Group(string group) => group switch
    {
        "CO" => "by contract",
        "PR" => "to be paid by the person",
        "PI" => "lowered by the payer",
        _ => "other",
    };

    private static string Decision(ClaimDecision decision) => decision switch
    {
        ClaimDecision.Denied => "denied",
        ClaimDecision.Reversal => "an earlier payment taken back",
        _ => "decided",
    };

    private static string Reason(string code) => code switch
    {
        "WO" => "taken back",
        "FB" => "carried forward",
        "L6" => "interest",
        "72" => "returned payment",
        "CS" => "adjustment",
        _ => "",
    };

    private static string Dollars(decimal amount) => amount.ToString("0.00", CultureInfo.InvariantCulture);
}
