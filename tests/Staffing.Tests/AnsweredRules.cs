using System.Collections.Concurrent;
using System.Reflection;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using Grpc.Core;
using Grpc.Core.Interceptors;
using Ips.Contracts.Common.V1;
using Ips.Contracts.Staffing.V1;
using Ips.Testing;
using Xunit.Sdk;

namespace Ips.Staffing.Tests;

/// <summary>One answer on a rule that a test received from the service.</summary>
/// <param name="Rule">The rule.</param>
/// <param name="Side">MET, NOTMET, NEEDSFACTS or NEEDSREVIEW.</param>
/// <param name="Rpc">The rpc that answered.</param>
/// <param name="Test">The test.</param>
public sealed record AnsweredRule(string Rule, string Side, string Rpc, string Test)
{
    /// <summary>The rule holds.</summary>
    public const string Met = "MET";

    /// <summary>It does not.</summary>
    public const string NotMet = "NOTMET";

    private const string Header = "rule\tanswer\trpc\ttest";
    private static readonly ConcurrentDictionary<(string Rule, string Side), AnsweredRule> Seen = [];

    // The test that runs in this flow of calls.
    private static readonly AsyncLocal<string?> Running = new();

    /// <summary>The list in the tree.</summary>
    public static string Path => System.IO.Path.Combine(Checkout.Root, "tests", "Staffing.Tests", "answered-rules.tsv");

    /// <summary>The list as it is in the tree.</summary>
    public static IReadOnlyList<AnsweredRule> Read() =>
        [.. File.ReadLines(Path).Skip(1).Select(line => line.Split('\t')).Select(columns => new AnsweredRule(columns[0], columns[1], columns[2], columns[3]))];

    /// <summary>Writes what all tests of this run received, one line for each rule and answer: the first test by its name.</summary>
    public static void WriteIfAsked()
    {
        if (Environment.GetEnvironmentVariable("UPDATE_ANSWERED") is null)
            return;
        lock (Seen)
        {
            File.WriteAllLines(Path, [Header, .. Seen.Values.OrderBy(a => a.Rule, StringComparer.Ordinal).ThenBy(a => a.Side, StringComparer.Ordinal)
                .Select(a => string.Join('\t', a.Rule, a.Side, a.Rpc, a.Test))]);
        }
    }

    private static void Received(IMessage message, string rpc)
    {
        var (rule, side) = message switch
        {
            Finding finding => (finding.RuleId, finding.Verdict.ToString().ToUpperInvariant()),
            TrainingRequirement { State: RequirementState.Completed or RequirementState.Waived or RequirementState.Exempt } settled => (settled.RuleId, Met),
            TrainingRequirement { State: RequirementState.Overdue or RequirementState.Expired } late => (late.RuleId, NotMet),
            _ => ("", ""),
        };
        if (rule.Length > 0)
        {
            AnsweredRule answer = new(rule, side, rpc, Running.Value ?? "");
            Seen.AddOrUpdate((rule, side), answer, (_, before) => string.CompareOrdinal(answer.Test, before.Test) < 0 ? answer : before);
        }

        foreach (var field in message.Descriptor.Fields.InDeclarationOrder().Where(f => f.FieldType == FieldType.Message && !f.IsMap))
        {
            var value = field.Accessor.GetValue(message);
            foreach (var inner in field.IsRepeated ? ((System.Collections.IEnumerable)value).OfType<IMessage>() : value is IMessage one ? [one] : [])
                Received(inner, rpc);
        }
    }

    /// <summary>Names the test that runs.</summary>
    [AttributeUsage(AttributeTargets.Class)]
    public sealed class NamedAttribute : BeforeAfterTestAttribute
    {
        public override void Before(MethodInfo methodUnderTest) => Running.Value = $"{methodUnderTest.DeclaringType!.Name}.{methodUnderTest.Name}";

        public override void After(MethodInfo methodUnderTest) => Running.Value = null;
    }

    /// <summary>Sees what the service answers.</summary>
    public sealed class Listener : Interceptor
    {
        public override AsyncUnaryCall<TResponse> AsyncUnaryCall<TRequest, TResponse>(
            TRequest request, ClientInterceptorContext<TRequest, TResponse> context, AsyncUnaryCallContinuation<TRequest, TResponse> continuation)
        {
            var call = continuation(request, context);
            return new(Answer(), call.ResponseHeadersAsync, call.GetStatus, call.GetTrailers, call.Dispose);

            async Task<TResponse> Answer()
            {
                var answer = await call.ResponseAsync;
                Received((IMessage)answer, context.Method.FullName.TrimStart('/'));
                return answer;
            }
        }
    }
}
