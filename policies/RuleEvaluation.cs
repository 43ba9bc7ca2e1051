using System.Runtime.CompilerServices;

namespace Ips.Policies;

/// <summary>
/// Collects what the rules say while a decision is taken. Evaluators call it; it never calls out. A rule that is not in force in this
/// program on this day is skipped, so an evaluator states every program's rules once and needs no switch over programs.
/// </summary>
public sealed class RuleEvaluation
{
    // An admission has 17 findings.
    private readonly List<Slot> _slots = new(20);
    private readonly List<Words>? _words;
    private List<KeyValuePair<string, object>>? _values;

    internal RuleEvaluation(PackDay text, DateOnly asOf, bool explaining) => (Text, AsOf, _words) = (text, asOf, explaining ? [] : null);

    /// <summary>The program's text in force.</summary>
    public PackDay Text { get; }

    /// <summary>The program's id.</summary>
    public string Program => Text.Pack.Id;

    /// <summary>The local day on which the question is asked.</summary>
    public DateOnly AsOf { get; }

    /// <summary>Business days of the program.</summary>
    public BusinessCalendar Calendar => Text.Pack.Calendar;

    /// <summary>Whether reasons are put into words.</summary>
    internal bool Explaining => _words is not null;

    /// <summary>Whether the rule is in force in this program on this day.</summary>
    public bool Has(RuleId rule) => Text.Rule(rule) is not null;

    /// <summary>The value in force on the day of the text.</summary>
    public T Value<T>(Parameter<T> parameter) where T : notnull => Text.Value(parameter);

    /// <summary>The value in force on another day of the case: for values that are picked by another date.</summary>
    public T Value<T>(Parameter<T> parameter, DateOnly pickedBy) where T : notnull => Text.Pack.On(pickedBy).Value(parameter);

    /// <summary>Every dated value, oldest first: for judging while the date that picks one is not known.</summary>
    public IEnumerable<T> EveryValue<T>(Parameter<T> parameter) where T : notnull =>
        Text.Pack.Find(parameter.Rule)?.Parameters.Single(p => p.Name == parameter.Name).Values.Select(v => (T)v.Value) ?? [];

    /// <summary>Records the result of a deciding rule: yes, no, or not known (then the absent ones of <paramref name="facts"/> are named).</summary>
    public Judged Judge(RuleId rule, bool? met, [InterpolatedStringHandlerArgument("")] ReasonInterpolatedStringHandler because, params ReadOnlySpan<Fact> facts) =>
        Add(rule, FromKnown(met), true, because.Text, facts);

    /// <inheritdoc cref="Judge(RuleId, bool?, ReasonInterpolatedStringHandler, ReadOnlySpan{Fact})"/>
    public Judged Judge(RuleId rule, bool? met, string because, params ReadOnlySpan<Fact> facts) => Add(rule, FromKnown(met), true, because, facts);

    /// <summary>Records a deciding rule whose verdict the evaluator has worked out itself.</summary>
    public Judged Judge(RuleId rule, Verdict verdict, [InterpolatedStringHandlerArgument("")] ReasonInterpolatedStringHandler because, params ReadOnlySpan<Fact> facts) =>
        Add(rule, verdict, true, because.Text, facts);

    /// <inheritdoc cref="Judge(RuleId, Verdict, ReasonInterpolatedStringHandler, ReadOnlySpan{Fact})"/>
    public Judged Judge(RuleId rule, Verdict verdict, string because, params ReadOnlySpan<Fact> facts) => Add(rule, verdict, true, because, facts);

    /// <summary>Records a rule that is reported but does not decide.</summary>
    public Judged Remark(RuleId rule, Verdict verdict, [InterpolatedStringHandlerArgument("")] ReasonInterpolatedStringHandler because, params ReadOnlySpan<Fact> facts) =>
        Add(rule, verdict, false, because.Text, facts);

