using System.Collections.Concurrent;
using System.Reflection;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using Google.Rpc;
using Grpc.Core;
using Grpc.Core.Interceptors;
using Ips.Policies;
using Xunit;
using Xunit.Sdk;
using Finding = Ips.Contracts.Common.V1.Finding;

namespace Ips.Testing;

/// <summary>One answer on a rule that a test received from the service.</summary>
/// <param name="Rule">The rule.</param>
/// <param name="Side">MET, NOTMET, NEEDSFACTS or NEEDSREVIEW.</param>
/// <param name="Rpc">The rpc that answered.</param>
/// <param name="Test">The test.</param>
/// <param name="Programs">The programs in which any test received it, with a space between them.</param>
public sealed record AnsweredRule(string Rule, string Side, string Rpc, string Test, string Programs)
{
    /// <summary>The rule holds.</summary>
    public const string Met = "MET";

    /// <summary>It does not.</summary>
    public const string NotMet = "NOTMET";

    // The test that runs in this flow of calls.
    internal static readonly AsyncLocal<string?> Running = new();

    /// <summary>Names the test that runs. Stands on the test class, or on the definition of its collection.</summary>
    [AttributeUsage(AttributeTargets.Class)]
    public sealed class NamedAttribute : BeforeAfterTestAttribute
    {
        public override void Before(MethodInfo methodUnderTest) => Running.Value = $"{methodUnderTest.DeclaringType!.Name}.{methodUnderTest.Name}";

        public override void After(MethodInfo methodUnderTest) => Running.Value = null;
    }
}

/// <summary>Where the platform holds what a rule leaves to a person or wants recorded.</summary>
/// <param name="Rule">The rule.</param>
/// <param name="Field">The field that holds it, by its full name.</param>
/// <param name="Value">The code or number that says so; empty for any.</param>
/// <param name="RecordedBy">The rpc that takes it.</param>
/// <param name="ReadBy">The rpc that shows it.</param>
/// <param name="Test">The test to which that rpc showed it; empty where it is an rpc of another service.</param>
public sealed record KeptRule(string Rule, string Field, string Value, string RecordedBy, string ReadBy, string Test);

/// <summary>
/// What the tests of a service receive from it for each rule that a decision of the service evaluates. With <c>UPDATE_ANSWERED=1</c> a run of all tests of the
/// project writes it to <c>answered-rules.tsv</c>: one line for each rule and answer, the first test by its name, and the programs. Where the service holds what its other rules leave to
/// a person stands in <c>kept-rules.tsv</c>; the same run writes which test was shown it.
/// </summary>
/// <param name="service">The service, as packs name it.</param>
/// <param name="also">Reads a rule and its side from a message of the service's own that holds no finding.</param>
public sealed class AnsweredRules(string service, Func<IMessage, (string Rule, string Side)?>? also = null) : Interceptor
{
    private const string Header = "rule\tanswer\trpc\ttest\tprograms";

    private static readonly bool Requested = Environment.GetEnvironmentVariable("UPDATE_ANSWERED") is not null;

    private static readonly Dictionary<string, MethodDescriptor> Rpcs = typeof(Finding).Assembly.GetTypes()
        .Select(type => type.GetProperty("Descriptor", BindingFlags.Public | BindingFlags.Static)).Where(p => p?.PropertyType == typeof(FileDescriptor))
        .SelectMany(p => ((FileDescriptor)p!.GetValue(null)!).Services).SelectMany(s => s.Methods).ToDictionary(m => $"{m.Service.FullName}/{m.Name}", StringComparer.Ordinal);

    private readonly string list = Path.Combine(Checkout.Root, "tests", $"{service}.Tests", "answered-rules.tsv");
    private readonly string keptList = Path.Combine(Checkout.Root, "tests", $"{service}.Tests", "kept-rules.tsv");
    private readonly ConcurrentDictionary<(string Field, string Value, string Rpc), string> shown = [];
    private readonly ConcurrentDictionary<(string Rule, string Side), AnsweredRule> seen = [];
    private readonly ConcurrentDictionary<(string Rule, string Side, string Program), bool> programs = [];
    private readonly Lock writing = new();

    /// <summary>The rules that decisions of the service evaluate, in all programs.</summary>
    public IReadOnlyDictionary<string, RuleEntry> Rules { get; } = PolicyEngine.Shipped.Programs.Values.SelectMany(program => program.Rules)
        .Where(r => r.Service == service && r.Kind == RuleKind.Evaluated).DistinctBy(r => r.Id).ToDictionary(r => r.Id.Value, StringComparer.Ordinal);

