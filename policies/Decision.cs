using System.Text;

namespace Ips.Policies;

/// <summary>
/// A decision and its receipt: the text and its version, the day, the result of every rule and its citation.
/// The same facts give the same bytes on any machine (<see cref="Json"/>).
/// </summary>
public sealed class Decision
{
    private readonly RuleEvaluation _evaluation;
    private readonly DecisionKind _kind;
    private readonly object _facts;
    private IReadOnlyList<Finding>? _findings;
    private byte[]? _utf8;

    internal Decision(DecisionKind kind, object facts, RuleEvaluation evaluation) => (_kind, _facts, _evaluation) = (kind, facts, evaluation);

    /// <summary>Which decision, such as <c>admission</c>.</summary>
    public string Name => _kind.Name;

    /// <summary>The program's id.</summary>
    public string Program => _evaluation.Program;

    /// <summary>Version of the pack.</summary>
    public string PackVersion => _evaluation.Text.Pack.Version;

    /// <summary>Content hash of the pack, SHA-256, lower-case hex.</summary>
    public string PackHash => _evaluation.Text.Pack.Hash;

    /// <summary>The local day that the decision is for, in the program's time zone.</summary>
    public DateOnly AsOf => _evaluation.AsOf;

    /// <summary>The worst verdict of the deciding rules.</summary>
    public Verdict Verdict => _evaluation.Worst;

    /// <summary>The result of every rule, in the order of evaluation. Texts are written when they are first read.</summary>
    public IReadOnlyList<Finding> Findings => _findings ??= _kind.Explain(_evaluation.Text.Pack, AsOf, _facts).Findings();

    /// <summary>Due days, amounts, counts and codes of the answer, by name.</summary>
    public IReadOnlyDictionary<string, object> Values => field ??= _evaluation.Values.ToDictionary(v => v.Key, v => v.Value, StringComparer.Ordinal);

    /// <summary>The rule that set a value, or <see langword="null"/> where the evaluator names none. It is not part of the receipt.</summary>
    public RuleId? SetBy(string value) => _evaluation.SetBy(value);

    /// <summary>The verdict of one rule, or <see langword="null"/> if it was not evaluated. Needs no text.</summary>
    public Verdict? VerdictOf(RuleId rule) => _evaluation.VerdictOf(_evaluation.Text.Pack.Find(rule)?.EvaluatedAs ?? rule);

    /// <summary>Every rule's verdict, without texts.</summary>
    public IEnumerable<(RuleId Rule, Verdict Verdict)> Verdicts => _evaluation.Verdicts.Select(v => (v.Entry.Id, v.Verdict));

    /// <summary>The receipt as canonical JSON: fixed member order, values sorted by name, invariant culture, no white space.</summary>
    public string Json => field ??= Encoding.UTF8.GetString(Utf8.Span);

    /// <summary><see cref="Json"/> as UTF-8: the bytes that are hashed and stored.</summary>
    public ReadOnlyMemory<byte> Utf8 => _utf8 ??= Receipt.Write(this);
}