    /// <inheritdoc cref="Remark(RuleId, Verdict, ReasonInterpolatedStringHandler, ReadOnlySpan{Fact})"/>
    public Judged Remark(RuleId rule, bool? met, [InterpolatedStringHandlerArgument("")] ReasonInterpolatedStringHandler because, params ReadOnlySpan<Fact> facts) =>
        Add(rule, FromKnown(met), false, because.Text, facts);

    /// <inheritdoc cref="Remark(RuleId, Verdict, ReasonInterpolatedStringHandler, ReadOnlySpan{Fact})"/>
    public Judged Remark(RuleId rule, Verdict verdict, string because, params ReadOnlySpan<Fact> facts) => Add(rule, verdict, false, because, facts);

    /// <inheritdoc cref="Remark(RuleId, Verdict, ReasonInterpolatedStringHandler, ReadOnlySpan{Fact})"/>
    public Judged Remark(RuleId rule, bool? met, string because, params ReadOnlySpan<Fact> facts) => Add(rule, FromKnown(met), false, because, facts);

    /// <summary>Records a value of the answer: a day, an amount, a count, a code, a flag, a list of those, or an object of those.</summary>
    public void Answer(string name, object? value)
    {
        if (value is not null)
            (_values ??= new(4)).Add(new(name, value));
    }

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

    /// <summary>The worst verdict of the deciding rules so far, some rules left out; Met when there is none.</summary>
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
            findings[i] = new(EntryAt(i), slot.Verdict, slot.Decides, words.Because, words.Missing, words.Remedy);
        }

        return findings;
    }

    internal void SetRemedy(int index, string? text) => _words![index].Remedy = text;

    internal Verdict VerdictAt(int index) => _slots[index].Verdict;

    private static Verdict FromKnown(bool? met) => met is not { } known ? Verdict.NeedsFacts : known ? Verdict.Met : Verdict.NotMet;

    private RuleEntry EntryAt(int index) => Text.RuleAt(_slots[index].Rule)!;

    private Judged Add(RuleId rule, Verdict verdict, bool decides, string? because, ReadOnlySpan<Fact> facts)
    {
        if (!Has(rule))
            return default;
        _slots.Add(new(rule.Index, verdict, decides));
        if (decides && verdict > Worst)
            Worst = verdict;
        if (_words is null)
            return default;
        var missing = verdict is Verdict.NeedsFacts or Verdict.NeedsReview ? Absent(facts) : [];
        _words.Add(new(verdict is Verdict.NeedsFacts && missing.Count > 0 ? $"not known: {string.Join(", ", missing)}" : because ?? "", missing));
        return new(this, _words.Count - 1);
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

    /// <summary>The rule by its number: the entry is looked up when somebody reads the findings.</summary>
    private readonly struct Slot(int rule, Verdict verdict, bool decides)
    {
        private readonly byte _verdict = (byte)verdict;

        public int Rule => rule;

        public Verdict Verdict => (Verdict)_verdict;

        public bool Decides => decides;
    }

    /// <summary>Kept apart from the verdicts: they are needed only when a receipt is read.</summary>
    private sealed record Words(string Because, IReadOnlyList<string> Missing)
    {
        public string? Remedy { get; set; }
    }
}

/// <summary>A result just recorded; a way to add what would make it a yes.</summary>
public readonly struct Judged
{
    private readonly RuleEvaluation? _ruling;
    private readonly int _index;

    internal Judged(RuleEvaluation ruling, int index) => (_ruling, _index) = (ruling, index);

    internal bool WantsRemedy => _ruling is not null && _ruling.VerdictAt(_index) is Verdict.NotMet or Verdict.NeedsFacts;

    /// <summary>The smallest change of the facts that would make the rule Met. Kept only when it is NotMet or NeedsFacts.</summary>
    public void Remedy([InterpolatedStringHandlerArgument("")] ReasonInterpolatedStringHandler remedy)
    {
        if (WantsRemedy)
            _ruling!.SetRemedy(_index, remedy.Text);
    }

    /// <inheritdoc cref="Remedy(ReasonInterpolatedStringHandler)"/>
    public void Remedy(string remedy)
    {
        if (WantsRemedy)
            _ruling!.SetRemedy(_index, remedy);
    }
}
