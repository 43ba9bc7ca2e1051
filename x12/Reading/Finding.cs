namespace Ips.X12;

/// <summary>What a check is about. The names of levels are those of the WEDI SNIP tests of transaction sets.</summary>
public enum SnipLevel
{
    /// <summary>1: syntax, types, lengths, counts and control numbers of the standard.</summary>
    Syntax = 1,

    /// <summary>2: the implementation guide: required, not used, repeats, codes that the guide lists.</summary>
    Guide = 2,

    /// <summary>3: sums that have to agree.</summary>
    Balance = 3,

    /// <summary>4: what one segment requires of another.</summary>
    Situation = 4,

    /// <summary>5: code sets that others publish.</summary>
    CodeSet = 5,

    /// <summary>7: what one trading partner requires beyond the guide.</summary>
    Partner = 7,
}

/// <summary>What is wrong.</summary>
public enum FindingKind
{
    /// <summary>The bytes are not single-byte text, for example UTF-16.</summary>
    Encoding,

    /// <summary>The file holds no interchange and no segment from which separators can be found safely.</summary>
    NoInterchange,

    /// <summary>No ISA: the separators are declared by the caller or derived from the first segment.</summary>
    SeparatorsAssumed,

    /// <summary>Separators that are data or not different.</summary>
    BadSeparators,

    /// <summary>An ISA whose elements do not have their fixed lengths.</summary>
    InterchangeHeader,

    /// <summary>A segment longer than the reader's limit; reading stops.</summary>
    SegmentTooLong,

    /// <summary>The file ends inside a segment.</summary>
    SegmentNotEnded,

    /// <summary>A segment id that is not two or three capital letters or digits.</summary>
    SegmentId,

    /// <summary>A line break inside data; the reader takes it out.</summary>
    LineBreakInData,

    /// <summary>A segment outside a transaction set, group or interchange.</summary>
    OutsideEnvelope,

    /// <summary>A set, group or interchange that another one or the end of the file interrupts.</summary>
    EnvelopeNotClosed,

    /// <summary>A control number at the end that is not that at the start.</summary>
    ControlNumber,

    /// <summary>A count in SE, GE or IEA that is not the real one.</summary>
    Count,

    /// <summary>A transaction set for which there is no grammar.</summary>
    UnknownTransaction,

    /// <summary>IK304 1: a segment id that the standard does not know.</summary>
    UnknownSegment,

    /// <summary>IK304 2: a segment that is not expected here.</summary>
    UnexpectedSegment,

    /// <summary>IK304 3: a required segment or loop is missing.</summary>
    SegmentMissing,

    /// <summary>IK304 4: a loop occurs too often.</summary>
    LoopRepeats,

    /// <summary>IK304 5: a segment occurs too often.</summary>
    SegmentRepeats,

    /// <summary>IK304 7: a segment in the wrong order.</summary>
    OutOfOrder,

    /// <summary>IK403 1: a required element is missing.</summary>
    ElementMissing,

    /// <summary>IK403 2: an element that another one requires is missing.</summary>
    ConditionalElementMissing,

    /// <summary>IK403 3: more elements than the segment has.</summary>
    TooManyElements,

    /// <summary>IK403 4: too short.</summary>
    TooShort,

    /// <summary>IK403 5: too long.</summary>
    TooLong,

    /// <summary>IK403 6: a character that the type or the character set does not allow.</summary>
    Character,

    /// <summary>IK403 7: a code that the guide or the code set does not list.</summary>
    Code,

    /// <summary>IK403 8: not a date.</summary>
    Date,

    /// <summary>IK403 9: not a time.</summary>
    Time,

    /// <summary>IK403 10: elements that exclude each other.</summary>
    Excluded,

    /// <summary>IK403 12: too many repetitions.</summary>
    ElementRepeats,

    /// <summary>IK403 I10: an element that the guide does not use.</summary>
    NotUsed,

    /// <summary>Empty elements or components at the end of a segment or composite.</summary>
    TrailingSeparators,

    /// <summary>A sum that does not agree.</summary>
    Balance,

    /// <summary>Something that the rest of the claim requires or forbids.</summary>
    Situation,

    /// <summary>A check digit that is wrong.</summary>
    CheckDigit,

    /// <summary>Hierarchical levels (HL) that are not numbered or connected as required.</summary>
    Hierarchy,

    /// <summary>A rule of the trading partner.</summary>
    Partner,
}

/// <summary>Where something is in a file.</summary>
/// <param name="Offset">The byte at which the segment begins, from 0.</param>
/// <param name="Segment">The number of the segment in the file, from 1.</param>
/// <param name="SegmentInSet">The number of the segment in its transaction set, ST being 1; 0 outside a set.</param>
/// <param name="Id">The id of the segment.</param>
/// <param name="Loop">The loop of the grammar, if known.</param>
/// <param name="Element">The element from 1, or 0 for the whole segment.</param>
/// <param name="Component">The component from 1, or 0 for the whole element.</param>
public readonly record struct Position(long Offset, long Segment, int SegmentInSet, string Id, string? Loop = null, int Element = 0, int Component = 0)
{
    /// <summary>As in guides: <c>NM109</c>, <c>CLM05-3</c>, or the id alone.</summary>
    public string Reference => Element == 0 ? Id : Component == 0 ? $"{Id}{Element:00}" : $"{Id}{Element:00}-{Component}";

    /// <inheritdoc/>
    public override string ToString() =>
        $"byte {Offset}, segment {Segment}{(SegmentInSet > 0 ? $" ({SegmentInSet} of its set)" : "")}, {Reference}{(Loop is null ? "" : $" in loop {Loop}")}";
}

/// <summary>Something that is not as it should be. Texts hold codes, counts and control numbers, but never free text of the file: that may be about a person.</summary>
/// <param name="Level">The level of the check.</param>
/// <param name="Kind">What is wrong.</param>
/// <param name="At">Where.</param>
/// <param name="Found">What was found.</param>
/// <param name="Expected">What was expected.</param>
/// <param name="Fix">What to do.</param>
public sealed record Finding(SnipLevel Level, FindingKind Kind, Position At, string Found, string Expected, string Fix)
{
    /// <summary>False for what the reader repairs or only remarks on: it does not make a file unacceptable.</summary>
    public bool IsError { get; init; } = true;

    /// <summary>The id of a segment that is missing; the position is then that of the segment that stands where it should have been.</summary>
    public string? Missing { get; init; }

    /// <inheritdoc/>
    public override string ToString() => $"level {(int)Level} {Kind} at {At}: found {Found}, expected {Expected}. {Fix}";
}

/// <summary>Findings of a reading in the order in which they were made. It stores a limited number and counts the rest, so that a bad file of any size needs constant memory.</summary>
/// <param name="limit">How many are stored.</param>
/// <param name="added">Called for each one, stored or not.</param>
public sealed class Findings(int limit = 1000, Action<Finding>? added = null)
{
    private readonly List<Finding> stored = [];

    /// <summary>The first findings, up to the limit.</summary>
    public IReadOnlyList<Finding> Stored => stored;

    /// <summary>How many there were.</summary>
    public long Count { get; private set; }

    /// <summary>How many of them are errors.</summary>
    public long Errors { get; private set; }

    /// <summary>Adds one.</summary>
    public void Add(Finding finding)
    {
        Count++;
        if (finding.IsError)
            Errors++;
        if (stored.Count < limit)
            stored.Add(finding);
        added?.Invoke(finding);
    }
}
