namespace Ips.Policies.Fidelity;

/// <summary>
/// The scale that reviewers score a team with. The platform adds up and checks; it never scores an item, because a review is done by
/// people and not every anchor has been checked against the published scale (<see cref="FidelityItem.Verified"/>).
/// </summary>
/// <param name="Id">Name of the scale, stored with every review.</param>
/// <param name="From">First day on which reviewers score with it: a review is scored with the scale of its last day on site.</param>
/// <param name="Edition">Edition of the scale.</param>
/// <param name="Source">Where the scale comes from.</param>
/// <param name="LowestScore">Lowest score of an item.</param>
/// <param name="HighestScore">Highest score of an item.</param>
/// <param name="Items">The items by number, 1 first.</param>
public sealed record FidelityScale(string Id, DateOnly From, string Edition, string Source, int LowestScore, int HighestScore,
    IReadOnlyList<FidelityItem> Items)
{
    private static readonly RuleId LowItemRule = RuleId.Of("LA-FID-006");
    private static readonly Parameter<int> LowThrough = Parameter<int>.Of(LowItemRule, "low_through");
    private static readonly Lazy<FidelityScale> Shipped = new(() => ScaleReader.ReadShipped("ips-25.yaml"));

    /// <summary>The IPS fidelity scale of 25 items.</summary>
    /// <exception cref="BadPackException">The scale's file has problems; all are listed.</exception>
    public static FidelityScale Ips25 => Shipped.Value;

    /// <summary>Every shipped scale. A revised one stands beside the earlier ones, with its first day.</summary>
    public static IReadOnlyList<FidelityScale> All { get; } = [Ips25];

    /// <summary>The scale of that name, or <see langword="null"/>.</summary>
    public static FidelityScale? Find(string id) => All.FirstOrDefault(scale => scale.Id == id);

    /// <summary>The scale with which a review of that day is scored.</summary>
    public static FidelityScale On(DateOnly day) => Of(All, day);

    /// <summary>Of these scales the latest that began on or before the day; the first one for a day before all of them.</summary>
    public static FidelityScale Of(IReadOnlyList<FidelityScale> scales, DateOnly day) =>
        scales.Where(scale => scale.From <= day).MaxBy(scale => scale.From) ?? scales.MinBy(scale => scale.From)!;

    /// <summary>The sum of each section, in the order of the scale.</summary>
    public IReadOnlyList<SectionTotal> Sections(IReadOnlyList<int> scores) => [.. Items.GroupBy(item => item.Section).Select(section =>
        new SectionTotal(section.Key, section.Sum(item => scores[item.Number - 1]), section.Count() * HighestScore))];

    /// <summary>Numbers of the items of which no anchor was checked against a published text: a total rests on them too.</summary>
    public IReadOnlyList<int> NotChecked { get; } = [.. Items.Where(i => i.Verified == AnchorGrade.None).Select(i => i.Number)];

    /// <summary>Total when every item has the lowest score.</summary>
    public int LowestTotal => Items.Count * LowestScore;

    /// <summary>Total when every item has the highest score.</summary>
    public int HighestTotal => Items.Count * HighestScore;

    /// <summary>The item of that number, or <see langword="null"/>.</summary>
    public FidelityItem? Find(int number) => number >= 1 && number <= Items.Count ? Items[number - 1] : null;

    /// <summary>What is wrong with a set of item scores; empty when every item is scored once with a score of the scale.</summary>
    public IReadOnlyList<RequestProblem> Check(IEnumerable<ItemScore> scores)
    {
        List<RequestProblem> problems = [];
        var seen = new bool[Items.Count + 1];
        foreach (var (i, (number, score)) in scores.Index())
        {
            if (Find(number) is null)
                problems.Add(new($"items[{i}].item", $"item {number}", $"an item from 1 to {Items.Count}"));
            else if (seen[number])
                problems.Add(new($"items[{i}].item", $"item {number} twice", "each item once"));
            else
                seen[number] = true;
            if (score < LowestScore || score > HighestScore)
                problems.Add(new($"items[{i}].score", $"{score}", $"a score from {LowestScore} to {HighestScore}"));
        }

        problems.AddRange(Items.Where(item => !seen[item.Number]).Select(item =>
            new RequestProblem("items", $"no score of item {item.Number}", "a score of every item")));
        return problems;
    }

    /// <summary>The sum of all item scores.</summary>
    /// <exception cref="InvalidRequestException">The scores are not complete or not of the scale; all problems are listed.</exception>
    public int Total(IReadOnlyCollection<ItemScore> scores) =>
        Check(scores) is { Count: > 0 } problems ? throw new InvalidRequestException(problems) : scores.Sum(s => s.Score);

    /// <summary>
    /// How many items are scored so low that a Louisiana plan requires a corrective plan of a new team (LA-FID-006), by the text in force;
    /// <see langword="null"/> where the program has no such rule.
    /// </summary>
    public static int? LowItems(IEnumerable<ItemScore> scores, PackDay text) =>
        text.Rule(LowItemRule) is null ? null : scores.Count(s => s.Score <= text.Value(LowThrough));
}

