namespace Ips.X12;

/// <summary>Reads segments and follows their envelopes: it knows interchange, group and set of each segment and checks counts and control numbers.</summary>
public sealed class X12Reader(Stream stream, Findings? findings = null, ReadOptions? options = null) : IDisposable
{
    private const int NumbersRemembered = 10_000;
    private static readonly int[] HeaderLengths = [2, 10, 2, 10, 2, 15, 2, 15, 6, 4, 1, 5, 9, 1, 1, 1];
    private readonly SegmentReader segments = new(stream, findings ?? new(), options);
    private readonly HashSet<string> groupsSeen = new(StringComparer.Ordinal);
    private readonly HashSet<string> setsSeen = new(StringComparer.Ordinal);
    private long groups;
    private long sets;
    private EnvelopePart? last;
    private bool ended;

    /// <summary>The open interchange; null outside one.</summary>
    public Interchange? Interchange { get; private set; }

    /// <summary>The open group; null outside one.</summary>
    public Group? Group { get; private set; }

    /// <summary>The open transaction set; null outside one.</summary>
    public TransactionSet? Set { get; private set; }

    /// <summary>The number of the current segment in its set, ST being 1; 0 outside a set.</summary>
    public int SegmentInSet { get; private set; }

    /// <summary>What the current segment is.</summary>
    public EnvelopePart Part { get; private set; }

    /// <summary>The segment read last.</summary>
    public Segment Current => segments.Current;

    /// <summary>The separators in force.</summary>
    public Separators Separators => segments.Separators;

    /// <summary>What is wrong with the file so far.</summary>
    public Findings Findings => segments.Findings;

    /// <summary>Whether the file began with a byte-order mark.</summary>
    public bool HasByteOrderMark => segments.HasByteOrderMark;

    /// <summary>Whether reading stopped before the end of the file because going on was not safe.</summary>
    public bool Stopped => segments.Stopped;

    /// <summary>The position of the current segment.</summary>
    public Position Position => At(Current);

    /// <summary>Reads the next segment; false at the end.</summary>
    public bool Read() => Sync(segments.Read());

    /// <summary>Reads the next segment; false at the end.</summary>
    public async ValueTask<bool> ReadAsync(CancellationToken cancellationToken = default) => Sync(await segments.ReadAsync(cancellationToken));

    /// <summary>Returns the buffer; the stream stays open.</summary>
    public void Dispose() => segments.Dispose();

    private bool Sync(bool read)
    {
        if (last == EnvelopePart.SetEnd)
            (Set, SegmentInSet) = (null, 0);
        else if (last == EnvelopePart.GroupEnd)
            Group = null;
        else if (last == EnvelopePart.InterchangeEnd)
            Interchange = null;
        if (!read)
        {
            if (!ended)
                End();
            return false;
        }

        var segment = segments.Current;
        last = Part = Enter(segment);
        return true;
    }

    private EnvelopePart Enter(in Segment segment)
    {
        var id = segment.Id;
        if (id.SequenceEqual("ISA"u8))
            return StartInterchange(segment);
        if (id.SequenceEqual("IEA"u8))
            return EndInterchange(segment);
        if (id.SequenceEqual("GS"u8))
            return StartGroup(segment);
        if (id.SequenceEqual("GE"u8))
            return EndGroup(segment);
        if (id.SequenceEqual("ST"u8))
            return StartSet(segment);
        if (Set is not null)
            return id.SequenceEqual("SE"u8) ? EndSet(segment) : InSet();
        if (id.SequenceEqual("TA1"u8))
            return EnvelopePart.InterchangeAcknowledgement;
        if (!id.SequenceEqual("SE"u8))
            Add(segment, FindingKind.OutsideEnvelope, segment.IdText, "ST, GE or IEA", "Put the segment between ST and SE.");
        else
            Add(segment, FindingKind.OutsideEnvelope, "SE without ST", "an ST before it", "Add the ST or remove the SE.");
        return EnvelopePart.Outside;
    }

    private EnvelopePart InSet()
    {
        SegmentInSet++;
        return EnvelopePart.Body;
    }

    private EnvelopePart StartInterchange(in Segment isa)
    {
        Close(isa, "ISA", set: true, group: true, interchange: true);
        for (var i = 1; i <= HeaderLengths.Length; i++)
        {
            if (isa[i].Length != HeaderLengths[i - 1])
                Add(isa, FindingKind.InterchangeHeader, $"{isa[i].Length} characters", $"exactly {HeaderLengths[i - 1]} characters",
                    "Fill the element up to its fixed length.", i);
        }

        Interchange = X12.Interchange.Of(isa);
        groups = 0;
        groupsSeen.Clear();
        return EnvelopePart.InterchangeStart;
    }

    private EnvelopePart EndInterchange(in Segment iea)
    {
        Close(iea, "IEA", set: true, group: true, interchange: false);
        if (Interchange is null)
        {
            Add(iea, FindingKind.OutsideEnvelope, "IEA without ISA", "an ISA before it", "Add the ISA or remove the IEA.");
        }
        else
        {
            CheckCount(iea, groups, "groups (GS)");
            CheckControl(iea, Interchange.Control, "ISA13");
        }

        return EnvelopePart.InterchangeEnd;
    }

