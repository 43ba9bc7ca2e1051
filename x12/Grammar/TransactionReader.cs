namespace Ips.X12;

/// <summary>Reads a file segment by segment with envelope, loop and use of each one, and reports what differs from the grammar.</summary>
public sealed class TransactionReader(Stream stream, Findings? findings = null, ReadOptions? options = null, bool checksElements = true) : IDisposable
{
    private readonly X12Reader envelope = new(stream, findings, options);
    private ElementChecker? elements;
    private LoopReader? loops;

    /// <summary>The envelopes.</summary>
    public X12Reader Envelope => envelope;

    /// <summary>The segment read last.</summary>
    public Segment Current => envelope.Current;

    /// <summary>The grammar of the open set; null outside a set and when there is none for it.</summary>
    public TransactionGrammar? Grammar { get; private set; }

    /// <summary>The use of the segment; null when it has no place in the grammar.</summary>
    public SegmentUse? Use => Grammar is null ? null : loops?.Use;

    /// <summary>The loop of the segment; empty outside loops.</summary>
    public string Loop => Grammar is null ? "" : loops!.Loop;

    /// <summary>Whether the segment opened its loop.</summary>
    public bool Entered => Grammar is not null && loops!.Entered;

    /// <summary>The position of the segment.</summary>
    public Position Position { get; private set; }

    /// <summary>Reads the next segment; false at the end.</summary>
    public bool Read()
    {
        if (!envelope.Read())
            return false;
        Position = envelope.Position;
        switch (envelope.Part)
        {
            case EnvelopePart.SetStart:
                Begin();
                break;
            case EnvelopePart.Body or EnvelopePart.SetEnd:
                break;
            default:
                Grammar = null;
                return true;
        }

        if (Grammar is null)
            return true;
        var segment = Current;
        Position = loops!.Place(segment, Position);
        if (checksElements && loops.Use is { } use)
            (elements ??= new(envelope.Findings)).Check(segment, use, Position);
        if (envelope.Part == EnvelopePart.SetEnd)
            loops.End();
        return true;
    }

    /// <summary>Returns the buffer; the stream stays open.</summary>
    public void Dispose() => envelope.Dispose();

    private void Begin()
    {
        var set = envelope.Set!;
        Grammar = TransactionGrammar.Find(set.Id, set.Version);
        loops = Grammar is null ? null : new(Grammar, envelope.Findings);
        if (Grammar is null || Grammar.Version == set.Version || Grammar.OtherVersions.Contains(set.Version))
        {
            if (Grammar is null)
                envelope.Findings.Add(new(SnipLevel.Guide, FindingKind.UnknownTransaction, Position, $"transaction {Short(set.Id)} {Short(set.Version)}",
                    $"one of {string.Join(", ", TransactionGrammar.All.Select(g => $"{g.Id} {g.Version}"))}",
                    "Its segments were read, its contents were not."));
            return;
        }

        envelope.Findings.Add(new(SnipLevel.Guide, FindingKind.UnknownTransaction, Position,
            $"version {(set.Version.Length == 0 ? "unknown" : Short(set.Version))}", Grammar.Version, $"It is read as {Grammar.Version}.")
        { IsError = false });
    }

    private static string Short(string text) => text.Length <= 14 ? text : $"of {text.Length} characters";
}
