namespace Ips.X12;

/// <summary>A TA1: the answer to an interchange of ours.</summary>
/// <param name="Envelope">Where it came in.</param>
/// <param name="Control">TA101: the control number (ISA13) of our interchange.</param>
/// <param name="Date">TA102 as written.</param>
/// <param name="Time">TA103 as written.</param>
/// <param name="Result">TA104: A accepted, E accepted with errors, R rejected.</param>
/// <param name="Note">TA105: 000 for no error.</param>
public sealed record InterchangeAcknowledgement(Envelope Envelope, string Control, string Date, string Time, string Result, string Note) : X12Document(Envelope)
{
    /// <summary>Whether the interchange was taken in.</summary>
    public bool IsAccepted => Result is "A" or "E";

    internal static InterchangeAcknowledgement Of(in Segment ta1, Envelope envelope) => new(envelope, ta1.Text(1), ta1.Text(2), ta1.Text(3), ta1.Text(4),
        ta1.Text(5));
}

/// <summary>A 999: the answer to a group of ours.</summary>
/// <param name="Envelope">Where it came in.</param>
/// <param name="Kind">AK101: the kind of our group, HC for claims.</param>
/// <param name="Control">AK102: the control number (GS06) of our group.</param>
/// <param name="Version">AK103.</param>
/// <param name="Sets">The answers to its sets. A group that is accepted as a whole may list none.</param>
/// <param name="Result">AK901: A accepted, E with errors, P partly accepted, R and others rejected.</param>
/// <param name="Included">AK902: sets that the group says it has.</param>
/// <param name="Received">AK903: sets received.</param>
/// <param name="Accepted">AK904: sets accepted.</param>
/// <param name="Errors">AK905 to AK909.</param>
public sealed record Acknowledgement(
    Envelope Envelope, string Kind, string Control, string Version, IReadOnlyList<SetAcknowledgement> Sets, string Result, int Included, int Received,
        int Accepted,
    IReadOnlyList<string> Errors) : X12Document(Envelope);

/// <summary>The answer to a transaction set.</summary>
/// <param name="Transaction">AK201.</param>
/// <param name="Control">AK202: the control number (ST02) of our set.</param>
/// <param name="Result">IK501: A accepted, E accepted with errors, R and others rejected.</param>
/// <param name="Errors">IK502 to IK506.</param>
/// <param name="Segments">Segments in error.</param>
public sealed record SetAcknowledgement(string Transaction, string Control, string Result, IReadOnlyList<string> Errors, IReadOnlyList<SegmentError> Segments)
{
    /// <summary>Whether the set goes on to be processed.</summary>
    public bool IsAccepted => Result is "A" or "E";
}

/// <summary>A segment in error.</summary>
/// <param name="Segment">IK301: its id.</param>
/// <param name="Position">IK302: its number in the set, ST being 1.</param>
/// <param name="Loop">IK303.</param>
/// <param name="Code">IK304; 8 means that the elements say more.</param>
/// <param name="Contexts">CTX of the segment.</param>
/// <param name="Elements">Elements in error.</param>
public sealed record SegmentError(string Segment, int Position, string? Loop, string Code, IReadOnlyList<ErrorContext> Contexts,
    IReadOnlyList<ElementError> Elements)
{
    /// <summary>Our claim numbers that the contexts name (CLM01).</summary>
    public IEnumerable<string> Claims => Contexts.Where(c => c is { Name: "CLM01", Reference: not null }).Select(c => c.Reference!);

    /// <summary>One sentence for a person.</summary>
    public string Text => Elements.Count == 0
        ? $"{Segment}{(Loop is null ? "" : $" in loop {Loop}")}, position {Position}: {AcknowledgementTexts.OfSegment(Code)}"
        : string.Join("; ", Elements.Select(e =>
            $"{Segment}{(Loop is null ? "" : $" in loop {Loop}")}, position {Position}, element {e.Element}{(e.Component is { } c ? $" component {c}" : "")}: {AcknowledgementTexts.OfElement(e.Code)}"));
}

/// <summary>An element in error.</summary>
/// <param name="Element">IK401-1: its number in the segment.</param>
/// <param name="Component">IK401-2.</param>
/// <param name="Repetition">IK401-3.</param>
/// <param name="DataElement">IK402: its number in the standard's dictionary.</param>
/// <param name="Code">IK403.</param>
/// <param name="Value">IK404: a copy of what we sent, possibly about a person.</param>
public sealed record ElementError(int Element, int? Component, int? Repetition, int? DataElement, string Code, string? Value);

/// <summary>What an error belongs to (CTX).</summary>
/// <param name="Name">For example CLM01, or SITUATIONAL TRIGGER.</param>
/// <param name="Reference">The value, for example our claim number.</param>
/// <param name="Segment">The segment that triggers the situation.</param>
/// <param name="Position">Its number in the set.</param>
public sealed record ErrorContext(string Name, string? Reference, string? Segment, int? Position);

