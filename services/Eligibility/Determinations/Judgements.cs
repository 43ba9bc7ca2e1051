using Google.Protobuf;
using Proto = Ips.Contracts.Eligibility.V1;

namespace Ips.Eligibility.Determinations;

/// <summary>Judgements of the payer's reviewer in an encrypted column: their reasons are free text about a person.</summary>
internal static class Judgements
{
    public static byte[] Seal(PersonalDataProtector particulars, IReadOnlyList<Proto.Judgement> judgements)
    {
        Proto.DeterminationStep carrier = new();
        carrier.Judgements.AddRange(judgements);
        return particulars.Protect(Convert.ToBase64String(carrier.ToByteArray()));
    }

    public static IReadOnlyList<Proto.Judgement> Open(PersonalDataProtector particulars, byte[] column) =>
        Proto.DeterminationStep.Parser.ParseFrom(Convert.FromBase64String(particulars.Unprotect(column))).Judgements;
}
