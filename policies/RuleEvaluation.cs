using System.Globalization;
using System.Runtime.CompilerServices;

namespace Ips.Policies;

/// <summary>
/// Collects the results of the rules of one decision. Evaluators call it; it calls no one. A rule that is not in force in this program on
/// this day is skipped, so an evaluator states the rules of all programs once and needs no switch over programs.
/// </summary>
public sealed class RuleEvaluation
{
    // An admission has 17 findings.
    private readonly List<Slot> _slots = new(20);
    private readonly List<Words>? _words;
    private readonly IReadOnlySet<string>? _later;
    private List<KeyValuePair<string, object>>? _values;
    private Dictionary<string, RuleId>? _setBy;

    /// <param name="text">The program's text in force.</param>
    /// <param name="asOf">The as-of day.</param>
    /// <param name="explaining">Whether reasons are written.</param>
    /// <param name="later">Names of the acts that the facts report for a later day; <see langword="null"/> where there is none.</param>
    internal RuleEvaluation(PackDay text, DateOnly asOf, bool explaining, IReadOnlySet<string>? later) =>
        (Text, AsOf, _words, _later) = (text, asOf, explaining ? [] : null, later);

    /// <summary>The program's text in force.</summary>
    public PackDay Text { get; }

    /// <summary>The program's id.</summary>
    public string Program => Text.Pack.Id;

    /// <summary>The local day that the decision is for.</summary>
    public DateOnly AsOf { get; }

    /// <summary>Business days of the program.</summary>
    public BusinessCalendar Calendar => Text.Pack.Calendar;

    /// <summary>Whether reasons are written.</summary>
    internal bool Explaining => _words is not null;

    /// <summary>Whether the rule is in force in this program on this day.</summary>
    public bool Has(RuleId rule) => Text.Rule(rule) is not null;

    /// <summary>Whether an act has happened by the as-of day; not known where its day is absent.</summary>
    public bool? Happened(DateOnly? act) => act is { } day ? day <= AsOf : null;

    /// <summary>Whether a list reported acts of a later day. They are no longer on it.</summary>
    /// <param name="list">The fact's name in JSON.</param>
    public bool HadLater(string list) => _later?.Contains(list + "[]") == true;

    /// <summary>The value in force on the day of the text.</summary>
    public T Value<T>(Parameter<T> parameter) where T : notnull => Text.Value(parameter);

    /// <summary>Whether this choice is in force; where the pack does not have the parameter, none is.</summary>
    public bool Chooses(Parameter<string> parameter, string choice) => Text.TryValue(parameter, out var taken) && taken == choice;

    /// <summary>The value in force on another day of the case: for values that are picked by another date.</summary>
    public T Value<T>(Parameter<T> parameter, DateOnly pickedBy) where T : notnull => Text.Pack.On(pickedBy).Value(parameter);

    /// <summary>Every dated value, oldest first: for evaluating while the date that selects one is not known.</summary>
    public IEnumerable<T> EveryValue<T>(Parameter<T> parameter) where T : notnull =>
        Text.Pack.Find(parameter.Rule)?.Parameters.Single(p => p.Name == parameter.Name).Values.Select(v => (T)v.Value) ?? [];

    /// <summary>
    /// Records the result of a deciding rule: yes, no, or not known (then the finding lists the absent ones of <paramref name="facts"/>). Whatever the
    /// evaluator finds, a rule is NotMet when one of its facts is an act of a later day: what has not happened yet has not happened.
    /// </summary>
    public RuleResult Require(RuleId rule, bool? met, [InterpolatedStringHandlerArgument("")] ReasonInterpolatedStringHandler reason,
        params ReadOnlySpan<Fact> facts) =>
        Add(rule, FromKnown(met), true, reason.Text, facts);

    /// <inheritdoc cref="Require(RuleId, bool?, ReasonInterpolatedStringHandler, ReadOnlySpan{Fact})"/>
    public RuleResult Require(RuleId rule, bool? met, string reason, params ReadOnlySpan<Fact> facts) => Add(rule, FromKnown(met), true, reason, facts);