/// <summary>Our words for the codes of a 999.</summary>
internal static class AcknowledgementTexts
{
    public static string OfSegment(string code) => code switch
    {
        "1" => "the segment id is not known",
        "2" => "the segment is not expected there",
        "3" => "a required segment is missing",
        "4" => "the loop occurs too often",
        "5" => "the segment occurs too often",
        "6" => "the segment is not in this transaction",
        "7" => "the segment is out of order",
        "8" => "the segment has elements in error",
        "I4" => "the guide does not use the segment",
        "I6" => "a segment that the situation requires is missing",
        "I7" => "a loop that the situation requires is missing",
        "I8" => "the segment occurs less often than required",
        "I9" => "the situation does not allow the segment",
        _ => $"error {code}",
    };

    public static string OfElement(string code) => code switch
    {
        "1" => "missing",
        "2" => "another element requires it",
        "3" => "too many elements",
        "4" => "too short",
        "5" => "too long",
        "6" => "a character that is not allowed",
        "7" => "a code that is not allowed",
        "8" => "not a date",
        "9" => "not a time",
        "10" => "another element excludes it",
        "12" => "too many repetitions",
        "13" => "too many components",
        "I6" => "a value that the guide does not allow",
        "I9" => "the situation requires it",
        "I10" => "the guide does not use it",
        "I11" or "I12" => "its form is not that of the guide",
        "I13" => "the situation does not allow its value",
        _ => $"error {code}",
    };
}

/// <summary>Builds an acknowledgement from the segments of a 999.</summary>
internal sealed class AcknowledgementBuilder(Envelope envelope) : DocumentBuilder
{
    private readonly List<SetAcknowledgement> sets = [];
    private List<SegmentError> segments = [];
    private List<ErrorContext> contexts = [];
    private List<ElementError> elements = [];
    private (string Kind, string Control, string Version) group = ("", "", "");
    private (string Transaction, string Control)? set;
    private (string Segment, int Position, string? Loop, string Code)? segment;
    private (string Result, int Included, int Received, int Accepted, IReadOnlyList<string> Errors) result = ("", 0, 0, 0, []);

    public override void Add(TransactionReader reader)
    {
        var current = reader.Current;
        switch (current.IdText)
        {
            case "AK1":
                group = (current.Text(1), current.Text(2), current.Text(3));
                break;
            case "AK2":
                CloseSet("", []);
                set = (current.Text(1), current.Text(2));
                break;
            case "IK3":
                CloseSegment();
                segment = (current.Text(1), Int(current, 2) ?? 0, current.TextOrNull(3), current.Text(4));
                break;
            case "CTX":
                contexts.Add(new(current.Text(1, 1), current.TextOrNull(1, 2), current.TextOrNull(2), Int(current, 3)));
                break;
            case "IK4":
                elements.Add(new(Int(current, 1, 1) ?? 0, Int(current, 1, 2), Int(current, 1, 3), Int(current, 2), current.Text(3), current.TextOrNull(4)));
                break;
            case "IK5":
                CloseSet(current.Text(1), Rest(current, 2));
                break;
            case "AK9":
                CloseSet("", []);
                result = (current.Text(1), Int(current, 2) ?? 0, Int(current, 3) ?? 0, Int(current, 4) ?? 0, Rest(current, 5));
                break;
        }
    }

    public override X12Document End(Findings findings)
    {
        CloseSet("", []);
        return new Acknowledgement(envelope, group.Kind, group.Control, group.Version, sets, result.Result, result.Included, result.Received, result.Accepted,
            result.Errors);
    }

    private void CloseSegment()
    {
        if (segment is { } open)
            segments.Add(new(open.Segment, open.Position, open.Loop, open.Code, contexts, elements));
        (segment, contexts, elements) = (null, [], []);
    }

    private void CloseSet(string code, IReadOnlyList<string> errors)
    {
        CloseSegment();
        if (set is { } open)
            sets.Add(new(open.Transaction, open.Control, code, errors, segments));
        (set, segments) = (null, []);
    }

    private static List<string> Rest(in Segment segment, int first)
    {
        List<string> codes = [];
        for (var i = first; i <= segment.Count; i++)
        {
            if (segment.TextOrNull(i) is { } code)
                codes.Add(code);
        }

        return codes;
    }

    private static int? Int(in Segment segment, int element) => Int(segment[element]);

    private static int? Int(in Segment segment, int element, int component) => Int(segment.Component(element, component));

    private static int? Int(ReadOnlySpan<byte> value) => int.TryParse(value, System.Globalization.CultureInfo.InvariantCulture, out var number) ? number : null;
}