    private EnvelopePart StartGroup(in Segment gs)
    {
        Close(gs, "GS", set: true, group: true, interchange: false);
        if (Interchange is null)
            Add(gs, FindingKind.OutsideEnvelope, "GS outside an interchange", "an ISA before it", "Add the ISA.");
        Group = X12.Group.Of(gs);
        groups++;
        sets = 0;
        setsSeen.Clear();
        CheckOnce(gs, groupsSeen, Group.Control, 6, "group of this interchange");
        return EnvelopePart.GroupStart;
    }

    private EnvelopePart EndGroup(in Segment ge)
    {
        Close(ge, "GE", set: true, group: false, interchange: false);
        if (Group is null)
        {
            Add(ge, FindingKind.OutsideEnvelope, "GE without GS", "a GS before it", "Add the GS or remove the GE.");
        }
        else
        {
            CheckCount(ge, sets, "transaction sets (ST)");
            CheckControl(ge, Group.Control, "GS06");
        }

        return EnvelopePart.GroupEnd;
    }

    private EnvelopePart StartSet(in Segment st)
    {
        Close(st, "ST", set: true, group: false, interchange: false);
        if (Group is null)
            Add(st, FindingKind.OutsideEnvelope, "ST outside a group", "a GS before it", "Add the GS.");
        Set = new(st.Text(1), st.Text(2), st.TextOrNull(3) ?? Group?.Version ?? "");
        SegmentInSet = 1;
        sets++;
        CheckOnce(st, setsSeen, Set.Control, 2, "transaction set of this group");
        if (Group is { Version.Length: > 0 } && Group.Version != Set.Version)
            Add(st, FindingKind.Code, st.Text(3), $"the version of its group (GS08), {Group.Version}", "Write the same version in GS08 and ST03.", 3);
        return EnvelopePart.SetStart;
    }

    private EnvelopePart EndSet(in Segment se)
    {
        SegmentInSet++;
        CheckCount(se, SegmentInSet, "segments from ST to SE");
        CheckControl(se, Set!.Control, "ST02");
        return EnvelopePart.SetEnd;
    }

    private void End()
    {
        ended = true;
        var at = new Position(segments.Offset, segments.Count, SegmentInSet, "");
        foreach (var (open, name, close) in new[] { (Set is not null, "ST", "SE"), (Group is not null, "GS", "GE"), (Interchange is not null, "ISA", "IEA") })
        {
            if (open)
                Findings.Add(new(SnipLevel.Syntax, FindingKind.EnvelopeNotClosed, at, $"the end of the file after {name}", close,
                    "The file is incomplete: ask the sender for it again."));
        }

        (Set, Group, Interchange) = (null, null, null);
    }

    private void Close(in Segment by, string found, bool set, bool group, bool interchange)
    {
        if (set && Set is not null)
        {
            Add(by, FindingKind.EnvelopeNotClosed, $"{found} inside transaction set {Control(Set.Control)}", "SE",
                "The set is incomplete: ask the sender for it again.");
            (Set, SegmentInSet) = (null, 0);
        }

        if (group && Group is not null)
        {
            Add(by, FindingKind.EnvelopeNotClosed, $"{found} inside group {Control(Group.Control)}", "GE",
                "The group is incomplete: ask the sender for it again.");
            Group = null;
        }

        if (interchange && Interchange is not null)
            Add(by, FindingKind.EnvelopeNotClosed, $"{found} inside interchange {Control(Interchange.Control)}", "IEA",
                "The interchange is incomplete: ask the sender for it again.");
    }

    private void CheckOnce(in Segment segment, HashSet<string> seen, string control, int element, string what)
    {
        if (seen.Count < NumbersRemembered && !seen.Add(control))
            Add(segment, FindingKind.ControlNumber, Control(control), $"a number that no other {what} has", "Give each one a number of its own.", element);
    }

    private void CheckCount(in Segment segment, long real, string what)
    {
        if (segment.Number18(1) != real)
            Add(segment, FindingKind.Count, Control(segment.Text(1)), $"{real} {what}",
                "Correct the count; if segments are missing, ask the sender for the file again.", 1);
    }

    private void CheckControl(in Segment segment, string expected, string header)
    {
        if (segment.Text(2).TrimEnd() != expected)
            Add(segment, FindingKind.ControlNumber, Control(segment.Text(2)), $"{Control(expected)} as in {header}",
                "Write the same control number at both ends.", 2);
    }

    /// <summary>A control number or count for a message; anything longer than such a thing is described instead.</summary>
    private static string Control(string text) => text.Length == 0 ? "nothing" : text.Length <= 14 ? $"\"{text}\"" : $"{text.Length} characters";

    private Position At(in Segment segment, int element = 0) => new(segment.Offset, segment.Number, SegmentInSet, segment.IdText, null, element);

    private void Add(in Segment segment, FindingKind kind, string found, string expected, string fix, int element = 0) =>
        Findings.Add(new(SnipLevel.Syntax, kind, At(segment, element), found, expected, fix));
}
