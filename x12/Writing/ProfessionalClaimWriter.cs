using System.Globalization;

namespace Ips.X12;

/// <summary>Writes professional claims as 837P 005010X222A1. Consecutive claims of the same provider, subscriber and payer share their levels.</summary>
public static class ProfessionalClaimWriter
{
    /// <summary>Claims in one transaction set at most: what the guide recommends.</summary>
    public const int ClaimsPerSet = 5000;

    private const int ClaimsPerSubscriber = 100;
    private static readonly TransactionGrammar Grammar = TransactionGrammar.Find("837", "005010X222A1")!;

    /// <summary>Writes an interchange with one group. More claims than a set takes are split, in their order; the second set and later ones have <c>-2</c> and so on after the batch's reference.</summary>
    /// <param name="output">Receives the file. It is complete only when no error was reported.</param>
    /// <param name="envelope">Sender, receiver and control numbers.</param>
    /// <param name="batch">The head.</param>
    /// <param name="claims">The claims; taken one by one.</param>
    /// <param name="findings">What could not be written.</param>
    /// <param name="options">Separators and characters.</param>
    /// <param name="claimsPerSet">Claims in one transaction set at most, 1 to <see cref="ClaimsPerSet"/>: what the payer takes.</param>
    /// <returns>Whether the file may be sent, as far as the writing shows; <see cref="X12Validator"/> checks the rest.</returns>
    public static bool Write(Stream output, OutgoingEnvelope envelope, ClaimBatch batch, IEnumerable<ProfessionalClaim> claims, Findings findings,
        WriteOptions? options = null, int claimsPerSet = ClaimsPerSet)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(claimsPerSet, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(claimsPerSet, ClaimsPerSet);
        return SharedSegments.Interchange(output, envelope, options, findings, writer => writer.Group(envelope, Grammar, claims.Chunk(claimsPerSet).Index(), set =>
            WriteSet(writer, set.Index == 0 ? batch
                : batch with { Reference = string.Create(CultureInfo.InvariantCulture, $"{batch.Reference}-{set.Index + 1}") }, set.Item)));
    }

    private static void WriteSet(X12Writer writer, ClaimBatch batch, ProfessionalClaim[] claims)
    {
        writer.Head("0019", "00", batch.Reference, batch.Created, batch.IsEncounter ? "RP" : "CH");
        writer.Party(new("41", batch.SubmitterName, null, "46", batch.SubmitterId));
        writer.Segment("PER", "IC", X12Value.Words(batch.ContactName), "TE", batch.ContactPhone);
        writer.Party(new("40", batch.ReceiverName, null, "46", batch.ReceiverId));
        int level = 0, provider = 0, inLevel = 0;
        ProfessionalClaim? last = null;
        foreach (var claim in claims)
        {
            if (last is null || last.Billing != claim.Billing)
            {
                provider = ++level;
                WriteBilling(writer, claim.Billing, level);
                last = null;
            }

            if (last is null || last.Subscriber != claim.Subscriber || last.Payer != claim.Payer || inLevel == ClaimsPerSubscriber)
            {
                inLevel = 0;
                WriteSubscriber(writer, claim, ++level, provider);
            }

            inLevel++;
            WriteClaim(writer, claim);
            last = claim;
        }
    }

    private static void WriteBilling(X12Writer writer, Provider billing, int level)
    {
        writer.Segment("HL", level, X12Value.None, "20", "1");
        if (billing.Taxonomy is not null)
            writer.Segment("PRV", "BI", "PXC", billing.Taxonomy);
        WriteProvider(writer, "85", billing);
        if (billing.Address is not null)
            WriteAddress(writer, billing.Address);
        writer.Segment("REF", billing.TaxNumberIsSsn ? "SY" : "EI", billing.TaxNumber);
    }

    private static void WriteProvider(X12Writer writer, string entity, Provider provider) =>
        writer.Party(new(entity, provider.LastName, provider.FirstName, provider.Npi is null ? null : "XX", provider.Npi));

    private static void WriteAddress(X12Writer writer, Address address)
    {
        writer.Segment("N3", X12Value.Words(address.Line1), X12Value.Words(address.Line2));
        writer.Segment("N4", X12Value.Words(address.City), address.State, address.PostalCode);
    }

    private static void WriteSubscriber(X12Writer writer, ProfessionalClaim claim, int level, int provider)
    {
        var (subscriber, payer) = (claim.Subscriber, claim.Payer);
        writer.Segment("HL", level, provider, "22", "0");
        writer.Segment("SBR", payer.Order, "18", payer.GroupNumber, X12Value.None, X12Value.None, X12Value.None, X12Value.None, X12Value.None,
            payer.FilingIndicator);
        writer.Segment("NM1", "IL", "1", X12Value.Words(subscriber.LastName), X12Value.Words(subscriber.FirstName), X12Value.Words(subscriber.MiddleName),
            X12Value.None,
            X12Value.Words(subscriber.Suffix), "MI", subscriber.MemberId);
        WriteAddress(writer, subscriber.Address);
        writer.Segment("DMG", "D8", (DateOnly?)subscriber.BirthDate, subscriber.Gender);
        writer.Payer(payer);
        if (payer.SecondId is not null)
            writer.Segment("REF", payer.SecondIdQualifier, payer.SecondId);
    }

