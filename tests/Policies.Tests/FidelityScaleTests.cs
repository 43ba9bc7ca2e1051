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