/// <summary>An item of the scale.</summary>
/// <param name="Number">Number, 1 first.</param>
/// <param name="Section">Section of the scale.</param>
/// <param name="Name">Name.</param>
/// <param name="Verified">How far the anchors were checked.</param>
/// <param name="RestsOn">Rules whose text requires the best anchor.</param>
/// <param name="Anchors">What each score looks like, in our words; the lowest score first.</param>
/// <param name="Arithmetic">How a number falls on an anchor; <see langword="null"/> where the anchors are no ranges of one number.</param>
public sealed record FidelityItem(int Number, FidelitySection Section, string Name, AnchorGrade Verified, IReadOnlyList<RuleId> RestsOn,
    IReadOnlyList<string> Anchors, ItemArithmetic? Arithmetic);

/// <summary>How a measured number falls on the anchors of an item.</summary>
/// <param name="Quantity">What is measured.</param>
/// <param name="Better">Which numbers are better.</param>
/// <param name="Limits">The limits of the scores, best first and without the lowest score.</param>
/// <param name="Counts">Activities of service notes that the number rests on; empty where it rests on no notes.</param>
public sealed record ItemArithmetic(string Quantity, BetterNumber Better, IReadOnlyList<decimal> Limits, IReadOnlyList<string> Counts)
{
    /// <summary>The score whose anchor the number falls on. A limit belongs to the better score.</summary>
    public int Anchor(decimal number)
    {
        var reached = Limits.Count(limit => Better == BetterNumber.Lower ? number <= limit : number >= limit);
        return reached + 1;
    }
}

/// <summary>Which numbers are better.</summary>
public enum BetterNumber
{
    /// <summary>The lower ones.</summary>
    Lower,

    /// <summary>The higher ones.</summary>
    Higher,
}

/// <summary>The sum of a section's scores.</summary>
/// <param name="Section">The section.</param>
/// <param name="Total">The sum.</param>
/// <param name="Highest">The highest sum.</param>
public readonly record struct SectionTotal(FidelitySection Section, int Total, int Highest);

/// <summary>The score that a reviewer gave an item.</summary>
/// <param name="Item">Number of the item.</param>
/// <param name="Score">Score.</param>
public readonly record struct ItemScore(int Item, int Score);

/// <summary>Section of the scale.</summary>
public enum FidelitySection
{
    /// <summary>Staffing.</summary>
    Staffing,

    /// <summary>Organization.</summary>
    Organization,

    /// <summary>Services.</summary>
    Services,
}

/// <summary>How far an item's anchors were checked against a published text.</summary>
public enum AnchorGrade
{
    /// <summary>No anchor.</summary>
    None,

    /// <summary>A part of the best anchor is printed in a program's own text.</summary>
    Part,

    /// <summary>The best anchor is printed in a program's own text.</summary>
    Best,

    /// <summary>All anchors were read in a public copy of the scale.</summary>
    All,
}
