using System.Globalization;

namespace Ips.X12;

/// <summary>Answers files that came in: a TA1 for the interchange and a 999 for its groups, from what <see cref="X12Validator"/> found.</summary>
public static class AcknowledgementWriter
{
    private static readonly TransactionGrammar Grammar = TransactionGrammar.Find("999", "005010X231A1")!;

    /// <summary>Writes the answer to one interchange.</summary>
    /// <param name="output">Receives the file.</param>
    /// <param name="envelope">Sender, receiver and control numbers of the answer.</param>
    /// <param name="checkedFile">What was found in the interchange.</param>
    /// <param name="findings">What could not be written.</param>
    /// <param name="options">Separators and characters.</param>
    /// <param name="through">The highest level that rejects a set: by convention 2, what standard and guide say.</param>
    /// <param name="answers">Writes the groups that answer what was accepted, behind the 999.</param>
    /// <returns>Whether the answer may be sent.</returns>
    public static bool Write(Stream output, OutgoingEnvelope envelope, InterchangeReport checkedFile, Findings findings, WriteOptions? options = null,
        SnipLevel through = SnipLevel.Guide, Action<X12Writer>? answers = null)
    {
        var rejected = checkedFile.Findings.Any(f => f.IsError && f.At.Id is not "IEA");
        return SharedSegments.Interchange(output, envelope, options, findings, writer =>
        {
            if (checkedFile.Interchange is { } interchange && (interchange.WantsAcknowledgement || checkedFile.Findings.Any(f => f.IsError)))
                writer.Segment("TA1", X12Value.Words(interchange.Control), X12Value.Words(interchange.Date), X12Value.Words(interchange.Time), rejected ? "R"
                    : checkedFile.Findings.Any(f => f.IsError) ? "E" : "A", NoteOf(checkedFile));
            List<GroupReport> groups = [.. checkedFile.Groups.Where(g => g.Group is { Kind: not "FA" })];
            if (groups.Count > 0)
                writer.Group(envelope, Grammar, groups, group => WriteGroup(writer, group, rejected, through));
            answers?.Invoke(writer);
        });
    }

    private static void WriteGroup(X12Writer writer, GroupReport group, bool interchangeRejected, SnipLevel through)
    {
        writer.Segment("AK1", group.Group!.Kind, group.Group.Control, group.Group.Version);
        var groupErrors = group.Findings.Where(f => f.IsError).Select(GroupCode).Distinct().ToList();
        var accepted = 0;
        foreach (var set in group.Sets)
        {
            var errors = set.Findings.Where(f => f.Finding.IsError && f.Finding.Level <= through).ToList();
            var isAccepted = set.ErrorsThrough(through) == 0 && !interchangeRejected;
            accepted += isAccepted ? 1 : 0;
            WriteSet(writer, set, errors, isAccepted);
        }

        var count = group.Sets.Count;
        var result = groupErrors.Count > 0 || (accepted == 0 && count > 0) ? "R" : accepted == count ? "A" : "P";
        writer.Segment("AK9", [result, count, count, result == "R" ? 0 : accepted, .. groupErrors.Take(5).Select(e => (X12Value)e)]);
    }

    private static void WriteSet(X12Writer writer, SetReport set, List<(Finding Finding, string? Claim)> errors, bool isAccepted)
    {
        writer.Segment("AK2", set.Set.Id, set.Set.Control, set.Set.Version);
        List<string> setErrors = [];
        foreach (var segment in errors.GroupBy(e => (e.Finding.At.SegmentInSet, Id: e.Finding.Missing ?? e.Finding.At.Id, e.Finding.At.Loop)))
        {
            var ofSet = segment.Where(s => IsOfSet(s.Finding)).ToList();
            setErrors.AddRange(ofSet.Select(s => SetCode(s.Finding)));
            if (ofSet.Count == segment.Count())
                continue;

            if (!setErrors.Contains("5"))
                setErrors.Add("5");
            WriteSegment(writer, segment.Key.Id, segment.Key.SegmentInSet, segment.Key.Loop, [.. segment.Except(ofSet)]);
        }

        writer.Segment("IK5", [isAccepted ? "A" : "R", .. setErrors.Distinct().Take(5).Select(e => (X12Value)e)]);
    }

