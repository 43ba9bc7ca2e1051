using System.Globalization;
using System.Security.Cryptography;
using Ips.Billing.Claims;
using Ips.Billing.Sending;
using Ips.Contracts;
using Ips.X12;
using Proto = Ips.Contracts.Billing.V1;

namespace Ips.Billing.Receiving;

/// <summary>A file that came in, read once: what it says, and the numbers by which claims of ours are found.</summary>
internal sealed class IncomingFile
{
    private const int MostFindings = 100;

    private IncomingFile(byte[] content, List<X12Document> documents, Findings findings)
    {
        Content = content;
        Sha256 = Convert.ToHexStringLower(SHA256.HashData(content));
        Documents = documents;
        Errors = [.. findings.Stored.Where(f => f.IsError).Take(MostFindings).Select(Show)];
        Remittances = [.. documents.OfType<Remittance>().Select(AmountKeys.Of)];
        Decided = [.. Remittances.SelectMany(r => r.Remittance.Claims)];
    }

    /// <summary>Its bytes.</summary>
    public byte[] Content { get; }

    /// <summary>SHA-256 of them.</summary>
    public string Sha256 { get; }

    /// <summary>What it says, in its order.</summary>
    public IReadOnlyList<X12Document> Documents { get; }

    /// <summary>What keeps it from being used; empty when it is sound.</summary>
    public IReadOnlyList<Proto.FileFinding> Errors { get; }

    /// <summary>Its 835s, each with the keys of its amounts. A file with errors has them too; nothing is posted of it.</summary>
    public IReadOnlyList<AmountKeys> Remittances { get; }

    /// <summary>The claims of its 835s.</summary>
    public IReadOnlyList<RemittanceClaim> Decided { get; }

    /// <summary>The transactions in it.</summary>
    public List<string> Transactions => [.. Documents.Select(NameOf).Distinct(StringComparer.Ordinal)];

    /// <summary>Our claim numbers and line control numbers that it names, and numbers of the payer.</summary>
    public (List<string> Claims, List<string> Lines, List<string> PayerClaims, List<DateOnly> Days) Names()
    {
        var statuses = Documents.OfType<ClaimStatusReport>().SelectMany(r => r.Claims).ToList();
        return (
            [.. Decided.Select(d => d.Claim).Concat(statuses.Select(s => s.Claim)).Where(n => n.Length > 0).Distinct(StringComparer.Ordinal)],
            [.. Decided.SelectMany(d => d.Lines).Select(l => l.LineControl).OfType<string>().Distinct(StringComparer.Ordinal)],
            [.. Decided.Select(d => d.PayerClaim).Where(n => n.Length > 0).Distinct(StringComparer.Ordinal)],
            // Only a claim without a number of ours needs its contents.
            [.. Decided.SelectMany(d => d.Lines.Where(l => l.LineControl is null).Select(l => l.Service ?? d.Statement)).OfType<Period>()
                .Select(s => s.From).Distinct()]);
    }

    /// <summary>People and claims that 271 and 277 answer our questions about.</summary>
    public (List<IndividualId> People, List<ClaimId> Claims) Inquired() => (
        [.. Documents.OfType<EligibilityAnswer>().SelectMany(a => a.People).SelectMany(p => p.Traces).Select(t => InquiryTrace.IdOf('E', t.Number)).OfType<Guid>()
            .Select(id => new IndividualId(id)).Distinct()],
        [.. Documents.OfType<ClaimStatusReport>().Where(r => !r.IsAcknowledgement).SelectMany(r => r.Claims).Select(c => InquiryTrace.IdOf('S', c.Claim)).OfType<Guid>()
            .Select(id => new ClaimId(id)).Distinct()]);

    /// <summary>Control numbers of batches that TA1, 999 and 277CA name.</summary>
    public List<int> Controls() => [.. Documents.SelectMany(d => d switch
    {
        InterchangeAcknowledgement ta1 => [ta1.Control],
        Acknowledgement ack => [ack.Control],
        ClaimStatusReport { Batch: var batch } when BatchOf(batch) is var (control, _) => [control],
        _ => Array.Empty<string>(),
    }).Select(n => int.TryParse(n, CultureInfo.InvariantCulture, out var number) ? number : 0).Where(n => n > 0).Distinct()];

    /// <summary>The control number of the batch that a 277CA names by its reference (BHT03), and its set: the second one and later ones have <c>-2</c> and so on.</summary>
    public static (string Control, int Set)? BatchOf(string? reference) => reference is ['B', .. var rest] && rest.Split('-') is var parts && parts.Length <= 2
        ? parts.Length == 1 ? (parts[0], 1) : ClaimFileWriter.SetNumber(parts[1]) is { } set ? (parts[0], set) : null : null;

    /// <summary>Reads a file. Nothing is taken from one with an error.</summary>
    public static IncomingFile Read(byte[] content)
    {
        Findings findings = new();
        return new(content, [.. X12Documents.Read(content, findings)], findings);
    }

    /// <summary>What the transaction is called.</summary>
    public static string NameOf(X12Document document) => document switch
    {
        InterchangeAcknowledgement => "TA1",
        Acknowledgement => "999",
        ClaimStatusReport { IsAcknowledgement: true } => "277CA",
        ClaimStatusReport => "277",
        Remittance => "835",
        _ => document.Envelope.Set?.Id ?? "unknown",
    };

    /// <summary>The payment as the contract shows it.</summary>
    public static Proto.PaymentAdvice Advice(Remittance remittance) => new()
    {
        Trace = remittance.Payment.Trace,
        PayerNumber = remittance.Payment.PayerNumber,
        Amount = remittance.Payment.Amount.Dollars(),
        Method = remittance.Payment.Method,
        PaymentDate = remittance.Payment.Day.Day(),
        ProviderAmounts =
        {
            remittance.ProviderAdjustments.Select(p => new Proto.ProviderLevelAmount { Reason = p.Reason, Reference = p.Reference ?? "",
                Amount = p.Amount.Dollars() }),
        },
    };

    private static Proto.FileFinding Show(Finding finding) => new()
    {
        Level = (int)finding.Level,
        Place = finding.At.ToString(),
        Reason = $"found {finding.Found}, expected {finding.Expected}",
        Fix = finding.Fix,
    };
}
