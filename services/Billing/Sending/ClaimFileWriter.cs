using System.Globalization;
using Ips.X12;
using Proto = Ips.Contracts.Billing.V1;

namespace Ips.Billing.Sending;

/// <summary>Writes claims as a file and checks it, without a database.</summary>
internal static class ClaimFileWriter
{
    /// <summary>The number of the set that the claim at a place of the file is in, from 1: a payer limits the claims of a set.</summary>
    public static int SetNumber(int place, Terms terms) => place / terms.Companion.ClaimsPerSet + 1;

    /// <summary>The number of a set as an answer names it (ST02); null when it names none.</summary>
    public static int? SetNumber(string control) => int.TryParse(control, CultureInfo.InvariantCulture, out var number) ? number : null;

    /// <summary>CLM01 of a number.</summary>
    public static string ClaimNumber(long number) => $"C{number:000000000}";

    /// <summary>REF*6R of a number.</summary>
    public static string LineControl(long number) => $"L{number:000000000}";

    /// <summary>The claim with its numbers.</summary>
    public static ProfessionalClaim Number(ProfessionalClaim claim, long number) =>
        claim with { Claim = ClaimNumber(number), Lines = [.. claim.Lines.Select(l => l with { LineControl = LineControl(number) })] };

    /// <summary>What a file of this claim alone would be refused for, and what is only remarked on.</summary>
    public static (List<Proto.SendFinding> Errors, List<Proto.SendFinding> Remarks) Check(
        ProfessionalClaim claim, string line, Terms terms, DateTimeOffset local, int control)
    {
        var (_, findings) = Write([claim], terms, local, control, "CHECK");
        return ([.. findings.Where(f => f.IsError).Select(f => Show(f, line))], [.. findings.Where(f => !f.IsError).Select(f => Show(f, line))]);
    }

    /// <summary>The file with what a check of it found.</summary>
    public static (byte[] File, IReadOnlyList<Finding> Findings) Write(
        IReadOnlyList<ProfessionalClaim> claims, Terms terms, DateTimeOffset local, int control, string reference)
    {
        var (profile, payer, companion) = terms;
        using MemoryStream file = new();
        Findings written = new();
        ProfessionalClaimWriter.Write(file,
            new("ZZ", payer.SubmitterId, companion.ReceiverQualifier, payer.ReceiverId, local, control, control, payer.Test),
            new(reference, local, false, profile.Name, payer.SubmitterId, profile.Contact, profile.ContactPhone, payer.PayerName, payer.ReceiverId),
            claims, written, WriteOptions.Usual with { Characters = companion.Characters }, companion.ClaimsPerSet);
        var bytes = file.ToArray();
        return (bytes, [.. written.Stored, .. X12Validator.Check(bytes, companion).Findings.Stored]);
    }

    /// <summary>The finding as the contract shows it.</summary>
    public static Proto.SendFinding Show(Finding finding, string line) => new()
    {
        ClaimLine = line,
        Level = (int)finding.Level,
        Place = $"{finding.At.Loop} {finding.At.Reference}".Trim(),
        Reason = $"found {finding.Found}, expected {finding.Expected}",
        Fix = finding.Fix,
    };
}
