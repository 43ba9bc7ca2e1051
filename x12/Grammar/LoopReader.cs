namespace Ips.X12;

/// <summary>Finds the place of each segment of a set in its grammar, and reports what is missing, too often or out of order. It keeps one counter for each child of the open loops.</summary>
public sealed class LoopReader
{
    private readonly TransactionGrammar grammar;
    private readonly Findings findings;
    private readonly List<Frame> frames = [];
    private readonly HashSet<int> known;
    private int depth;
    private Position last;

    /// <summary>Begins before ST.</summary>
    public LoopReader(TransactionGrammar grammar, Findings findings)
    {
        (this.grammar, this.findings) = (grammar, findings);
        known = [.. grammar.Segments.Keys.Select(id => SegmentUse.Pack(System.Text.Encoding.ASCII.GetBytes(id)))];
        Push(grammar.Root);
    }

    /// <summary>The use of the segment placed last; null when it has no place.</summary>
    public SegmentUse? Use { get; private set; }

    /// <summary>The loop of the segment placed last; empty outside loops.</summary>
    public string Loop => frames[depth - 1].Loop.Id;

    /// <summary>Whether the segment placed last opened its loop.</summary>
    public bool Entered { get; private set; }

    /// <summary>Places the next segment.</summary>
    /// <returns>Its position with the loop.</returns>
    public Position Place(in Segment segment, Position at)
    {
        var id = SegmentUse.Pack(segment.Id);
        (Entered, last) = (false, at);
        Use = Forward(segment, id, at) ?? Anywhere(segment, id, at);
        if (Use is null)
            Unplaced(segment, id, at);
        return at with { Loop = Loop.Length == 0 ? null : Loop };
    }

    /// <summary>Ends the set: reports what is missing in the loops still open.</summary>
    public void End()
    {
        while (depth > 0)
            Pop(last);
    }

    private SegmentUse? Forward(in Segment segment, int id, Position at)
    {
        for (var level = depth - 1; level >= 0; level--)
        {
            var frame = frames[level];
            var index = frame.Loop.Index;
            // The first segment of a loop opens another instance of it in the parent.
            var child = Find(segment, id, index, Math.Max(index.Groups[frame.Index], level > 0 ? 1 : 0), index.Ids.Length);
            if (child >= 0)
                return Take(level, child, at, moves: true);
        }

        return null;
    }

    /// <summary>A segment behind its place: it is taken there, and the place is not moved back.</summary>
    private SegmentUse? Anywhere(in Segment segment, int id, Position at)
    {
        for (var level = depth - 1; level >= 0; level--)
        {
            var frame = frames[level];
            var index = frame.Loop.Index;
            var i = Find(segment, id, index, level > 0 ? 1 : 0, frame.Index);
            if (i < 0)
                continue;
            var label = index.Firsts[i].Label;
            Add(FindingKind.OutOfOrder, at, $"{label} after {index.Firsts[frame.Index].Label}", $"{label} before it", "Move the segment to its place.",
                frame.Loop);
            return Take(level, i, at, moves: frame.Loop.Children[i] is LoopUse);
        }

        return null;
    }

    private static int Find(in Segment segment, int id, LoopIndex index, int from, int to)
    {
        while (from < to)
        {
            var next = index.Ids.AsSpan(from, to - from).IndexOf(id);
            if (next < 0)
                return -1;
            from += next;
            if (index.Firsts[from].HasKey(segment))
                return from;
            from++;
        }

        return -1;
    }

    private SegmentUse Take(int level, int index, Position at, bool moves)
    {
        while (depth > level + 1)
            Pop(at);
        var frame = frames[level];
        var child = frame.Loop.Children[index];
        if (moves)
            frame.MoveTo(index, at);
        var count = ++frame.Counts[index];
        if (count == (long)child.Max + 1)
        {
            Add(child is LoopUse ? FindingKind.LoopRepeats : FindingKind.SegmentRepeats, at, $"more than {child.Max} {Describe(child)}",
                $"at most {child.Max}", "Remove the repetitions or split them.",
                child as LoopUse ?? frame.Loop);
        }

        if (child is not LoopUse loop)
            return (SegmentUse)child;
        Push(loop);
        frames[depth - 1].Counts[0] = 1;
        Entered = true;
        return loop.First;
    }

