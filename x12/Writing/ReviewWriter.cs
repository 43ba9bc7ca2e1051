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
    public static bool Write(Stream output, OutgoingEnvelope envelope, ReviewAnswer review, Findings findings, WriteOptions? options = null) =>
        SharedSegments.Interchange(output, envelope, options, findings, writer => WriteGroup(writer, envelope, [review]));

    /// <summary>Writes a group of reviews into an interchange that is open.</summary>
    public static void WriteGroup(X12Writer writer, OutgoingEnvelope envelope, IEnumerable<ReviewAnswer> reviews) =>
        writer.Group(envelope, Grammar, reviews, review => WriteReview(writer, envelope, review));

    private static void WriteReview(X12Writer writer, OutgoingEnvelope envelope, ReviewAnswer review)
    {
        writer.Head("0007", review.Purpose, review.Reference, envelope.Created, review.IsAnswer ? "18" : null);
        var level = 1;
        writer.Segment("HL", level, X12Value.None, "20", review.Requester is null ? "0" : "1");
        writer.Refusals(review.Refusals.Where(r => r.Loop is null or "2000A"));
        writer.Party(review.Reviewer);
        writer.Refusals(review.Refusals.Where(r => r.Loop == "2010A"));
        if (review.Requester is not null)
        {
            writer.Segment("HL", ++level, level - 1, "21", review.Subscriber is null ? "0" : "1");
            writer.Party(review.Requester);
            writer.Refusals(review.Refusals.Where(r => r.Loop == "2010B"));
        }

        if (review.Subscriber is not null)
        {
            writer.Segment("HL", ++level, level - 1, "22", review.Items.Count > 0 ? "1" : "0");
            writer.Party(review.Subscriber);
            writer.Refusals(review.Refusals.Where(r => r.Loop is "2010C" or "2010D"));
            writer.BirthDate(review.BirthDate);
        }

        var (above, @event) = (level, level);
        foreach (var (i, item) in review.Items.Index())
        {
            if (!item.IsService)
                @event = level + 1;
            WriteItem(writer, item, ++level, item.IsService ? @event : above,
                hasServices: !item.IsService && i + 1 < review.Items.Count && review.Items[i + 1].IsService, review.IsAnswer);
        }
    }

    private static void WriteItem(X12Writer writer, ReviewItem item, int level, int parent, bool hasServices, bool isAnswer)
    {
        writer.Segment("HL", level, parent, item.IsService ? "SS" : "EV", hasServices ? "1" : "0");
        writer.Traces("1", item.ReviewerTraces);
        writer.Traces(isAnswer ? "2" : "1", item.Traces);
        writer.Refusals(item.Refusals);
        if (item.Category is not null || !item.IsService)
            writer.Segment("UM", item.Category ?? "HS", item.RequestType ?? "I", item.ServiceType, X12Value.None, X12Value.None, item.Urgency);
        if (item.DecisionCode is not null)
            writer.Segment("HCR", item.DecisionCode, item.Number, item.Reason);
        if (item.Earlier is not null)
            writer.Segment("REF", "BB", item.Earlier);
        if (item.Administrative is not null)
            writer.Segment("REF", "NT", item.Administrative);
        if (item.Approved is { } days)
            writer.Days(item.IsService ? "472" : "AAH", days);
        if (item.RequestedCodes.Count > 0)
            writer.Segment("HI", [.. item.RequestedCodes.Select(code => X12Value.Composite("LOI", code))]);
        if (item is { IsService: true, Procedure: { } procedure })
            writer.Segment("SV1", X12Value.Of(procedure), X12Value.None, item.Units is null ? null : "UN", item.Units);
        else if (item.Units is not null)
            writer.Segment("HSD", "VS", item.Units);
        writer.Attachments(item.Attachments);
        if (item.Message is not null)
            writer.Segment("MSG", X12Value.Words(item.Message));
        if (item.ServiceProvider is not null)
            writer.Party(item.ServiceProvider);
    }
}
