using Ips.Policies.Reports;
using Xunit;

namespace Ips.Policies.Tests;

/// <summary>No number of 1 to 10 people is shown, and none can be computed from those that are.</summary>
public sealed class SmallCellsTests
{
    private static readonly SmallCells Rule = SmallCells.Shipped;

    [Fact]
    public void The_number_has_a_source_and_a_reading()
    {
        Assert.Equal(11, Rule.SmallestShown);
        Assert.Contains("CMS Cell Size Suppression Policy", Rule.Source, StringComparison.Ordinal);
        Assert.NotEmpty(Rule.Section);
        Assert.NotEmpty(Rule.Reading);
    }

    [Theory]
    // parts          withheld   sum withheld
    [InlineData("0 0 0", "", false)]
    [InlineData("11 30 0", "", false)]
    [InlineData("5 0 0", "a", true)]
    [InlineData("5 5 0", "ab", true)]
    [InlineData("5 6 0", "ab", false)]
    [InlineData("5 20 0", "ab", false)]
    [InlineData("30 5 20", "ab", false)]
    [InlineData("3 4 30", "abc", false)]
    [InlineData("10 10 30", "abc", false)]
    public void Small_numbers_are_withheld_with_as_many_others_as_hide_them(string parts, string withheld, bool sum)
    {
        var cells = Cells([.. parts.Split(' ').Select(long.Parse)]);
        var decided = Rule.Withhold(cells.Values.Sum(), cells);
        Assert.Equal((withheld, sum), (string.Concat(decided.Parts.Order()), decided.Sum));
    }

    [Fact]
    public void Parts_of_one_person_each_are_not_computed_from_their_sum()
    {
        var cells = Cells([.. Enumerable.Repeat(1L, 11)]);
        Assert.True(Rule.Withhold(11, cells).Sum);
    }

    /// <summary>
    /// A reader who knows the rule tries every table that would look the same: each withheld part has more than one value in them, and what is withheld
    /// together is never small.
    /// </summary>
    [Fact]
    public void No_withheld_number_can_be_computed_from_what_is_shown()
    {
        const int Largest = 32;
        Dictionary<string, List<long[]>> alike = [];
        for (long a = 0; a <= Largest; a++)
        {
            for (long b = 0; b <= Largest; b++)
            {
                for (long c = 0; c <= Largest; c++)
                    Add([a, b, c]);
            }
        }

        foreach (var (shown, tables) in alike)
        {
            var looks = shown.Split(' ');
            var withheld = Enumerable.Range(0, 3).Where(i => looks[i + 1] == "?").ToList();
            var together = withheld.Sum(i => tables[0][i]);
            Assert.True(withheld.Count == 0 || looks[0] == "?" || together >= Rule.SmallestShown, $"{shown}: withheld together are {together}");
            // A larger sum is also that of tables with larger parts than those tried.
            if (together <= Largest)
                Assert.All(withheld, i => Assert.True(tables.Select(table => table[i]).Distinct().Count() > 1, $"{shown}: part {i} is {tables[0][i]}"));
        }

        void Add(long[] table)
        {
            var cells = Cells(table);
            var decided = Rule.Withhold(table.Sum(), cells);
            Assert.All(cells, cell => Assert.False(Rule.IsSmall(cell.Value) && !decided.Parts.Contains(cell.Key)));
            var sum = decided.Sum ? "?" : $"{table.Sum()}";
            var look = $"{sum} {string.Join(' ', cells.Select(cell => decided.Parts.Contains(cell.Key) ? "?" : $"{cell.Value}"))}";
            if (!alike.TryGetValue(look, out var tables))
                alike[look] = tables = [];
            tables.Add(table);
        }
    }

    [Fact]
    public void What_is_withheld_of_many_parts_is_never_a_small_sum_and_zeros_are_shown()
    {
        Random random = new(1);
        for (var i = 0; i < 20_000; i++)
        {
            var table = Enumerable.Range(0, random.Next(1, 9)).Select(_ => (long)random.Next(random.Next(1, 40))).ToArray();
            // Some people are in two parts.
            var sum = Math.Max(table.Max(), table.Sum() - random.Next(3));
            var cells = Cells(table);
            var decided = Rule.Withhold(sum, cells);
            Assert.DoesNotContain(cells, cell => cell.Value == 0 && decided.Parts.Contains(cell.Key));
            if (decided.Parts.Count == 0 || decided.Sum)
                continue;
            var together = sum - cells.Where(cell => !decided.Parts.Contains(cell.Key)).Sum(cell => cell.Value);
            Assert.True(together >= Rule.SmallestShown && decided.Parts.Count > 1, $"{string.Join(' ', table)} of {sum}");
        }
    }

    private static Dictionary<string, long> Cells(long[] table) =>
        table.Select((value, i) => (value, i)).ToDictionary(cell => $"{(char)('a' + cell.i)}", cell => cell.value);
}
