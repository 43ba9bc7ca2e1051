using System.Text.Json;

namespace Ips.Policies;

/// <summary>A kind of question that the platform answers: its name, its facts, its evaluator.</summary>
public abstract class DecisionKind
{
    private readonly HashSet<string> _programs;

    private protected DecisionKind(string name, string about, IReadOnlyList<string> programs) =>
        (Name, About, Programs, _programs) = (name, about, programs, new(programs, StringComparer.Ordinal));

    /// <summary>Name on the wire, such as <c>admission</c>.</summary>
    public string Name { get; }

    /// <summary>The question in one line.</summary>
    public string About { get; }

    /// <summary>Programs that can be asked.</summary>
    public IReadOnlyList<string> Programs { get; }

    /// <summary>Whether the program can be asked.</summary>
    public bool IsOf(string program) => _programs.Contains(program);

    /// <summary>Names of the facts at the top level.</summary>
    public abstract IReadOnlyCollection<string> FactNames { get; }

    internal abstract Decision Decide(Pack pack, DateOnly asOf, JsonElement facts);

    /// <summary>Takes the same decision again, with words.</summary>
    internal abstract RuleEvaluation Explain(Pack pack, DateOnly asOf, object facts);
}

/// <summary>A kind of question with its typed facts.</summary>
public sealed class DecisionKind<TFacts> : DecisionKind where TFacts : notnull
{
    private readonly Func<FactReader, TFacts> _read;
    private readonly Action<TFacts, RuleEvaluation> _evaluate;
    private readonly Func<TFacts, DateOnly, DateOnly> _textDay;
    private readonly Action<TFacts, RuleEvaluation>? _first;
    private readonly Action<TFacts, RuleEvaluation>? _beforeText;

    /// <param name="name">Name on the wire.</param>
    /// <param name="about">The question in one line.</param>
    /// <param name="programs">Programs that can be asked.</param>
    /// <param name="read">Reads the facts from JSON.</param>
    /// <param name="evaluate">The pure evaluator: it touches no clock, database or logger.</param>
    /// <param name="textDay">The day that chooses the program's text, where that is not the as-of day.</param>
    /// <param name="first">Rules judged before anything else, also for days before the text; when one speaks, nothing else is evaluated.</param>
    /// <param name="beforeText">Values of the answer for a day before the text; the rule that answers then is the pack's.</param>
    public DecisionKind(
        string name, string about, IReadOnlyList<string> programs,
        Func<FactReader, TFacts> read, Action<TFacts, RuleEvaluation> evaluate, Func<TFacts, DateOnly>? textDay = null,
        Action<TFacts, RuleEvaluation>? first = null, Action<TFacts, RuleEvaluation>? beforeText = null)
        : base(name, about, programs)
    {
        (_read, _evaluate, _first, _beforeText) = (read, evaluate, first, beforeText);
        _textDay = textDay is null ? static (_, asOf) => asOf : (facts, _) => textDay(facts);
    }

    /// <inheritdoc/>
    public override IReadOnlyCollection<string> FactNames => field ??= FactReader.NamesAsked(_read);

    /// <summary>Reads the facts from JSON.</summary>
    /// <exception cref="BadAskException">The facts have problems; all are listed.</exception>
    public TFacts Read(JsonElement facts) => FactReader.Read(facts, _read);

    internal override Decision Decide(Pack pack, DateOnly asOf, JsonElement facts) => Decide(pack, asOf, Read(facts));

    internal Decision Decide(Pack pack, DateOnly asOf, TFacts facts) => new(this, facts, Rule(pack, asOf, facts, explaining: false));

    internal override RuleEvaluation Explain(Pack pack, DateOnly asOf, object facts) => Rule(pack, asOf, (TFacts)facts, explaining: true);

    private RuleEvaluation Rule(Pack pack, DateOnly asOf, TFacts facts, bool explaining)
    {
        var day = _textDay(facts, asOf);
        var text = pack.On(day);
        if (_first is not null && Evaluate(text, asOf, facts, _first, explaining) is { Count: > 0 } spoken)
            return spoken;
        if (day < pack.Header.InForceFrom)
            return BeforeTheText(text, asOf, day, facts, explaining);
        var ruling = Evaluate(text, asOf, facts, _evaluate, explaining);
        AskParent(ruling);
        return ruling;
    }

    private static RuleEvaluation Evaluate(PackDay text, DateOnly asOf, TFacts facts, Action<TFacts, RuleEvaluation> evaluate, bool explaining)
    {
        RuleEvaluation ruling = new(text, asOf, explaining);
        evaluate(facts, ruling);
        return ruling;
    }

    /// <summary>Where the imported text is not yet in force and nothing else was left to judge, a person decides.</summary>
    private static void AskParent(RuleEvaluation ruling)
    {
        if (ruling.Count == 0 && ruling.Text.Pack.Header is { WithoutParent: { } rule, ExtendsFrom: { } from } && ruling.Text.From < from)
            ruling.Judge(rule, Verdict.NeedsReview, $"the imported state text in force before {from} is not on file");
    }

    private RuleEvaluation BeforeTheText(PackDay text, DateOnly asOf, DateOnly day, TFacts facts, bool explaining)
    {
        var header = text.Pack.Header;
        if (header.Before is not { } before)
            throw new BadAskException([new("asOf", $"{day:yyyy-MM-dd}", $"a day from {header.InForceFrom:yyyy-MM-dd}, when the text of {header.Id} begins")]);
        RuleEvaluation ruling = new(text, asOf, explaining);
        ruling.Judge(before.Rule, before.Verdict, $"the text of {header.Id} is in force from {header.InForceFrom}; {day} is earlier");
        _beforeText?.Invoke(facts, ruling);
        return ruling;
    }
}