    /// <summary>The rules of the service that want something recorded or leave it to a person, in all programs.</summary>
    public IReadOnlyDictionary<string, RuleEntry> Human { get; } = PolicyEngine.Shipped.Programs.Values.SelectMany(program => program.Rules)
        .Where(r => r.Service == service && r.Kind is RuleKind.Recorded or RuleKind.Human).DistinctBy(r => r.Id).ToDictionary(r => r.Id.Value, StringComparer.Ordinal);

    /// <summary>Where they are held, as it is in the tree.</summary>
    public IReadOnlyList<KeptRule> ReadKept() => [.. File.ReadLines(keptList).Skip(1).Select(line => line.Split('\t'))
        .Select(columns => new KeptRule(columns[0], columns[1], columns[2], columns[3], columns[4], columns[5]))];

    /// <summary>The list as it is in the tree.</summary>
    public IReadOnlyList<AnsweredRule> Read() =>
        [.. File.ReadLines(list).Skip(1).Select(line => line.Split('\t')).Select(columns => new AnsweredRule(columns[0], columns[1], columns[2], columns[3], columns.ElementAtOrDefault(4) ?? ""))];

    /// <summary>Writes what all tests of this run received so far.</summary>
    public void WriteIfRequested()
    {
        if (!Requested)
            return;
        lock (writing)
        {
            File.WriteAllLines(list, [Header, .. seen.Values.OrderBy(a => a.Rule, StringComparer.Ordinal).ThenBy(a => a.Side, StringComparer.Ordinal)
                .Select(a => string.Join('\t', a.Rule, a.Side, a.Rpc, a.Test, string.Join(' ', programs.Keys.Where(p => (p.Rule, p.Side) == (a.Rule, a.Side))
                    .Select(p => p.Program).Order(StringComparer.Ordinal))))]);
            if (File.Exists(keptList))
            {
                var (header, lines) = (File.ReadLines(keptList).First(), ReadKept());
                File.WriteAllLines(keptList, [header, .. lines.Select(k => string.Join('\t', k.Rule, k.Field, k.Value, k.RecordedBy, k.ReadBy,
                    shown.GetValueOrDefault((k.Field, k.Value, k.ReadBy), "")))]);
            }
        }
    }

    /// <summary>
    /// Expects that one rpc takes and another shows each field that holds what the rule leaves to a person, and that a test of the service was shown it. What fidelity
    /// reviewers score is the item that the pack names.
    /// </summary>
    /// <param name="rule">The rule.</param>
    /// <param name="tests">The assembly of the tests.</param>
    public void AssertKept(string rule, Assembly tests)
    {
        var lines = ReadKept().Where(line => line.Rule == rule).ToList();
        Assert.NotEmpty(lines);
        foreach (var line in lines)
        {
            Assert.True(Rpcs.TryGetValue(line.RecordedBy, out var records), $"{line.RecordedBy} is no rpc");
            Assert.True(Rpcs.TryGetValue(line.ReadBy, out var reads), $"{line.ReadBy} is no rpc");
            var field = Fields(reads.OutputType).SingleOrDefault(f => f.FullName == line.Field);
            Assert.True(field is not null, $"{line.ReadBy} shows no {line.Field}");
            // A caller sends the field itself, or one of its name.
            Assert.True(Fields(records.InputType).Any(f => f == field || f.Name == field.Name), $"{line.RecordedBy} takes no {field.Name}");
            if (field.FieldType == FieldType.Enum && line.Value.Length > 0)
                Assert.Contains(line.Value, field.EnumType.Values.Select(value => value.Name));
            if (reads.Service.FullName.Split('.')[1].Equals(service, StringComparison.OrdinalIgnoreCase))
                Assert.True(TestNames(tests).Contains(line.Test), $"no test was shown {line.Field} {line.Value}; run all with UPDATE_ANSWERED=1");
            else
                Assert.Contains($"item {line.Value} of the scale", Human[rule].DecidedBy, StringComparison.Ordinal);
        }
    }

    /// <summary>Expects the list to show the rule on both sides, each by an rpc that exists in a test that exists.</summary>
    /// <param name="rule">The rule.</param>
    /// <param name="tests">The assembly of the tests.</param>
    /// <param name="sides">The sides that can be had; by default both, or the one that the pack says the rule always has.</param>
    /// <returns>The sides.</returns>
    public IReadOnlyList<string> AssertAnswered(string rule, Assembly tests, params IReadOnlyList<string> sides)
    {
        var names = TestNames(tests);
        var answers = Read().Where(a => a.Rule == rule).ToList();
        Assert.All(answers, a => Assert.True(names.Contains(a.Test), $"{a.Test} is no test; run all with UPDATE_ANSWERED=1"));
        Assert.All(answers, a => Assert.True(Rpcs.ContainsKey(a.Rpc), $"{a.Rpc} is no rpc; run all with UPDATE_ANSWERED=1"));
        if (sides.Count == 0)
            sides = Rules[rule].Always is { } always ? [always.ToString().ToUpperInvariant()] : [AnsweredRule.Met, AnsweredRule.NotMet];
        Assert.Equal(sides, sides.Intersect(answers.Select(a => a.Side)));
        return sides;
    }

