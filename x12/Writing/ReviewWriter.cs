using System.Globalization;

namespace Ips.X12;

/// <summary>Writes services reviews, requests and answers alike: 278 005010X217.</summary>
public static class ReviewWriter
{
    private static readonly TransactionGrammar Grammar = TransactionGrammar.Find("278", "005010X217")!;

    /// <summary>Writes an interchange with one review.</summary>
    /// <param name="output">Receives the file.</param>
    /// <param name="envelope">Sender, receiver and control numbers.</param>
    /// <param name="review">The review.</param>
    /// <param name="findings">What could not be written.</param>
    /// <param name="options">Separators and characters.</param>
    /// <returns>Whether the file may be sent.</returns>
    public static bool Write(Stream output, OutgoingEnvelope envelope, ReviewAnswer review, Findings findings, WriteOptions? options = null)
    {
        var before = findings.Errors;
        using X12Writer writer = new(output, options ?? WriteOptions.Usual, findings);
        writer.BeginInterchange(envelope);
        WriteGroup(writer, envelope, [review]);
        writer.EndInterchange();
        return findings.Errors == before;
    }

    /// <summary>Writes a group of reviews into an interchange that is open.</summary>
    public static void WriteGroup(X12Writer writer, OutgoingEnvelope envelope, IEnumerable<ReviewAnswer> reviews)
    {
        writer.BeginGroup(envelope, Grammar);
        foreach (var review in reviews)
            WriteSet(writer, envelope, review);
        writer.EndGroup();
    }

    private static void WriteSet(X12Writer writer, OutgoingEnvelope envelope, ReviewAnswer review)
    {
        writer.BeginSet(Grammar);
        writer.Segment("BHT", "0007", review.Purpose, review.Reference, (DateOnly?)DateOnly.FromDateTime(envelope.Created.DateTime),
            envelope.Created.ToString("HHmm", CultureInfo.InvariantCulture), review.IsAnswer ? "18" : null);
        var level = 1;
        writer.Segment("HL", level, X12Value.None, "20", review.Requester is null ? "0" : "1");
        WriteRefusals(writer, review.Refusals.Where(r => r.Loop is null or "2000A"));
        WriteParty(writer, review.Reviewer);
        WriteRefusals(writer, review.Refusals.Where(r => r.Loop == "2010A"));
        if (review.Requester is not null)
        {
            writer.Segment("HL", ++level, level - 1, "21", review.Subscriber is null ? "0" : "1");
            WriteParty(writer, review.Requester);
            WriteRefusals(writer, review.Refusals.Where(r => r.Loop == "2010B"));
        }

        if (review.Subscriber is not null)
        {
            writer.Segment("HL", ++level, level - 1, "22", review.Items.Count > 0 ? "1" : "0");
            WriteParty(writer, review.Subscriber);
            WriteRefusals(writer, review.Refusals.Where(r => r.Loop is "2010C" or "2010D"));
            if (review.BirthDate is { } birth)
                writer.Segment("DMG", "D8", (DateOnly?)birth);
        }

        var (above, @event) = (level, level);
        foreach (var (i, item) in review.Items.Index())
        {
            if (!item.IsService)
                @event = level + 1;
            WriteItem(writer, item, ++level, item.IsService ? @event : above,
                hasServices: !item.IsService && i + 1 < review.Items.Count && review.Items[i + 1].IsService, review.IsAnswer);
        }

        writer.EndSet();
    }

    private static void WriteItem(X12Writer writer, ReviewItem item, int level, int parent, bool hasServices, bool isAnswer)
    {
        writer.Segment("HL", level, parent, item.IsService ? "SS" : "EV", hasServices ? "1" : "0");
        foreach (var trace in item.TraceNumbers)
            writer.Segment("TRN", isAnswer ? "2" : "1", trace.Number, trace.Company);
        WriteRefusals(writer, item.Refusals);
        if (item.Category is not null || !item.IsService)
            writer.Segment("UM", item.Category ?? "HS", item.RequestType ?? "I", item.ServiceType, X12Value.None, X12Value.None, item.Urgency);
        if (item.DecisionCode is not null)
            writer.Segment("HCR", item.DecisionCode, item.Number, item.Reason);
        if (item.Earlier is not null)
            writer.Segment("REF", "BB", item.Earlier);
        if (item.Administrative is not null)
            writer.Segment("REF", "NT", item.Administrative);
        if (item.Approved is { } days)
            writer.Segment("DTP", item.IsService ? "472" : "AAH", days.From == days.Through ? "D8" : "RD8", X12Value.Of(days));
        if (item is { IsService: true, Procedure: { } procedure })
            writer.Segment("SV1", X12Value.Of(procedure), X12Value.None, item.Units is null ? null : "UN", item.Units);
        else if (item.Units is not null)
            writer.Segment("HSD", "VS", item.Units);
        foreach (var attachment in item.Attachments)
            writer.Segment("PWK", attachment.Report, attachment.Transmission, X12Value.None, X12Value.None, attachment.Control is null ? null : "AC",
                attachment.Control);
        if (item.Message is not null)
            writer.Segment("MSG", X12Value.Words(item.Message));
    }

    private static void WriteParty(X12Writer writer, Party? party)
    {
        if (party is not null)
            writer.Segment("NM1", party.Entity, party.Entity == "IL" || party.FirstName is not null ? "1" : "2", X12Value.Words(party.LastName),
                X12Value.Words(party.FirstName), X12Value.None, X12Value.None, X12Value.None, party.IdQualifier, party.Id);
    }

    private static void WriteRefusals(X12Writer writer, IEnumerable<Refusal> refusals)
    {
        foreach (var refusal in refusals)
            writer.Segment("AAA", "Y", X12Value.None, refusal.Reason, refusal.Action);
    }
}