    /// <summary>Records a deciding rule whose verdict the evaluator has computed.</summary>
    public RuleResult Require(RuleId rule, Verdict verdict, [InterpolatedStringHandlerArgument("")] ReasonInterpolatedStringHandler reason,
        params ReadOnlySpan<Fact> facts) =>
        Add(rule, verdict, true, reason.Text, facts);

    /// <inheritdoc cref="Require(RuleId, Verdict, ReasonInterpolatedStringHandler, ReadOnlySpan{Fact})"/>
    public RuleResult Require(RuleId rule, Verdict verdict, string reason, params ReadOnlySpan<Fact> facts) => Add(rule, verdict, true, reason, facts);

    /// <summary>Records a rule that is reported but does not decide.</summary>
    public RuleResult Remark(RuleId rule, Verdict verdict, [InterpolatedStringHandlerArgument("")] ReasonInterpolatedStringHandler reason,
        params ReadOnlySpan<Fact> facts) =>
        Add(rule, verdict, false, reason.Text, facts);

    /// <inheritdoc cref="Remark(RuleId, Verdict, ReasonInterpolatedStringHandler, ReadOnlySpan{Fact})"/>
    public RuleResult Remark(RuleId rule, bool? met, [InterpolatedStringHandlerArgument("")] ReasonInterpolatedStringHandler reason,
        params ReadOnlySpan<Fact> facts) =>
        Add(rule, FromKnown(met), false, reason.Text, facts);

    /// <inheritdoc cref="Remark(RuleId, Verdict, ReasonInterpolatedStringHandler, ReadOnlySpan{Fact})"/>
    public RuleResult Remark(RuleId rule, Verdict verdict, string reason, params ReadOnlySpan<Fact> facts) => Add(rule, verdict, false, reason, facts);

    /// <inheritdoc cref="Remark(RuleId, Verdict, ReasonInterpolatedStringHandler, ReadOnlySpan{Fact})"/>
    public RuleResult Remark(RuleId rule, bool? met, string reason, params ReadOnlySpan<Fact> facts) => Add(rule, FromKnown(met), false, reason, facts);

    /// <summary>Records a value of the answer: a day, an amount, a count, a code, a flag, a list of those, or an object of those.</summary>
    /// <param name="name">The value's name.</param>
    /// <param name="value">The value; <see langword="null"/> records nothing.</param>
    /// <param name="setBy">The rule that sets it, where a service shows that rule with the value.</param>
    public void Answer(string name, object? value, RuleId? setBy = null)
    {
        if (value is null)
            return;
        (_values ??= new(4)).Add(new(name, value));
        if (setBy is not null)
            (_setBy ??= new(1, StringComparer.Ordinal))[name] = setBy;
    }

    /// <summary>The rule that set a value, or <see langword="null"/> where the evaluator names none.</summary>
    public RuleId? SetBy(string name) => _setBy?.GetValueOrDefault(name);

    /// <summary>Whether a value of that name was recorded.</summary>
    public bool Answered(string name) => _values?.Exists(v => v.Key == name) == true;

    /// <summary>The verdict already recorded for a rule in this decision, or <see langword="null"/>.</summary>
    public Verdict? VerdictOf(RuleId rule)
    {
        for (var i = 0; i < _slots.Count; i++)
        {
            if (_slots[i].Rule == rule.Index)
                return _slots[i].Verdict;
        }

        return null;
    }

    /// <summary>The worst verdict of the deciding rules so far; Met when there is none.</summary>
    public Verdict Worst { get; private set; }

    /// <summary>Whether a rule has decided.</summary>
    internal bool Decides { get; private set; }

