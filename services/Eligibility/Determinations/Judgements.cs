using Google.Protobuf;
using Ips.ServiceDefaults;
using Wire = Ips.Contracts.Eligibility.V1;

namespace Ips.Eligibility.Determinations;

/// <summary>Judgements of the payer's reviewer, as a sealed column: their reasons are free text about a person.</summary>
internal static class Judgements
{
    public static byte[] Seal(Particulars particulars, IReadOnlyList<Wire.Judgement> judgements)
    {
        Wire.DeterminationStep carrier = new();
        carrier.Judgements.AddRange(judgements);
        return particulars.Seal(Convert.ToBase64String(carrier.ToByteArray()));
    }

    public static IReadOnlyList<Wire.Judgement> Open(Particulars particulars, byte[] column) =>
        Wire.DeterminationStep.Parser.ParseFrom(Convert.FromBase64String(particulars.Open(column))).Judgements;
}
