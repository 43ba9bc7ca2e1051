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
}

/// <summary>A kind of question with its typed facts.</summary>
public sealed class DecisionKind<TFacts> : DecisionKind where TFacts : notnull
{
    private readonly Func<FactReader, TFacts> _read;
    private readonly Action<TFacts, Ruling> _evaluate;
    private readonly Func<TFacts, DateOnly, DateOnly> _textDay;
    private readonly Action<TFacts, Ruling>? _first;
    private readonly Action<TFacts, Ruling>? _beforeText;

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
        Func<FactReader, TFacts> read, Action<TFacts, Ruling> evaluate, Func<TFacts, DateOnly>? textDay = null,
        Action<TFacts, Ruling>? first = null, Action<TFacts, Ruling>? beforeText = null)
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

    internal Decision Decide(Pack pack, DateOnly asOf, TFacts facts)
    {
        var day = _textDay(facts, asOf);
        var text = pack.On(day);
        if (_first is not null && Evaluate(text, asOf, facts, _first, explaining: false) is { Count: > 0 } spoken)
            return new(Name, spoken, spoken.Worst, () => Evaluate(text, asOf, facts, _first, explaining: true));
        if (day < pack.Header.InForceFrom)
            return BeforeTheText(pack, asOf, day, facts);
        var ruling = Evaluate(text, asOf, facts, _evaluate, explaining: false);
        AskParent(ruling);
        return new(Name, ruling, ruling.Worst, () =>
        {
            var explained = Evaluate(text, asOf, facts, _evaluate, explaining: true);
            AskParent(explained);
            return explained;
        });
    }

    private static Ruling Evaluate(PackDay text, DateOnly asOf, TFacts facts, Action<TFacts, Ruling> evaluate, bool explaining)
    {
        Ruling ruling = new(text, asOf, explaining);
        evaluate(facts, ruling);
        return ruling;
    }

    /// <summary>Where the imported text is not yet in force and nothing else was left to judge, a person decides.</summary>
    private static void AskParent(Ruling ruling)
    {
        if (ruling.Count == 0 && ruling.Text.Pack.Header is { WithoutParent: { } rule, ExtendsFrom: { } from } && ruling.Text.From < from)
            ruling.Judge(rule, Verdict.NeedsReview, $"the imported state text in force before {from} is not on file");
    }

    private Decision BeforeTheText(Pack pack, DateOnly asOf, DateOnly day, TFacts facts)
    {
        if (pack.Header.Before is not { } before)
            throw new BadAskException([new("asOf", $"{day:yyyy-MM-dd}", $"a day from {pack.Header.InForceFrom:yyyy-MM-dd}, when the text of {pack.Id} begins")]);

        Ruling Answer(bool explaining)
        {
            Ruling ruling = new(pack.On(day), asOf, explaining);
            ruling.Judge(before.Rule, before.Verdict, $"the text of {pack.Id} is in force from {pack.Header.InForceFrom}; {day} is earlier");
            _beforeText?.Invoke(facts, ruling);
            return ruling;
        }

        return new(Name, Answer(false), before.Verdict, () => Answer(true));
    }
}