    /// <summary>Expects each side to be answered in every program of the rule: that of its pack, or for a text that programs share each of them.</summary>
    /// <param name="rule">The rule.</param>
    /// <param name="sides">The sides.</param>
    public void AssertAnsweredInItsPrograms(string rule, IReadOnlyList<string> sides)
    {
        var having = PolicyEngine.Shipped.Programs.Where(program => program.Value.Rules.Any(r => r.Id.Value == rule)).Select(program => program.Key);
        var expected = PolicyEngine.Shipped.Programs.ContainsKey(Rules[rule].Pack) ? [Rules[rule].Pack] : having.Order(StringComparer.Ordinal).ToList();
        var answers = Read().Where(a => a.Rule == rule).ToDictionary(a => a.Side, a => a.Programs.Split(' '), StringComparer.Ordinal);
        Assert.All(sides, side => Assert.Equal(expected, expected.Intersect(answers[side])));
    }

    public override AsyncUnaryCall<TResponse> AsyncUnaryCall<TRequest, TResponse>(
        TRequest request, ClientInterceptorContext<TRequest, TResponse> context, AsyncUnaryCallContinuation<TRequest, TResponse> continuation)
    {
        var call = continuation(request, context);
        return Requested ? new(Answer(), call.ResponseHeadersAsync, call.GetStatus, call.GetTrailers, call.Dispose) : call;

        async Task<TResponse> Answer()
        {
            var rpc = context.Method.FullName.TrimStart('/');
            try
            {
                var answer = await call.ResponseAsync;
                Received((IMessage)answer, rpc, "");
                return answer;
            }
            catch (RpcException refused) when (refused.GetRpcStatus()?.GetDetail<ErrorInfo>() is { Reason: "CONFLICT" } conflict)
            {
                Keep(conflict.Metadata["rule"], AnsweredRule.NotMet, rpc, "");
                throw;
            }
        }
    }

    private void Received(IMessage message, string rpc, string program)
    {
        // A decision names its program, and so does what is decided about training.
        if (message.Descriptor.FindFieldByName("program")?.Accessor.GetValue(message) is string { Length: > 0 } own)
            program = own;
        if (message is Finding finding)
            Keep(finding.RuleId, finding.Verdict.ToString().ToUpperInvariant(), rpc, program);
        else if (also?.Invoke(message) is (var rule, var side))
            Keep(rule, side, rpc, program);

        foreach (var field in message.Descriptor.Fields.InDeclarationOrder().Where(f => !f.IsMap))
        {
            var value = field.Accessor.GetValue(message);
            foreach (var inner in field.IsRepeated ? ((System.Collections.IEnumerable)value).OfType<object>() : value is null ? [] : [value])
            {
                if (inner is IMessage part)
                    Received(part, rpc, program);
                else if (AnsweredRule.Running.Value is { } test && inner is not "" and not 0 and not false)
                    Shown(field, field.FieldType == FieldType.Enum ? field.EnumType.FindValueByNumber((int)inner)?.Name ?? "" : "", rpc, test);
            }
        }
    }

    private void Shown(FieldDescriptor field, string value, string rpc, string test)
    {
        foreach (var key in new[] { value, "" }.Distinct().Select(one => (field.FullName, one, rpc)))
            shown.AddOrUpdate(key, test, (_, before) => string.CompareOrdinal(test, before) < 0 ? test : before);
    }

    private static HashSet<string> TestNames(Assembly tests) => [.. tests.GetTypes()
        .SelectMany(type => type.GetMethods().Where(m => m.GetCustomAttributes<FactAttribute>().Any())).Select(m => $"{m.DeclaringType!.Name}.{m.Name}")];

    /// <summary>The fields of a message and of the messages within it.</summary>
    private static HashSet<FieldDescriptor> Fields(MessageDescriptor message)
    {
        HashSet<FieldDescriptor> fields = [];
        Stack<MessageDescriptor> open = new([message]);
        while (open.TryPop(out var next))
        {
            foreach (var field in next.Fields.InDeclarationOrder().Where(fields.Add).Where(f => f.FieldType == FieldType.Message))
                open.Push(field.MessageType);
        }

        return fields;
    }

    private void Keep(string rule, string side, string rpc, string program)
    {
        if (AnsweredRule.Running.Value is not { } test)
            return;
        if (program.Length > 0)
            programs[(rule, side, program)] = true;
        AnsweredRule answer = new(rule, side, rpc, test, "");
        seen.AddOrUpdate((rule, side), answer, (_, before) => string.CompareOrdinal(answer.Test, before.Test) < 0 ? answer : before);
    }
}