    /// <summary>The worst verdict of the deciding rules so far, without some rules; Met when there is none.</summary>
    public Verdict WorstWithout(IReadOnlyList<RuleId> leftOut)
    {
        var worst = Verdict.Met;
        for (var i = 0; i < _slots.Count; i++)
        {
            if (_slots[i].Decides && _slots[i].Verdict > worst && !leftOut.Contains(EntryAt(i).Id))
                worst = _slots[i].Verdict;
        }

        return worst;
    }

    internal int Count => _slots.Count;

    internal IReadOnlyList<KeyValuePair<string, object>> Values => _values ?? [];

    internal IEnumerable<(RuleEntry Entry, Verdict Verdict, bool Decides)> Verdicts
    {
        get
        {
            for (var i = 0; i < _slots.Count; i++)
                yield return (EntryAt(i), _slots[i].Verdict, _slots[i].Decides);
        }
    }

    internal IReadOnlyList<Finding> Findings()
    {
        var findings = new Finding[_slots.Count];
        for (var i = 0; i < findings.Length; i++)
        {
            var (slot, words) = (_slots[i], _words![i]);
            findings[i] = new(EntryAt(i), slot.Verdict, slot.Decides, words.Reason, words.Missing, words.Remedy) { FactsRead = words.Read };
        }

        return findings;
    }

    internal void SetRemedy(int index, string? text) => _words![index].Remedy = text;

    internal Verdict VerdictAt(int index) => _slots[index].Verdict;

    private static Verdict FromKnown(bool? met) => met is not { } known ? Verdict.NeedsFacts : known ? Verdict.Met : Verdict.NotMet;

    private RuleEntry EntryAt(int index) => Text.RuleAt(_slots[index].Rule)!;

    private RuleResult Add(RuleId rule, Verdict verdict, bool decides, string? reason, ReadOnlySpan<Fact> facts)
    {
        if (!Has(rule))
            return default;
        var notHappened = _later is null || verdict == Verdict.NotMet ? null : FirstLater(facts);
        if (notHappened is not null)
            verdict = Verdict.NotMet;
        _slots.Add(new(rule.Index, verdict, decides));
        Decides |= decides;
        if (decides && verdict > Worst)
            Worst = verdict;
        if (_words is null)
            return default;
        var missing = verdict is Verdict.NeedsFacts or Verdict.NeedsReview ? Absent(facts) : [];
        _words.Add(new(verdict is Verdict.NeedsFacts && missing.Count > 0 ? $"not known: {string.Join(", ", missing)}"
            : notHappened is null ? reason ?? "" : $"{reason}; {notHappened} is later than {Day(AsOf)}, so it has not happened", missing, Names(facts)));
        return new(this, _words.Count - 1);
    }

    private static string Day(DateOnly day) => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    private string? FirstLater(ReadOnlySpan<Fact> facts)
    {
        foreach (var fact in facts)
        {
            if (fact.IsNeeded && _later!.Contains(fact.Name))
                return fact.Name;
        }

        return null;
    }

    private static string[] Names(ReadOnlySpan<Fact> facts)
    {
        var names = new string[facts.Length];
        for (var i = 0; i < names.Length; i++)
            names[i] = facts[i].Name;
        return names;
    }

    private static List<string> Absent(ReadOnlySpan<Fact> facts)
    {
        List<string> absent = [];
        foreach (var fact in facts)
        {
            if (!fact.IsKnown)
                absent.Add(fact.Name);
        }

        return absent;
    }

    /// <summary>The rule by its number: the entry is looked up when the findings are read.</summary>
    private readonly struct Slot(int rule, Verdict verdict, bool decides)
    {
        private readonly byte _verdict = (byte)verdict;

        public int Rule => rule;

        public Verdict Verdict => (Verdict)_verdict;

        public bool Decides => decides;
    }

    /// <summary>Separate from the verdicts: they are needed only when a receipt is read.</summary>
    private sealed record Words(string Reason, IReadOnlyList<string> Missing, IReadOnlyList<string> Read)
    {
        public string? Remedy { get; set; }
    }
}
