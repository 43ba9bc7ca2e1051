using System.Text.Json;
using BenchmarkDotNet.Attributes;
using Ips.Policies;
using Ips.Policies.Admission;

namespace Ips.Bench;

/// <summary>One admission under nc-core, facts of admission.json: every condition holds, so that no side may stop early.</summary>
[MemoryDiagnoser]
public class AdmissionBenchmarks
{
    private readonly PolicyEngine _engine = PolicyEngine.Shipped;
    private JsonElement _json;
    private DateOnly _day;
    private AdmissionFacts _facts = new();

    /// <summary>Reads the facts and makes sure that both sides say yes.</summary>
    [GlobalSetup]
    public void Setup()
    {
        (_day, _json) = Question.Read();
        _facts = AdmissionDecision.Kind.Read(_json);
        if (!ByHand() || Verdict() != Policies.Verdict.Met)
            throw new InvalidOperationException("The benchmark's facts are meant to be admitted by both.");
    }

    /// <summary>The conditions written by hand.</summary>
    [Benchmark(Baseline = true)]
    public bool ByHand() => HandWritten.Admits(_facts, _day);

    /// <summary>The engine: every rule's verdict, values, and a receipt that can be printed at any time.</summary>
    [Benchmark]
    public Verdict Verdict() => _engine.Decide("nc-core", AdmissionDecision.Kind, _day, _facts).Verdict;

    /// <summary>The engine with every reason, citation and value put into words.</summary>
    [Benchmark]
    public int Findings()
    {
        var decision = _engine.Decide("nc-core", AdmissionDecision.Kind, _day, _facts);
        return decision.Findings.Count + decision.Values.Count;
    }

    /// <summary>The engine from typed facts to the canonical bytes of the receipt.</summary>
    [Benchmark]
    public int ReceiptBytes() => Receipt.Write(_engine.Decide("nc-core", AdmissionDecision.Kind, _day, _facts)).Length;

    /// <summary>The engine from facts in JSON to the canonical bytes of the receipt.</summary>
    [Benchmark]
    public int JsonToReceiptBytes() => Receipt.Write(_engine.Decide("nc-core", "admission", _day, _json)).Length;
}

/// <summary>The question that C# and node answer alike.</summary>
internal static class Question
{
    public static (DateOnly AsOf, JsonElement Facts) Read()
    {
        using var stream = typeof(Question).Assembly.GetManifestResourceStream("admission.json")!;
        var root = JsonDocument.Parse(stream).RootElement;
        return (DateOnly.ParseExact(root.GetProperty("asOf").GetString()!, "yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture),
            root.GetProperty("facts"));
    }

    /// <summary>The cases of a decision (tests/cases), the facts as bytes.</summary>
    public static List<(string Program, DateOnly AsOf, byte[] Facts)> Cases(string decision)
    {
        using var stream = typeof(Question).Assembly.GetManifestResourceStream($"{decision}.json")!;
        return
        [
            .. JsonDocument.Parse(stream).RootElement.EnumerateArray().Select(one => (one.GetProperty("program").GetString()!,
                DateOnly.ParseExact(one.GetProperty("asOf").GetString()!, "yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture),
                System.Text.Encoding.UTF8.GetBytes(one.GetProperty("facts").GetRawText()))),
        ];
    }
}
