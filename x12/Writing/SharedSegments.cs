using System.Globalization;

namespace Ips.X12;

/// <summary>What transactions write alike.</summary>
internal static class SharedSegments
{
    /// <summary>Writes an interchange.</summary>
    /// <returns>Whether it may be sent.</returns>
    public static bool Interchange(Stream output, OutgoingEnvelope envelope, WriteOptions? options, Findings findings, Action<X12Writer> groups)
    {
        var before = findings.Errors;
        using X12Writer writer = new(output, options ?? WriteOptions.Usual, findings);
        writer.BeginInterchange(envelope);
        groups(writer);
        writer.EndInterchange();
        return findings.Errors == before;
    }

    /// <summary>Writes a group with a set for each document.</summary>
    public static void Group<T>(this X12Writer writer, OutgoingEnvelope envelope, TransactionGrammar grammar, IEnumerable<T> documents, Action<T> segments)
    {
        writer.BeginGroup(envelope, grammar);
        foreach (var document in documents)
        {
            writer.BeginSet(grammar);
            segments(document);
            writer.EndSet();
        }

        writer.EndGroup();
    }

    /// <summary>BHT.</summary>
    public static void Head(this X12Writer writer, string structure, string purpose, string reference, DateTimeOffset created, string? type = null) =>
        writer.Segment("BHT", structure, purpose, reference, (DateOnly?)DateOnly.FromDateTime(created.DateTime),
            created.ToString("HHmm", CultureInfo.InvariantCulture), type);

    /// <summary>NM1 of a person or an organization, if there is one.</summary>
    public static void Party(this X12Writer writer, Party? party)
    {
        if (party is not null)
            writer.Segment("NM1", party.Entity, party.Entity == "IL" || party.FirstName is not null ? "1" : "2", X12Value.Words(party.LastName),
                X12Value.Words(party.FirstName), X12Value.None, X12Value.None, X12Value.None, party.IdQualifier, party.Id);
    }

    /// <summary>NM1 of a payer.</summary>
    public static void Payer(this X12Writer writer, ClaimPayer payer) => writer.Party(new("PR", payer.Name, null, "PI", payer.Id));

    /// <summary>DMG of a person, if the birth date is known.</summary>
    public static void BirthDate(this X12Writer writer, DateOnly? birth)
    {
        if (birth is not null)
            writer.Segment("DMG", "D8", birth);
    }

    /// <summary>DTP of a day, or of days from and through.</summary>
    public static void Days(this X12Writer writer, string qualifier, Period days) =>
        writer.Segment("DTP", qualifier, days.From == days.Through ? "D8" : "RD8", X12Value.Of(days));

    /// <summary>TRN: 1 of a question, 2 of an answer.</summary>
    public static void Traces(this X12Writer writer, string type, IEnumerable<TraceNumber> traces)
    {
        foreach (var trace in traces)
            writer.Segment("TRN", type, trace.Number, trace.Company);
    }

    /// <summary>AAA.</summary>
    public static void Refusals(this X12Writer writer, IEnumerable<Refusal> refusals)
    {
        foreach (var refusal in refusals)
            writer.Segment("AAA", "Y", X12Value.None, refusal.Reason, refusal.Action);
    }

    /// <summary>PWK of what is sent apart.</summary>
    public static void Attachments(this X12Writer writer, IEnumerable<Attachment> attachments)
    {
        foreach (var attachment in attachments)
            writer.Segment("PWK", attachment.Report, attachment.Transmission, X12Value.None, X12Value.None, attachment.Control is null ? null : "AC",
                attachment.Control);
    }
}
