using System.Text.Json;

namespace Ips.Policies;

/// <summary>A kind of decision: its name, its facts, its evaluator.</summary>
public abstract class DecisionKind
{
    private protected DecisionKind(string name, string about) => (Name, About) = (name, about);

    /// <summary>Name on the wire, such as <c>admission</c>.</summary>
    public string Name { get; }

    /// <summary>The question in one line.</summary>
    public string About { get; }

    /// <summary>Whether the program has this decision.</summary>
    public bool AppliesTo(Pack program) => program.Decisions.Contains(Name);

    /// <summary>Names of the facts at the top level.</summary>
    public abstract IReadOnlySet<string> FactNames { get; }

    /// <summary>The record of its facts.</summary>
    internal abstract Type FactsType { get; }

    /// <summary>The latest day of an act that the facts report, or <see langword="null"/> where they report none.</summary>
    /// <exception cref="InvalidRequestException">The facts have problems; all are listed.</exception>
    public abstract DateOnly? LatestAct(JsonElement facts);

    internal abstract Decision Decide(Pack pack, DateOnly asOf, JsonElement facts);

    /// <summary>Evaluates the same decision again, with reasons.</summary>
    internal abstract RuleEvaluation Explain(Pack pack, DateOnly asOf, object facts);
}

/// <summary>A kind of decision with its typed facts.</summary>
public sealed class DecisionKind<TFacts> : DecisionKind where TFacts : notnull
{
    private readonly Action<TFacts, RuleEvaluation> _evaluate;
    private readonly Func<TFacts, DateOnly, DateOnly> _textDay;
    private readonly Action<TFacts, RuleEvaluation>? _first;
    private readonly Action<TFacts, RuleEvaluation>? _beforeText;

    /// <param name="name">Name on the wire.</param>
    /// <param name="about">The question in one line.</param>
    /// <param name="evaluate">The pure evaluator: it touches no clock, database or logger.</param>
    /// <param name="textDay">The day that chooses the program's text, where that is not the as-of day.</param>
    /// <param name="first">Rules evaluated before all others, also for days before the text; when one of them applies, nothing else is evaluated.</param>
    /// <param name="beforeText">Values of the answer for a day before the text; the rule that answers then is the pack's.</param>
    public DecisionKind(
        string name, string about,
        Action<TFacts, RuleEvaluation> evaluate, Func<TFacts, DateOnly>? textDay = null,
        Action<TFacts, RuleEvaluation>? first = null, Action<TFacts, RuleEvaluation>? beforeText = null)
        : base(name, about)
    {
        (_evaluate, _first, _beforeText) = (evaluate, first, beforeText);
        _textDay = textDay is null ? static (_, asOf) => asOf : (facts, _) => textDay(facts);
    }

    /// <inheritdoc/>
    public override IReadOnlySet<string> FactNames => FactShape<TFacts>.Names;

    internal override Type FactsType => typeof(TFacts);

    /// <summary>Reads the facts from JSON.</summary>
    /// <exception cref="InvalidRequestException">The facts have problems; all are listed.</exception>
    public TFacts Read(JsonElement facts) => FactReader.Read<TFacts>(facts);

    /// <inheritdoc/>
    public override DateOnly? LatestAct(JsonElement facts) => Acts<TFacts>.Latest(Read(facts));

    internal override Decision Decide(Pack pack, DateOnly asOf, JsonElement facts) => Decide(pack, asOf, Read(facts));

    internal Decision Decide(Pack pack, DateOnly asOf, TFacts facts) => new(this, facts, Rule(pack, asOf, facts, explaining: false));

    internal override RuleEvaluation Explain(Pack pack, DateOnly asOf, object facts) => Rule(pack, asOf, (TFacts)facts, explaining: true);

    private RuleEvaluation Rule(Pack pack, DateOnly asOf, TFacts facts, bool explaining)
    {
        var day = _textDay(facts, asOf);
        var text = pack.On(day);
        var later = Acts<TFacts>.TakeOutLater(ref facts, asOf);
        if (_first is not null && Evaluate(new(text, asOf, explaining, later), facts, _first) is { Count: > 0 } decided)
            return Decided(decided, day);
        if (day < pack.Header.InForceFrom)
            return BeforeTheText(text, asOf, day, facts, explaining);
        var evaluation = Evaluate(new(text, asOf, explaining, later), facts, _evaluate);
        ReviewWithoutParentText(evaluation);
        PastReview(evaluation);
        return Decided(evaluation, day);
    }

    /// <summary>Without a rule that decides there is no answer: Met would say that rules were met which the program does not have.</summary>
    private RuleEvaluation Decided(RuleEvaluation evaluation, DateOnly day) =>
        evaluation.Decides ? evaluation : throw new NoSuchRuleException(evaluation.Program, Name, day);

    /// <summary>An answer by a document that is past its own printed review says so; it stays in force.</summary>
    private static void PastReview(RuleEvaluation evaluation)
    {
        if (evaluation.Text.Pack.Header is not { Before.Rule: { } rule } header)
            return;
        foreach (var document in header.Reviewed)
        {
            if (document.ReviewBy < evaluation.AsOf)
                evaluation.Remark(rule, Verdict.NeedsReview, $"{document.Title} was to be reviewed by {document.ReviewBy}; no later text is on file");
        }
    }

    private static RuleEvaluation Evaluate(RuleEvaluation evaluation, TFacts facts, Action<TFacts, RuleEvaluation> evaluate)
    {
        evaluate(facts, evaluation);
        return evaluation;
    }

    /// <summary>Where the imported text is not yet in force and no other rule applies, a person decides.</summary>
    private static void ReviewWithoutParentText(RuleEvaluation evaluation)
    {
        if (!evaluation.Decides && evaluation.Text.Pack.Header is { WithoutParent: { } rule, ExtendsFrom: { } from } && evaluation.Text.From < from)
            evaluation.Require(rule, Verdict.NeedsReview, $"the imported state text in force before {from} is not on file");
    }

    private RuleEvaluation BeforeTheText(PackDay text, DateOnly asOf, DateOnly day, TFacts facts, bool explaining)
    {
        var header = text.Pack.Header;
        if (header.Before is not { } before)
            throw new InvalidRequestException([new("asOf", $"{day:yyyy-MM-dd}",
                $"a day from {header.InForceFrom:yyyy-MM-dd}, when the text of {header.Id} begins")]);
        RuleEvaluation evaluation = new(text, asOf, explaining, later: null);
        evaluation.Require(before.Rule, before.Verdict, $"the text of {header.Id} is in force from {header.InForceFrom}; {day} is earlier");
        _beforeText?.Invoke(facts, evaluation);
        return Decided(evaluation, day);
    }
}