    private void Unplaced(in Segment segment, int id, Position at)
    {
        if (!known.Contains(id))
        {
            Add(FindingKind.UnknownSegment, at, segment.IdText, $"a segment of transaction {grammar.Id}", "Remove the segment or correct its id.",
                frames[depth - 1].Loop);
            return;
        }

        var expected = Expected(id);
        Add(FindingKind.UnexpectedSegment, at, $"{segment.IdText}{(expected.Length > 0 ? " with a qualifier that is not used here" : "")}",
            expected.Length > 0 ? expected : $"no {segment.IdText} here",
            expected.Length > 0 ? "Correct the qualifier or remove the segment." : "Remove the segment or put it into its loop.", frames[depth - 1].Loop);
    }

    private string Expected(int id)
    {
        for (var level = depth - 1; level >= 0; level--)
        {
            var labels = frames[level].Loop.Children.Where(c => c.First.HasId(id)).Select(c => c.First.Label).Distinct().Take(8).ToList();
            if (labels.Count > 0)
                return string.Join(", ", labels);
        }

        return "";
    }

    private void Pop(Position at)
    {
        var frame = frames[--depth];
        foreach (var i in frame.Loop.Index.Required)
        {
            var child = frame.Loop.Children[i];
            if (frame.Counts[i] == 0)
                Add(FindingKind.SegmentMissing, frame.PassedAt(i) ?? at, $"no {Describe(child)}", Describe(child), $"Add {Describe(child)}.",
                    child as LoopUse ?? frame.Loop, child.First.Definition.Id);
        }
    }

    private void Push(LoopUse loop)
    {
        if (frames.Count == depth)
            frames.Add(new());
        frames[depth++].Begin(loop);
    }

    private void Add(FindingKind kind, Position at, string found, string expected, string fix, LoopUse loop, string? missing = null)
    {
        var level = kind is FindingKind.UnknownSegment ? SnipLevel.Syntax : SnipLevel.Guide;
        findings.Add(new(level, kind, at with { Loop = loop.Id.Length == 0 ? null : loop.Id }, found, expected, fix) { Missing = missing });
    }

    private static string Describe(GrammarNode node) => node is LoopUse loop ? $"loop {loop.Id} ({loop.Name}, {loop.First.Label})"
        : $"{node.First.Label} ({node.Name})";

    /// <summary>An open loop; reused for the next loop at the same depth.</summary>
    private sealed class Frame
    {
        public LoopUse Loop { get; private set; } = null!;

        public int Index { get; private set; }

        public int[] Counts { get; private set; } = [];

        /// <summary>Where required children were passed by; they may still come, out of order.</summary>
        private List<(int Child, Position At)>? Passed { get; set; }

        public void MoveTo(int index, Position at)
        {
            if (index == Index)
                return;
            foreach (var i in Loop.Index.Required)
            {
                if (i >= Math.Max(Index, 1) && i < index && Counts[i] == 0 && PassedAt(i) is null && Loop.Index.Groups[i] != Loop.Index.Groups[index])
                    (Passed ??= []).Add((i, at));
            }

            Index = index;
        }

        public Position? PassedAt(int child) => Passed?.FirstOrDefault(p => p.Child == child) is { At.Segment: > 0 } passed ? passed.At : null;

        public void Begin(LoopUse loop)
        {
            (Loop, Index) = (loop, 0);
            Passed?.Clear();
            if (Counts.Length < loop.Children.Count)
                Counts = new int[loop.Children.Count];
            else
                Array.Clear(Counts);
        }
    }
}
