using System.Reflection;
using Google.Protobuf.Reflection;
using Ips.Contracts.Staffing.V1;
using Ips.Policies;
using Xunit;

namespace Ips.Staffing.Tests;

/// <summary>
/// What the tests of this project received from the service for each rule that a decision of Staffing evaluates: <c>answered-rules.tsv</c>, written by a run of all
/// tests with <c>UPDATE_ANSWERED=1</c>.
/// </summary>
public sealed class AnsweredRulesTests
{
    private static readonly IReadOnlyList<AnsweredRule> Answers = AnsweredRule.Read();

    private static readonly Dictionary<string, MethodInfo> Tests = typeof(AnsweredRulesTests).Assembly.GetTypes()
        .SelectMany(type => type.GetMethods().Where(m => m.GetCustomAttributes<FactAttribute>().Any()))
        .ToDictionary(m => $"{m.DeclaringType!.Name}.{m.Name}", StringComparer.Ordinal);

    private static IEnumerable<RuleEntry> All => PolicyEngine.Shipped.Programs.Values.SelectMany(program => program.Rules);

    public static TheoryData<string> Rules()
    {
        TheoryData<string> rules = [];
        foreach (var rule in All.Where(r => r is { Service: "Staffing", Kind: RuleKind.Evaluated })
            .Select(r => r.Id.Value).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal))
            rules.Add(rule);
        return rules;
    }

    [Theory]
    [MemberData(nameof(Rules))]
    public void A_rule_is_answered_on_both_sides_by_an_rpc_in_a_test(string rule)
    {
        var entry = All.First(r => r.Id.Value == rule);
        var answers = Answers.Where(a => a.Rule == rule).ToList();
        Assert.All(answers, a => Assert.True(Tests.ContainsKey(a.Test), $"{a.Test} is no test; run all with UPDATE_ANSWERED=1"));
        Assert.All(answers, a => Assert.NotNull(Method(a.Rpc)));
        string[] expected = entry.Always is { } always ? [always.ToString().ToUpperInvariant()] : [AnsweredRule.Met, AnsweredRule.NotMet];
        Assert.Equal(expected, expected.Intersect(answers.Select(a => a.Side)));
    }

    private static MethodDescriptor? Method(string rpc) => new[]
    {
        StaffReflection.Descriptor, TeamsReflection.Descriptor, ClearancesReflection.Descriptor, TrainingReflection.Descriptor, CaseloadsReflection.Descriptor,
        MeetingsReflection.Descriptor, OrganizationsReflection.Descriptor, DecisionsReflection.Descriptor,
    }.SelectMany(file => file.Services).SelectMany(service => service.Methods).SingleOrDefault(m => $"{m.Service.FullName}/{m.Name}" == rpc);
}
