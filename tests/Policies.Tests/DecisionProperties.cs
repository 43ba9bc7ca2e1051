using System.Text.Json.Nodes;
using FsCheck;
using FsCheck.Fluent;
using Ips.Policies.Tool;
using Xunit;

namespace Ips.Policies.Tests;

/// <summary>What holds for every question, tried on rows and cases changed at random.</summary>
public sealed class DecisionProperties
{
    // Read a second time: equal answers cannot come from something kept by the first engine.
    private static readonly PolicyEngine Other = new(PackReader.ReadShipped());

    private static readonly Arbitrary<DecisionCase> AnyQuestion = Gen.Elements(Questions.All.AsEnumerable()).ToArbitrary();
    private static readonly Arbitrary<int> AnySeed = Gen.Choose(0, int.MaxValue - 1).ToArbitrary();
    private static readonly Config Runs = Config.QuickThrowOnFailure.WithMaxTest(1_000);

    [Fact]
    public void Same_facts_give_the_same_bytes() => Prop.ForAll(AnyQuestion, AnySeed, (question, seed) =>
    {
        var facts = WithoutSome(Questions.FactsOf(question), new Random(seed));
        return Answer(() => Questions.Decide(question, facts)) == Answer(() => Questions.Decide(question, facts, engine: Other));
    }).Check(Runs);

    [Fact]
    public void The_order_of_facts_does_not_matter() => Prop.ForAll(AnyQuestion, AnySeed, (question, seed) =>
    {
        var facts = Questions.FactsOf(question);
        return Answer(() => Questions.Decide(question, facts)) == Answer(() => Questions.Decide(question, (JsonObject)Shuffled(facts, new Random(seed))));
    }).Check(Runs);

    [Fact]
    public void Unknown_fact_is_refused() => Prop.ForAll(AnyQuestion, AnySeed, (question, seed) =>
    {
        var facts = Questions.FactsOf(question);
        var name = $"fact{seed}";
        facts[name] = true;
        return Assert.Throws<InvalidRequestException>(() => Questions.Decide(question, facts)).Problems.Any(p => p.Field == name);
    }).Check(Runs);

    [Fact]
    public void Verdict_is_the_worst_deciding_rule() => Prop.ForAll(AnyQuestion, AnySeed, (question, seed) =>
    {
        var facts = WithoutSome(Questions.FactsOf(question), new Random(seed));
        return Decided(() => Questions.Decide(question, facts)) is not { } decision
            || decision.Verdict == decision.Findings.Where(f => f.Decides).Select(f => f.Verdict).DefaultIfEmpty(Verdict.Met).Max();
    }).Check(Runs);

    [Fact]
    public void More_documents_never_deny()
    {
        var asking = Questions.All.Where(q => q.Facts.TryGetProperty("documents", out _)).ToList();
        var documents = asking.GroupBy(q => q.Decision, StringComparer.Ordinal)
            .ToDictionary(g => g.Key, g => g.SelectMany(q => Texts(q)).Distinct(StringComparer.Ordinal).ToList(), StringComparer.Ordinal);
        Assert.Equal(["authorization-request", "milestone", "reauthorization"], documents.Keys.Order(StringComparer.Ordinal));
        foreach (var question in asking)
        {
            var before = Questions.Decide(question, Questions.FactsOf(question));
            foreach (var document in documents[question.Decision].Except(Texts(question), StringComparer.Ordinal))
            {
                var facts = Questions.FactsOf(question);
                facts["documents"]!.AsArray().Add(document);
                var after = Questions.Decide(question, facts);
                Assert.True(before.Verdict != Verdict.Met || after.Verdict == Verdict.Met,
                    $"{question.Id} with {document}: {before.Verdict} becomes {after.Verdict}");
                foreach (var (rule, verdict) in before.Verdicts.Where(v => v.Verdict == Verdict.Met))
                    Assert.True(after.VerdictOf(rule) is Verdict.Met or null, $"{question.Id} with {document}: {rule} becomes {after.VerdictOf(rule)}");
            }
        }
    }

    private static IEnumerable<string> Texts(DecisionCase question) => question.Facts.GetProperty("documents").EnumerateArray().Select(d => d.GetString()!);

    private static JsonObject WithoutSome(JsonObject facts, Random random)
    {
        foreach (var name in facts.Select(f => f.Key).Where(_ => random.Next(6) == 0).ToList())
            facts.Remove(name);
        return facts;
    }

    private static JsonNode Shuffled(JsonNode node, Random random) => node switch
    {
        JsonObject members => new JsonObject(members.OrderBy(_ => random.Next())
            .Select(m => KeyValuePair.Create(m.Key, m.Value is null ? null : Shuffled(m.Value, random)))),
        JsonArray items => new JsonArray([.. items.Select(i => i is null ? null : Shuffled(i, random))]),
        _ => node.DeepClone(),
    };

    /// <summary>The receipt, or the refusal with its words: a refusal is the same again too.</summary>
    private static string Answer(Func<Decision> request)
    {
        try
        {
            return request().Json;
        }
        catch (Exception e) when (e is InvalidRequestException)
        {
            return e.Message;
        }
    }

    private static Decision? Decided(Func<Decision> request)
    {
        try
        {
            return request();
        }
        catch (Exception e) when (e is InvalidRequestException)
        {
            return null;
        }
    }
}
