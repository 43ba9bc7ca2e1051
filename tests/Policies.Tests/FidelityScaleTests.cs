using Ips.Policies.Fidelity;
using Xunit;

namespace Ips.Policies.Tests;

public sealed class FidelityScaleTests
{
    private static readonly FidelityScale Scale = FidelityScale.Ips25;
    private static readonly IReadOnlyList<Pack> Packs = PackReader.ReadShipped();

    [Fact]
    public void The_scale_has_25_items_in_three_sections_and_totals_from_25_to_125()
    {
        Assert.Equal(25, Scale.Items.Count);
        Assert.Equal([3, 8, 14], Scale.Items.GroupBy(i => i.Section).OrderBy(g => g.Key).Select(g => g.Count()));
        Assert.Equal((25, 125), (Scale.LowestTotal, Scale.HighestTotal));
        Assert.All(Scale.Items, item => Assert.Equal(5, item.Anchors.Count));
    }

    [Fact]
    public void Rules_of_scale_items_exist()
    {
        var rules = Packs.SelectMany(p => p.Own).Select(r => r.Id).ToHashSet();
        Assert.All(Scale.Items.SelectMany(i => i.RestsOn), rule => Assert.Contains(rule, rules));
    }

    [Theory]
    [InlineData(1, 25), InlineData(4, 100), InlineData(5, 125)]
    public void A_total_is_the_sum_of_all_items(int score, int total) => Assert.Equal(total, Scale.Total(Scores(score)));

    [Fact]
    public void A_missing_item_is_named()
    {
        var problems = Scale.Check(Scores(4).Where(s => s.Item != 17));
        Assert.Equal("no score of item 17", Assert.Single(problems).Found);
    }

    [Theory]
    [InlineData(26, 4, "item 26"), InlineData(0, 4, "item 0"), InlineData(3, 4, "item 3 twice"), InlineData(3, 0, "item 3 twice")]
    public void Invalid_item_is_refused(int item, int score, string found) =>
        Assert.Contains(Scale.Check([.. Scores(4), new ItemScore(item, score)]), p => p.Found == found);

    [Theory]
    [InlineData(0), InlineData(6)]
    public void A_score_outside_the_scale_is_refused(int score)
    {
        var scores = Scores(4).Select(s => s.Item == 9 ? s with { Score = score } : s).ToList();
        var problem = Assert.Single(Assert.Throws<InvalidRequestException>(() => Scale.Total(scores)).Problems);
        Assert.Equal(("items[8].score", "a score from 1 to 5"), (problem.Field, problem.Expected));
    }

    [Theory]
    [InlineData(1, "20", 5), InlineData(1, "20.1", 4), InlineData(1, "25", 4), InlineData(1, "30", 3), InlineData(1, "40", 2), InlineData(1, "40.1", 1)]
    [InlineData(2, "96", 5), InlineData(2, "95.9", 4), InlineData(2, "90", 4), InlineData(2, "75", 3), InlineData(2, "60", 2), InlineData(2, "59.9", 1)]
    [InlineData(15, "30", 5), InlineData(15, "270", 2), InlineData(15, "271", 1), InlineData(24, "65", 5), InlineData(24, "64.9", 4)]
    public void A_number_falls_on_an_anchor_and_a_limit_belongs_to_the_better_one(int item, string number, int anchor) =>
        Assert.Equal(anchor, Scale.Find(item)!.Arithmetic!.Anchor(decimal.Parse(number, System.Globalization.CultureInfo.InvariantCulture)));

    [Fact]
    public void Where_all_anchors_were_read_their_numbers_are_the_limits()
    {
        Assert.Equal([1, 2], Scale.Items.Where(i => i.Verified == AnchorGrade.All).Select(i => i.Number));
        foreach (var item in Scale.Items.Where(i => i.Verified == AnchorGrade.All))
            Assert.All(item.Arithmetic!.Limits.Index(), limit => Assert.Contains($"{limit.Item}", item.Anchors[4 - limit.Index], StringComparison.Ordinal));
    }

    [Fact]
    public void A_revised_scale_stands_beside_the_one_before_it()
    {
        var revised = Scale with { Id = "IPS-25-revised", From = new(2027, 1, 1) };
        Assert.Equal(Scale, FidelityScale.Of([revised, Scale], new(2026, 12, 31)));
        Assert.Equal(revised, FidelityScale.Of([revised, Scale], new(2027, 1, 1)));
        Assert.Equal(Scale, FidelityScale.Of([revised, Scale], new(1999, 1, 1)));
        Assert.Equal((Scale, null), (FidelityScale.Find("IPS-25"), FidelityScale.Find("IPS-15")));
    }

    [Fact]
    public void Sections_add_up_to_the_total()
    {
        var sections = Scale.Sections([.. Enumerable.Range(1, 25).Select(item => ((item - 1) % 5) + 1)]);
        Assert.Equal([(6, 15), (25, 40), (44, 70)], sections.Select(s => (s.Total, s.Highest)));
    }

    [Theory]
    [InlineData("nc-state", Evaluator.Dhhs, "NC-FID-002"), InlineData("nc-core", Evaluator.Provider, "NC-FID-002"), InlineData("la-lhcc", Evaluator.ApprovedContractor, "LA-FID-004")]
    [InlineData("la-acla", Evaluator.Provider, null), InlineData("mo-dmh-vr", Evaluator.ApprovedContractor, null)]
    public void A_program_says_whether_an_agency_evaluates_its_own_team(string program, Evaluator evaluator, string? rule) =>
        Assert.Equal(rule, EvaluatorRules.RefusesOwnAgency(Day(program, new(2024, 6, 3)), evaluator)?.Value);

    [Theory]
    [InlineData("nc-core", true), InlineData("nc-state", true), InlineData("la-acla", false), InlineData("mo-dmh-vr", false)]
    public void Good_fidelity_begins_at_100_and_North_Carolina_alone_certifies(string program, bool certifies)
    {
        var text = Day(program, new(2024, 6, 3));
        Assert.Equal((100, certifies), (GoodFidelity.From(text), GoodFidelity.CertifiesBy(text)));
    }

    [Fact]
    public void Low_items_exist_only_in_Louisiana()
    {
        var scores = Scores(5).Select(s => s.Item <= 4 ? s with { Score = s.Item } : s).ToList();
        var day = new DateOnly(2024, 6, 3);
        Assert.Equal(3, FidelityScale.LowItems(scores, Day("la-acla", day)));
        Assert.Null(FidelityScale.LowItems(scores, Day("nc-state", day)));
    }

    private static PackDay Day(string program, DateOnly day) => Packs.Single(p => p.Id == program).On(day);

    private static List<ItemScore> Scores(int score) => [.. Scale.Items.Select(i => new ItemScore(i.Number, score))];
}
