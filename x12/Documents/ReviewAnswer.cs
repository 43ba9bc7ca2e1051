namespace Ips.X12;

/// <summary>A 278: the answer to a request for authorization, or the request itself.</summary>
/// <param name="Envelope">Where it came in.</param>
/// <param name="IsAnswer">BHT02 is 11; 13 is a request, 01 its cancellation.</param>
/// <param name="Reference">BHT03.</param>
/// <param name="Reviewer">Who reviews.</param>
/// <param name="Requester">Who requests.</param>
/// <param name="Subscriber">The person.</param>
/// <param name="Refusals">Refusals of the whole request.</param>
/// <param name="Items">The event and its services in the order of the file.</param>
public sealed record ReviewAnswer(
    Envelope Envelope, bool IsAnswer, string Reference, Party? Reviewer, Party? Requester, Party? Subscriber, IReadOnlyList<Refusal> Refusals,
        IReadOnlyList<ReviewItem> Items) : X12Document(Envelope)
{
    /// <summary>BHT02: 13 a request, 01 its cancellation, 28 an inquiry, 11 an answer.</summary>
    public string Purpose { get; init; } = IsAnswer ? "11" : "13";

    /// <summary>DMG02 of the person; null when not said.</summary>
    public DateOnly? BirthDate { get; init; }
}

/// <summary>What the payer decided, HCR01.</summary>
public enum ReviewDecision
{
    /// <summary>No HCR: this level has no decision of its own.</summary>
    None,

    /// <summary>A1: certified in total.</summary>
    Certified,

    /// <summary>A2: certified in part.</summary>
    PartlyCertified,

    /// <summary>A3: not certified.</summary>
    NotCertified,

    /// <summary>A4: pended.</summary>
    Pended,

    /// <summary>A6: modified.</summary>
    Modified,

    /// <summary>C: cancelled.</summary>
    Cancelled,

    /// <summary>CT: contact the payer.</summary>
    ContactPayer,

    /// <summary>NA: no action required.</summary>
    NoActionRequired,
}

/// <summary>An event (EV) or service (SS) under review.</summary>
/// <param name="IsService">True for a service.</param>
/// <param name="Traces">TRN: our trace numbers among them.</param>
/// <param name="Category">UM01: HS services, SC specialty care, AR admission.</param>
/// <param name="RequestType">UM02: I initial, R renewal, S revised, 3 cancelled.</param>
/// <param name="DecisionCode">HCR01.</param>
/// <param name="Number">HCR02: the number of the authorization.</param>
/// <param name="Reason">HCR03: why, for example 0U for more information.</param>
/// <param name="Approved">The days: service, event or effective date.</param>
/// <param name="Procedure">SV1, SV2.</param>
/// <param name="Units">SV104, or HSD02.</param>
/// <param name="Refusals">AAA.</param>
public sealed record ReviewItem(
    bool IsService, IReadOnlyList<TraceNumber> Traces, string? Category, string? RequestType, string? DecisionCode, string? Number, string? Reason,
        Period? Approved, Procedure? Procedure, decimal? Units,
    IReadOnlyList<Refusal> Refusals)
{
    /// <summary>UM03.</summary>
    public string? ServiceType { get; init; }

    /// <summary>UM06: U or 03 urgent; null when not said.</summary>
    public string? Urgency { get; init; }

    /// <summary>REF*BB: the number of an earlier authorization.</summary>
    public string? Earlier { get; init; }

    /// <summary>REF*NT: the payer's reference where there is no authorization yet.</summary>
    public string? Administrative { get; init; }

    /// <summary>PWK01 and PWK06 of what is sent apart: the kind of report, and our number on it.</summary>
    public IReadOnlyList<Attachment> Attachments { get; init; } = [];

    /// <summary>TRN*1 of an answer: the reviewer's own numbers; beside a requested code 102089-0 the context of the questionnaire.</summary>
    public IReadOnlyList<TraceNumber> ReviewerTraces { get; init; } = [];

    /// <summary>HI with LOI of an answer: LOINC of what the reviewer asks for.</summary>
    public IReadOnlyList<string> RequestedCodes { get; init; } = [];

    /// <summary>NM1*SJ of the event or service: who gives the service; null when not said.</summary>
    public Party? ServiceProvider { get; init; }

    /// <summary>MSG01.</summary>
    public string? Message { get; init; }

    /// <summary>What the payer decided.</summary>
    public ReviewDecision Decision => DecisionCode switch
    {
        "A1" => ReviewDecision.Certified,
        "A2" => ReviewDecision.PartlyCertified,
        "A3" => ReviewDecision.NotCertified,
        "A4" => ReviewDecision.Pended,
        "A6" => ReviewDecision.Modified,
        "C" => ReviewDecision.Cancelled,
        "CT" => ReviewDecision.ContactPayer,
        "NA" => ReviewDecision.NoActionRequired,
        _ => ReviewDecision.None,
    };
}