    private static void WriteClaim(X12Writer writer, ProfessionalClaim claim)
    {
        writer.Segment("CLM", claim.Claim, (decimal?)claim.Charge, X12Value.None, X12Value.None, X12Value.Composite(claim.Place, "B", claim.Frequency), "Y",
            "A", "Y", "Y");
        writer.Attachments(claim.Attachments);
        if (claim.Authorization is not null)
            writer.Segment("REF", "G1", claim.Authorization);
        if (claim.PayerClaim is not null)
            writer.Segment("REF", "F8", claim.PayerClaim);
        if (claim.Note is not null)
            writer.Segment("NTE", "ADD", X12Value.Words(claim.Note));
        writer.Segment("HI", [.. claim.Diagnoses.Select((d, i) => X12Value.Composite(i == 0 ? "ABK" : "ABF", d))]);
        if (claim.Rendering is { } rendering)
        {
            WriteProvider(writer, "82", rendering);
            if (rendering.Taxonomy is not null)
                writer.Segment("PRV", "PE", "PXC", rendering.Taxonomy);
        }

        if (claim.Facility is { } facility)
        {
            writer.Party(new("77", facility.Name, null, facility.Npi is null ? null : "XX", facility.Npi));
            WriteAddress(writer, facility.Address);
        }

        foreach (var other in claim.OtherPayers)
            WriteOther(writer, other);
        for (var i = 0; i < claim.Lines.Count; i++)
            WriteLine(writer, claim.Lines[i], i + 1);
    }

    private static void WriteOther(X12Writer writer, OtherPayer other)
    {
        writer.Segment("SBR", other.Payer.Order, other.Relation, other.Payer.GroupNumber, X12Value.None, X12Value.None, X12Value.None, X12Value.None,
            X12Value.None, other.Payer.FilingIndicator);
        WriteAdjustments(writer, other.Adjustments);
        if (other.Paid is not null)
            writer.Segment("AMT", "D", other.Paid);
        if (other.PatientPart is not null)
            writer.Segment("AMT", "EAF", other.PatientPart);
        writer.Segment("OI", X12Value.None, X12Value.None, "Y", X12Value.None, X12Value.None, "Y");
        writer.Party(new("IL", other.InsuredLastName, other.InsuredFirstName, "MI", other.MemberId));
        writer.Payer(other.Payer);
        if (other.AdjudicatedOn is not null)
            writer.Segment("DTP", "573", "D8", other.AdjudicatedOn);
        if (other.PayerClaim is not null)
            writer.Segment("REF", "F8", other.PayerClaim);
    }

    private static void WriteLine(X12Writer writer, ServiceLine line, int number)
    {
        writer.Segment("LX", number);
        writer.Segment("SV1", X12Value.Of(line.Procedure), (decimal?)line.Charge, "UN", (decimal?)line.Units, line.Place, X12Value.None,
            X12Value.Composite([.. line.DiagnosisPointers.Select(p => p.ToString(CultureInfo.InvariantCulture))]));
        writer.Days("472", line.Service);
        if (line.Authorization is not null)
            writer.Segment("REF", "G1", line.Authorization);
        writer.Segment("REF", "6R", line.LineControl);
        if (line.Note is not null)
            writer.Segment("NTE", "ADD", X12Value.Words(line.Note));
        foreach (var decision in line.Adjudications ?? [])
        {
            writer.Segment("SVD", decision.PayerId, (decimal?)decision.Paid, X12Value.Of(decision.Procedure), X12Value.None, (decimal?)decision.Units);
            WriteAdjustments(writer, decision.Adjustments);
            writer.Segment("DTP", "573", "D8", (DateOnly?)decision.Day);
        }
    }

    /// <summary>One CAS for each run of the same group, with up to six reasons.</summary>
    private static void WriteAdjustments(X12Writer writer, IReadOnlyList<Adjustment> adjustments)
    {
        for (var i = 0; i < adjustments.Count;)
        {
            List<X12Value> elements = [adjustments[i].Group];
            var group = adjustments[i].Group;
            for (var reasons = 0; reasons < 6 && i < adjustments.Count && adjustments[i].Group == group; reasons++, i++)
                elements.AddRange([adjustments[i].Reason, (decimal?)adjustments[i].Amount, adjustments[i].Units]);
            writer.Segment("CAS", [.. elements]);
        }
    }
}