    private static void WriteSegment(X12Writer writer, string id, int position, string? loop, IReadOnlyList<(Finding Finding, string? Claim)> errors)
    {
        // An id that is no id cannot be repeated in IK301.
        var written = id.Length is 2 or 3 && id.All(c => char.IsAsciiLetterUpper(c) || char.IsAsciiDigit(c)) ? id : "ZZZ";
        var elements = errors.Where(e => e.Finding.At.Element > 0).ToList();
        foreach (var code in errors.Where(e => e.Finding.At.Element == 0).Select(e => SegmentCode(e.Finding.Kind)).Distinct())
        {
            writer.Segment("IK3", written, position, loop, code);
            WriteContext(writer, errors);
        }

        if (elements.Count == 0)
            return;
        writer.Segment("IK3", written, position, loop, "8");
        WriteContext(writer, errors);
        foreach (var (finding, _) in elements)
        {
            writer.Segment("IK4", X12Value.Composite(finding.At.Element.ToString(CultureInfo.InvariantCulture), finding.At.Component > 0
                ? finding.At.Component.ToString(CultureInfo.InvariantCulture) : null),
                X12Value.None, ElementCode(finding.Kind));
        }
    }

    private static void WriteContext(X12Writer writer, IReadOnlyList<(Finding Finding, string? Claim)> errors)
    {
        if (errors[0].Claim is { Length: > 0 and <= 35 } claim)
            writer.Segment("CTX", X12Value.Composite("CLM01", claim));
    }

    private static string NoteOf(InterchangeReport report) => report.Findings.FirstOrDefault(f => f.IsError) switch
    {
        null => "000",
        { At: { Id: "IEA", Element: 2 } } => "001",
        { At: { Id: "IEA", Element: 1 } } => "021",
        { Kind: FindingKind.EnvelopeNotClosed } => "023",
        { Kind: FindingKind.BadSeparators } => "004",
        { Kind: FindingKind.InterchangeHeader, At.Element: 6 } => "006",
        { Kind: FindingKind.InterchangeHeader, At.Element: 8 } => "008",
        _ => "024",
    };

    private static string GroupCode(Finding finding) => finding switch
    {
        { Kind: FindingKind.EnvelopeNotClosed } => "3",
        { Kind: FindingKind.Count } => "5",
        { Kind: FindingKind.ControlNumber, At.Id: "GS" } => "6",
        { Kind: FindingKind.ControlNumber } => "4",
        _ => "1",
    };

    /// <summary>Whether a finding is about the set as a whole and goes into IK5.</summary>
    private static bool IsOfSet(Finding finding) =>
        finding.At.Id is "SE" or "" ? finding.Missing is null : finding.Kind is FindingKind.UnknownTransaction or FindingKind.EnvelopeNotClosed or FindingKind.ControlNumber;

    private static string SetCode(Finding finding) => finding switch
    {
        { Kind: FindingKind.UnknownTransaction } => "1",
        { Kind: FindingKind.EnvelopeNotClosed } => "2",
        { Kind: FindingKind.ControlNumber, At.Id: "ST" } => "23",
        { Kind: FindingKind.ControlNumber } => "3",
        { Kind: FindingKind.Count } => "4",
        _ => "5",
    };

    private static string SegmentCode(FindingKind kind) => kind switch
    {
        FindingKind.UnknownSegment or FindingKind.SegmentId => "1",
        FindingKind.UnexpectedSegment or FindingKind.UnknownTransaction or FindingKind.OutsideEnvelope => "2",
        FindingKind.SegmentMissing => "3",
        FindingKind.LoopRepeats => "4",
        FindingKind.SegmentRepeats => "5",
        FindingKind.OutOfOrder => "7",
        _ => "8",
    };

    private static string ElementCode(FindingKind kind) => kind switch
    {
        FindingKind.ElementMissing => "1",
        FindingKind.ConditionalElementMissing => "2",
        FindingKind.TooManyElements => "3",
        FindingKind.TooShort => "4",
        FindingKind.TooLong => "5",
        FindingKind.Character => "6",
        FindingKind.Code or FindingKind.CheckDigit => "7",
        FindingKind.Date => "8",
        FindingKind.Time => "9",
        FindingKind.Excluded => "10",
        FindingKind.ElementRepeats => "12",
        FindingKind.NotUsed => "I10",
        _ => "I12",
    };
}