/// <summary>Builds a review from the segments of a 278.</summary>
internal sealed class ReviewBuilder(Envelope envelope) : DocumentBuilder
{
    private readonly List<Refusal> refusals = [];
    private readonly List<ReviewItem> items = [];
    private readonly Dictionary<string, Party> parties = [];
    private string purpose = "";
    private string reference = "";
    private DateOnly? birth;
    private ReviewItem? item;

    public override void Add(TransactionReader reader)
    {
        var segment = reader.Current;
        switch (segment.IdText)
        {
            case "BHT":
                (purpose, reference) = (segment.Text(2), segment.Text(3));
                break;
            case "HL":
                Close();
                item = segment.Is(3, "EV"u8) || segment.Is(3, "SS"u8) ? new(segment.Is(3, "SS"u8), new List<TraceNumber>(), null, null, null, null, null, null,
                    null, null, new List<Refusal>())
                {
                    Attachments = new List<Attachment>(),
                } : null;
                break;
            case "NM1" when item is null:
                parties.TryAdd(reader.Loop, Party.OfNm1(segment));
                break;
            case "AAA":
                (item is null ? refusals : (List<Refusal>)item.Refusals).Add(Refusal.Of(segment) with { Loop = reader.Loop });
                break;
            case "DMG" when item is null:
                birth ??= segment.Day(2);
                break;
            default:
                if (item is not null)
                    AddToItem(segment);
                break;
        }
    }

    public override X12Document End(Findings findings)
    {
        Close();
        return new ReviewAnswer(envelope, purpose == "11", reference, parties.GetValueOrDefault("2010A"), parties.GetValueOrDefault("2010B"),
            parties.GetValueOrDefault("2010D") ?? parties.GetValueOrDefault("2010C"), refusals, items)
        {
            Purpose = purpose,
            BirthDate = birth,
        };
    }

    private void AddToItem(in Segment segment)
    {
        switch (segment.IdText)
        {
            case "TRN" when purpose == "11" && segment.Is(1, "1"u8):
                item = item! with { ReviewerTraces = [.. item.ReviewerTraces, TraceNumber.Of(segment)] };
                break;
            case "HI":
                for (var code = 1; code <= segment.Count; code++)
                {
                    if (segment.Text(code, 1) == "LOI")
                        item = item! with { RequestedCodes = [.. item.RequestedCodes, segment.Text(code, 2)] };
                }

                break;
            case "TRN":
                ((List<TraceNumber>)item!.Traces).Add(TraceNumber.Of(segment));
                break;
            case "REF" when segment.Is(1, "BB"u8):
                item = item! with { Earlier = segment.TextOrNull(2) };
                break;
            case "REF" when segment.Is(1, "NT"u8):
                item = item! with { Administrative = segment.TextOrNull(2) };
                break;
            case "NM1" when segment.Is(1, "SJ"u8):
                item = item! with { ServiceProvider = Party.OfNm1(segment) };
                break;
            case "PWK":
                ((List<Attachment>)item!.Attachments).Add(new(segment.Text(1), segment.Text(2), segment.TextOrNull(6)));
                break;
            case "MSG":
                item = item! with { Message = segment.TextOrNull(1) };
                break;
            case "UM":
                item = item! with
                {
                    Category = segment.TextOrNull(1),
                    RequestType = segment.TextOrNull(2),
                    ServiceType = segment.TextOrNull(3),
                    Urgency = segment.TextOrNull(6),
                };
                break;
            case "HCR":
                item = item! with { DecisionCode = segment.TextOrNull(1), Number = segment.TextOrNull(2), Reason = segment.TextOrNull(3) };
                break;
            case "DTP" when segment.Is(1, "472"u8) || segment.Is(1, "AAH"u8) || segment.Is(1, "435"u8) || (segment.Is(1, "007"u8) && item!.Approved is null):
                item = item! with { Approved = Period.Parse(segment[3]) ?? item.Approved };
                break;
            case "SV1":
                item = item! with { Procedure = Procedure.Of(segment, 1), Units = segment.Number18(4) ?? item.Units };
                break;
            case "SV2":
                item = item! with { Procedure = Procedure.Of(segment, 2), Units = segment.Number18(5) ?? item.Units };
                break;
            case "HSD":
                item = item! with { Units = segment.Number18(2) ?? item.Units };
                break;
        }
    }

    private void Close()
    {
        if (item is not null)
            items.Add(item);
        item = null;
    }
}
