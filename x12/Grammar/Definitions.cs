namespace Ips.X12;

/// <summary>Whether a guide wants something.</summary>
public enum Usage
{
    /// <summary>Not used: an element that the guide does not list.</summary>
    NotUsed,

    /// <summary>Situational: required in some situations.</summary>
    Situational,

    /// <summary>Required.</summary>
    Required,
}

/// <summary>The type of an element.</summary>
public enum ElementType
{
    /// <summary>AN: text.</summary>
    Text,

    /// <summary>ID: a code.</summary>
    Code,

    /// <summary>Nn: digits with implied decimals.</summary>
    Number,

    /// <summary>R: digits with a decimal point where needed.</summary>
    Decimal,

    /// <summary>DT: CCYYMMDD.</summary>
    Date,

    /// <summary>TM: HHMM with seconds and parts of them.</summary>
    Time,
}

/// <summary>An element or component of the standard.</summary>
/// <param name="Name">Our name for it.</param>
/// <param name="Type">Its type; of a composite, that of nothing.</param>
/// <param name="Min">Least length in characters.</param>
/// <param name="Max">Greatest length in characters; sign and decimal point of a number do not count.</param>
/// <param name="Repeat">How often it may repeat.</param>
/// <param name="Components">The components of a composite, otherwise null.</param>
public sealed record ElementDefinition(string Name, ElementType Type, int Min, int Max, int Repeat, IReadOnlyList<ElementDefinition>? Components);

/// <summary>A rule between the elements of a segment.</summary>
/// <param name="Kind">P all or none, R at least one, E at most one, C the first requires all others, L the first requires one of the others.</param>
/// <param name="Elements">The numbers of the elements.</param>
public sealed record ElementRule(char Kind, IReadOnlyList<int> Elements);

/// <summary>A segment of the standard.</summary>
/// <param name="Id">Its id.</param>
/// <param name="KeyElement">The element that distinguishes uses of the segment; 0 when there is none.</param>
/// <param name="KeyComponent">Its component; 0 for the whole element.</param>
/// <param name="Elements">Its elements, the first being 01.</param>
/// <param name="Rules">Rules between them.</param>
public sealed record SegmentDefinition(string Id, int KeyElement, int KeyComponent, IReadOnlyList<ElementDefinition> Elements,
    IReadOnlyList<ElementRule> Rules);

/// <summary>How a guide uses an element or component.</summary>
/// <param name="Usage">Whether it has to be there.</param>
/// <param name="Codes">The codes that the guide lists; null for any.</param>
/// <param name="CodeSet">The name of an external code set; null when there is none.</param>
/// <param name="Components">Uses of the components of a composite, otherwise null.</param>
public sealed record ElementUse(Usage Usage, IReadOnlyList<string>? Codes, string? CodeSet, IReadOnlyList<ElementUse>? Components);

/// <summary>A segment or loop at its place in a transaction.</summary>
/// <param name="Usage">Whether it has to be there.</param>
/// <param name="Max">How often it may repeat in its loop; <see cref="int.MaxValue"/> for any.</param>
/// <param name="Name">Our name for it.</param>
public abstract record GrammarNode(Usage Usage, int Max, string Name)
{
    /// <summary>The segment itself, or the first segment of the loop.</summary>
    internal abstract SegmentUse First { get; }
}

/// <summary>A segment at its place in a transaction.</summary>
public sealed record SegmentUse : GrammarNode
{
    private readonly int packed;
    private readonly byte[][]? keys;

    internal SegmentUse(Usage usage, int max, string name, SegmentDefinition definition, IReadOnlyList<ElementUse> elements)
        : base(usage, max, name)
    {
        (Definition, Elements) = (definition, elements);
        packed = Pack(System.Text.Encoding.ASCII.GetBytes(definition.Id));
        var key = definition.KeyElement == 0 || definition.KeyElement > elements.Count ? null : elements[definition.KeyElement - 1];
        if (definition.KeyComponent > 0)
            key = key?.Components?[definition.KeyComponent - 1];
        keys = key?.Codes?.Select(System.Text.Encoding.ASCII.GetBytes).ToArray();
    }

