using System.Text.Json;
using System.Text.Json.Nodes;
using Ips.Policies.Tool;

namespace Ips.Policies.Tests;

/// <summary>Every row and case as material for tests that ask more of it than one answer.</summary>
internal static class Questions
{
    public static IReadOnlyList<DecisionCase> All { get; } = new Checkout(Repo.Path()).ReadQuestions();

    /// <summary>The facts as a tree that a test may change.</summary>
    public static JsonObject FactsOf(DecisionCase question) => JsonNode.Parse(question.Facts.GetRawText())!.AsObject();

    /// <summary>Asks with changed facts.</summary>
    public static Decision Decide(DecisionCase question, JsonObject facts, DateOnly? asOf = null, PolicyEngine? engine = null) =>
        (engine ?? PolicyEngine.Shipped).Decide(question.Program, question.Decision, asOf ?? question.AsOf, JsonSerializer.SerializeToElement(facts));
}
