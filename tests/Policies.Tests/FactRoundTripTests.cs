using System.Reflection;
using System.Text.Json;
using Ips.Policies.Tool;
using Xunit;

namespace Ips.Policies.Tests;

/// <summary>Facts that were read, typed and written again ask the same question: what lets a stored decision of any kind be taken again.</summary>
public sealed class FactRoundTripTests
{
    [Fact]
    public void Written_facts_give_the_same_receipt()
    {
        HashSet<string> kinds = [];
        foreach (var question in Questions.All)
        {
            string first;
            try
            {
                first = PolicyEngine.Shipped.Decide(question.Program, question.Decision, question.AsOf, question.Facts).Json;
            }
            catch (Exception e) when (e is NotInForceException)
            {
                continue;
            }

            using var written = JsonDocument.Parse(Written(DecisionKinds.Find(question.Decision)!, question.Facts));
            Assert.Equal(first, PolicyEngine.Shipped.Decide(question.Program, question.Decision, question.AsOf, written.RootElement).Json);
            kinds.Add(question.Decision);
        }

        Assert.Equal(DecisionKinds.Names.Order(StringComparer.Ordinal), kinds.Order(StringComparer.Ordinal));
    }

    private static string Written(DecisionKind kind, JsonElement facts) => (string)typeof(FactRoundTripTests)
        .GetMethod(nameof(Write), BindingFlags.NonPublic | BindingFlags.Static)!.MakeGenericMethod(kind.GetType().GetGenericArguments())
            .Invoke(null, [kind, facts])!;

    private static string Write<TFacts>(DecisionKind<TFacts> kind, JsonElement facts) where TFacts : notnull => FactWriter.Write(kind.Read(facts));
}