    /// <summary>The segment of the standard.</summary>
    public SegmentDefinition Definition { get; }

    /// <summary>Its elements as the guide uses them; elements beyond the list are not used.</summary>
    public IReadOnlyList<ElementUse> Elements { get; }

    /// <summary>Id and qualifiers, for example <c>REF*G1</c>.</summary>
    public string Label => keys is null ? Definition.Id : $"{Definition.Id}*{string.Join('/', keys.Select(System.Text.Encoding.ASCII.GetString))}";

    internal override SegmentUse First => this;

    /// <summary>The codes that distinguish this use from others of the segment; null when there are none.</summary>
    internal IReadOnlyList<byte[]>? Keys => keys;

    /// <summary>Whether a segment with the id of this one has its qualifiers too.</summary>
    internal bool HasKey(in Segment segment)
    {
        if (keys is null)
            return true;
        var value = segment[Definition.KeyElement];
        if (Definition.KeyComponent > 0)
            value = Segment.Part(value, segment.Separators.Component, Definition.KeyComponent);
        foreach (var key in keys)
        {
            if (value.SequenceEqual(key))
                return true;
        }

        return false;
    }

    internal bool HasId(int packedId) => packed == packedId;

    internal static int Pack(ReadOnlySpan<byte> id) => id.Length switch
    {
        2 => id[0] << 8 | id[1],
        3 => id[0] << 16 | id[1] << 8 | id[2],
        _ => 0,
    };
}

/// <summary>A loop at its place in a transaction. Its first segment opens it.</summary>
public sealed record LoopUse : GrammarNode
{
    private readonly LoopBody body;

    internal LoopUse(Usage usage, int max, LoopBody body)
        : base(usage, max, body.Name) => this.body = body;

    /// <summary>The id, for example <c>2010AA</c>.</summary>
    public string Id => body.Id;

    /// <summary>Segments and loops in their order.</summary>
    public IReadOnlyList<GrammarNode> Children => body.Children;

    internal override SegmentUse First => (SegmentUse)body.Children[0];

    /// <summary>What is looked up for each segment, computed once.</summary>
    internal LoopIndex Index => body.Index;
}

/// <summary>What a loop consists of, shared by the places where it is used again.</summary>
internal sealed class LoopBody(string id, string name)
{
    public string Id { get; } = id;

    public string Name { get; } = name;

    public List<GrammarNode> Children { get; } = [];

    public LoopIndex Index => field ??= new(Children);
}

/// <summary>The children of a loop in the form that placing segments needs.</summary>
internal sealed class LoopIndex(IReadOnlyList<GrammarNode> children)
{
    /// <summary>The packed id of the first segment of each child.</summary>
    public int[] Ids { get; } = [.. children.Select(c => SegmentUse.Pack(System.Text.Encoding.ASCII.GetBytes(c.First.Definition.Id)))];

    /// <summary>The first segment of each child.</summary>
    public SegmentUse[] Firsts { get; } = [.. children.Select(c => c.First)];

    /// <summary>The children that are required.</summary>
    public int[] Required { get; } = [.. Enumerable.Range(0, children.Count).Where(i => children[i].Usage == Usage.Required)];

    /// <summary>For each child, the index of the first one in its run of children that begin with the same segment id: these may come in any order.</summary>
    public int[] Groups { get; } = GroupsOf(children);

    private static int[] GroupsOf(IReadOnlyList<GrammarNode> children)
    {
        var starts = new int[children.Count];
        for (var i = 1; i < starts.Length; i++)
            starts[i] = i > 1 && children[i].First.Definition.Id == children[i - 1].First.Definition.Id ? starts[i - 1] : i;
        return starts;
    }
}
