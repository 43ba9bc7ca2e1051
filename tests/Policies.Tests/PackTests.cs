using Ips.Policies.Tool;
using Ips.Policies.Tool.Guarding;
using Xunit;

namespace Ips.Policies.Tests;

/// <summary>What guards the packs, and what is made from them.</summary>
public sealed class PackTests
{
    private static readonly Checkout Checkout = new(Repo.Path());
    private static readonly Lazy<Reach> Answered = new(() => Reach.Of(Checkout, new(Checkout.ReadPacks())));
    private static readonly Lazy<IReadOnlyList<PackProblem>> Problems = new(() => Guards.Check(Checkout));

    [Fact]
    public void The_guards_find_nothing() => Assert.Empty(Problems.Value);

    [Fact]
    public void The_catalogue_has_501_rules_and_every_one_stands_in_exactly_one_pack()
    {
        var ids = Checkout.ReadPacks().SelectMany(p => p.Own).Select(r => r.Id.Value).Order(StringComparer.Ordinal);
        Assert.Equal(501, Guards.CatalogueIds.Count);
        Assert.Equal(Guards.CatalogueIds.Order(StringComparer.Ordinal), ids);
    }

    [Fact]
    public void Decision_names_match_the_decisions() =>
        Assert.Equal(DecisionKinds.Names.Order(StringComparer.Ordinal), DecisionKinds.All.Select(d => d.Name).Order(StringComparer.Ordinal));

    [Fact]
    public void Embedded_packs_equal_the_files() =>
        Assert.Equal(Checkout.ReadPacks().Select(p => (p.Id, p.Hash)), PackReader.ReadShipped().Select(p => (p.Id, p.Hash)));

    [Fact]
    public void The_pages_for_people_are_current()
    {
        var pages = ProgramPages.All(Checkout);
        var folder = Repo.Path("docs", "programs");
        Assert.Equal(pages.Keys.Order(StringComparer.Ordinal), Directory.EnumerateFiles(folder).Select(f => Path.GetFileName(f)).Order(StringComparer.Ordinal));
        foreach (var (name, text) in pages)
            Assert.True(text == File.ReadAllText(Path.Combine(folder, name)), $"{name} is stale: run dotnet run --project policies/Tool -- docs docs/programs");
    }

    [Fact]
    public void The_calendars_know_the_years_2021_to_2027()
    {
        foreach (var pack in Checkout.ReadPacks().Where(p => p.Id is "nc-state" or "nc-core"))
            Assert.Equal((2021, 2027), (pack.Calendar.FirstYear, pack.Calendar.LastYear));
    }

    /// <summary>Every evaluated or scheduled rule of a program is answered by a service in that program, from facts that it gives.</summary>
    [Theory]
    [InlineData("nc-state")]
    [InlineData("nc-core")]
    [InlineData("la-acla")]
    [InlineData("la-lhcc")]
    [InlineData("mo-dmh-vr")]
    public void Services_answer_every_rule(string program)
    {
        PolicyEngine engine = new(Checkout.ReadPacks());
        Assert.Empty(Answered.Value.NotYet(engine.Programs[program]).Select(r => r.Id.Value));
    }
}
