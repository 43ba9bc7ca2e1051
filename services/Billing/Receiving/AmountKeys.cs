using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Ips.X12;

namespace Ips.Billing.Receiving;

/// <summary>
/// The keys under which the amounts of a remittance are posted once: the hash of payer, payment, claim and line as the payer names them. In another file, or sent
/// again, they are the same.
/// </summary>
/// <param name="Remittance">The remittance.</param>
/// <param name="Claims">One key for each line of each claim, or for a claim without lines.</param>
/// <param name="All">The keys alone.</param>
/// <param name="Payment">The key of the payment as a whole.</param>
internal sealed record AmountKeys(
    Remittance Remittance, IReadOnlyList<(RemittanceClaim Claim, IReadOnlyList<(RemittanceLine? Line, string Key)> Lines)> Claims, IReadOnlyList<string> All,
    string Payment)
{
    /// <summary>The keys of a remittance.</summary>
    public static AmountKeys Of(Remittance remittance)
    {
        var payment = remittance.Payment;
        Dictionary<string, int> times = new(StringComparer.Ordinal);
        List<(RemittanceClaim, IReadOnlyList<(RemittanceLine?, string)>)> claims = [];
        List<string> all = [];
        foreach (var claim in remittance.Claims)
        {
            string[] name = [payment.PayerNumber, payment.Trace, claim.Claim, claim.PayerClaim, claim.DecisionCode];
            var time = times[string.Join('\n', name)] = times.GetValueOrDefault(string.Join('\n', name)) + 1;
            List<(RemittanceLine? Line, string Key)> lines = claim.Lines.Count == 0 ? [(null, KeyOf([.. name, $"{time}", "0"]))]
                : [.. claim.Lines.Select((line, i) => ((RemittanceLine?)line, KeyOf([.. name, $"{time}", $"{i + 1}"])))];
            claims.Add((claim, lines));
            all.AddRange(lines.Select(line => line.Key));
        }

        return new(remittance, claims, all, KeyOf([payment.PayerNumber, payment.Trace, Text(payment.Amount), .. all,
            .. remittance.ProviderAdjustments.Select(p => $"{p.Reason} {p.Reference} {Text(p.Amount)}")]));
    }

    /// <summary>The key of parts that name an amount.</summary>
    public static string KeyOf(params IEnumerable<string> parts) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\n', parts))));

    private static string Text(decimal amount) => amount.ToString(CultureInfo.InvariantCulture);
}
