using System.Text;

namespace Ips.Policies;

/// <summary>
/// The answer to a question, and the receipt for it: which text, which version, which day, what every rule says, and where it is written.
/// The same question gives the same bytes again on any machine (<see cref="Json"/>).
/// </summary>
public sealed class Decision
{
    private readonly RuleEvaluation _ruling;
    private readonly DecisionKind _kind;
    private readonly object _facts;
    private IReadOnlyList<Finding>? _findings;

    internal Decision(DecisionKind kind, object facts, RuleEvaluation ruling) => (_kind, _facts, _ruling) = (kind, facts, ruling);

    /// <summary>Which decision, such as <c>admission</c>.</summary>
    public string Name => _kind.Name;

    /// <summary>The program's id.</summary>
    public string Program => _ruling.Program;

    /// <summary>Version of the pack.</summary>
    public string PackVersion => _ruling.Text.Pack.Version;

    /// <summary>Content hash of the pack, SHA-256, lower-case hex.</summary>
    public string PackHash => _ruling.Text.Pack.Hash;

    /// <summary>The day on which the question was asked, in the program's time zone.</summary>
    public DateOnly AsOf => _ruling.AsOf;

    /// <summary>The worst verdict of the deciding rules.</summary>
    public Verdict Verdict => _ruling.Worst;

    /// <summary>What every rule says, in the order of evaluation. Texts are written at the first look.</summary>
    public IReadOnlyList<Finding> Findings => _findings ??= _kind.Explain(_ruling.Text.Pack, AsOf, _facts).Findings();

    /// <summary>Due days, amounts, counts and codes of the answer, by name.</summary>
    public IReadOnlyDictionary<string, object> Values => field ??= _ruling.Values.ToDictionary(v => v.Key, v => v.Value, StringComparer.Ordinal);

    /// <summary>The verdict of one rule, or <see langword="null"/> if it was not evaluated. Needs no text.</summary>
    public Verdict? VerdictOf(RuleId rule) => _ruling.VerdictOf(rule);

    /// <summary>Every rule's verdict, without texts.</summary>
    public IEnumerable<(RuleId Rule, Verdict Verdict)> Verdicts => _ruling.Verdicts.Select(v => (v.Entry.Id, v.Verdict));

    /// <summary>The receipt as canonical JSON: fixed member order, values sorted by name, invariant culture, no white space.</summary>
    public string Json => field ??= Encoding.UTF8.GetString(Receipt.Write(this));
}
