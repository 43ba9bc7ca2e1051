namespace Ips.Policies;

/// <summary>The written policy of one program as data: rules, dated values, citations and the business calendar.</summary>
public sealed class Pack
{
    private readonly PackDay[] _days;
    private readonly Dictionary<RuleId, RuleEntry> _rules;
    private readonly ILookup<RuleDuty, RuleEntry> _duties;

    internal Pack(PackHeader header, string hash, IReadOnlyList<RuleEntry> rules, Pack? parent, BusinessCalendar calendar)
    {
        (Header, Hash, Parent, Calendar) = (header, hash, parent, calendar);
        Own = rules;
        Rules = parent is null ? rules : [.. parent.Rules.Select(r => r.CitedBy(header)), .. rules];
        _rules = Rules.ToDictionary(r => r.Id);
        foreach (var rule in Rules.Where(r => r.Condition is not null))
            _rules.TryAdd(rule.EvaluatedAs, rule);
        Decisions = header.Decisions.Concat(parent is null ? [] : parent.Decisions).ToHashSet(StringComparer.Ordinal);
        _duties = Rules.SelectMany(r => r.Duties, (rule, duty) => (rule, duty)).ToLookup(r => r.duty, r => r.rule);
        _days = [.. ChangeDays().Select(day => new PackDay(this, day))];
    }

    /// <summary>What pack.yaml says.</summary>
    public PackHeader Header { get; }

    /// <summary>The program's id, such as <c>nc-core</c>.</summary>
    public string Id => Header.Id;

    /// <summary>Version of our encoding; the law's dates are in the values.</summary>
    public string Version => Header.Version;

    /// <summary>Whose program it is: its own or its parent's. A pack that only lends its rules may have none.</summary>
    /// <exception cref="InvalidOperationException">The pack is no program and has none.</exception>
    public PackJurisdiction Jurisdiction =>
        Header.Jurisdiction ?? Parent?.Jurisdiction ?? throw new InvalidOperationException($"{Id} has no jurisdiction; only a program has one.");

    /// <summary>SHA-256 over the pack's files and its parent's, lower-case hex.</summary>
    public string Hash { get; }

    /// <summary>The pack whose rules this one applies too.</summary>
    public Pack? Parent { get; }

    /// <summary>Business days of this program.</summary>
    public BusinessCalendar Calendar { get; }

    /// <summary>All rules that apply in this program, inherited ones first.</summary>
    public IReadOnlyList<RuleEntry> Rules { get; }

    /// <summary>The rules that this pack states itself.</summary>
    public IReadOnlyList<RuleEntry> Own { get; }

    /// <summary>Names of the decisions that the program has.</summary>
    public IReadOnlySet<string> Decisions { get; }

    /// <summary>The rule's entry, or that of the rule with its condition; <see langword="null"/> if this program has neither.</summary>
    public RuleEntry? Find(RuleId rule) => _rules.GetValueOrDefault(rule);

    /// <summary>The rule of a duty, or <see langword="null"/> where this program has no such rule.</summary>
    public RuleEntry? RuleFor(RuleDuty duty) => _duties[duty].FirstOrDefault();

    /// <summary>Every rule of a duty; none where this program has no such rule.</summary>
    public IEnumerable<RuleEntry> RulesFor(RuleDuty duty) => _duties[duty];

    /// <summary>The rules and values in force on a day. The first of the days is the first that there is.</summary>
    public PackDay On(DateOnly day)
    {
        var i = _days.Length - 1;
        while (_days[i].From > day)
            i--;
        return _days[i];
    }

    private SortedSet<DateOnly> ChangeDays()
    {
        SortedSet<DateOnly> days = [DateOnly.MinValue];
        foreach (var rule in Rules)
        {
            days.Add(rule.From);
            if (rule.Through is { } through)
                days.Add(through.AddDays(1));
            foreach (var value in rule.Parameters.SelectMany(p => p.Values))
            {
                if (value.From is { } from)
                    days.Add(from);
                if (value.Through is { } last)
                    days.Add(last.AddDays(1));
            }
        }

        return days;
    }

}

/// <summary>What pack.yaml says about a pack.</summary>
/// <param name="Id">The program's id.</param>
/// <param name="Title">The program in words.</param>
/// <param name="Version">Version of our encoding.</param>
/// <param name="IsProgram">False for a pack that only lends its rules to others.</param>
/// <param name="InForceFrom">First day of the text.</param>
/// <param name="Before">The rule and verdict that answer for earlier days; <see langword="null"/> where an earlier day is refused as bad input.</param>
/// <param name="Extends">The pack whose rules apply too.</param>
/// <param name="ExtendsFrom">First day from which the inherited rules apply.</param>
/// <param name="WithoutParent">The rule that answers when a decision is left without any rule because the inherited text is not yet in force.</param>
/// <param name="TimeZone">IANA id of the zone whose days count.</param>
/// <param name="Jurisdiction">Whose program it is; <see langword="null"/> where <see cref="Pack.Jurisdiction"/> is the parent's.</param>
/// <param name="Decisions">The decisions that the program has beside its parent's.</param>
/// <param name="Steward">Who answers for the policy.</param>
/// <param name="Sources">Documents by key; the first is the default of every citation.</param>
public sealed record PackHeader(
    string Id, string Title, string Version, bool IsProgram, DateOnly InForceFrom, EarlierDays? Before,
    string? Extends, DateOnly? ExtendsFrom, RuleId? WithoutParent, string TimeZone, PackJurisdiction? Jurisdiction,
    IReadOnlyList<string> Decisions, string Steward, IReadOnlyDictionary<string, PackSource> Sources)
{
    /// <summary>The documents that print a day of review. An array: every decision reads it.</summary>
    internal PackSource[] Reviewed { get; } = [.. Sources.Values.Where(s => s.ReviewBy is not null)];
}

/// <summary>A document that is cited.</summary>
/// <param name="Title">Its title, with its date.</param>
/// <param name="From">First day in force; <see langword="null"/> where it is the first day of the pack.</param>
/// <param name="ReviewBy">Last day by which the document itself says that it is reviewed; <see langword="null"/> where it prints none.</param>
public sealed record PackSource(string Title, DateOnly? From, DateOnly? ReviewBy);

/// <summary>Whose program it is: what a state and a vocational rehabilitation agency see rests on it.</summary>
/// <param name="State">The state, two letters.</param>
/// <param name="StateAgency">Code of the organization that reads the program's numbers.</param>
/// <param name="VrAgency">Code of the vocational rehabilitation agency that referrals are addressed to.</param>
/// <param name="PayerKinds">Kinds of organization that pay for it.</param>
public sealed record PackJurisdiction(string State, string StateAgency, string VrAgency, IReadOnlyList<string> PayerKinds)
{
    internal static IReadOnlyList<string> KindsOfPayer { get; } = ["payer", "state_agency", "vr_agency"];
}

/// <summary>How days before the text are answered: one rule, one verdict, nothing else evaluated.</summary>
public sealed record EarlierDays(RuleId Rule, Verdict Verdict);

/// <summary>A pack on one day: rule and value look-ups are array reads.</summary>
public sealed class PackDay
{
    private readonly RuleEntry?[] _rules;
    private readonly Dictionary<(RuleId, string), Dated<object>> _values = [];
    private object?[] _cached = [];

    internal PackDay(Pack pack, DateOnly from)
    {
        (Pack, From) = (pack, from);
        _rules = new RuleEntry?[pack.Rules.Count == 0 ? 0 : pack.Rules.Max(r => r.EvaluatedAs.Index) + 1];
        foreach (var rule in pack.Rules)
        {
            if (rule.InForce(from))
                _rules[rule.EvaluatedAs.Index] = rule;
            foreach (var parameter in rule.Parameters)
            {
                if (parameter.On(from) is { } value)
                    _values[(rule.EvaluatedAs, parameter.Name)] = value;
            }
        }
    }

    /// <summary>The pack.</summary>
    public Pack Pack { get; }

    /// <summary>First day of the period in which nothing of the pack changes.</summary>
    public DateOnly From { get; }

    /// <summary>The rule's entry if it is in force, else <see langword="null"/>.</summary>
    public RuleEntry? Rule(RuleId rule) => RuleAt(rule.Index);

    internal RuleEntry? RuleAt(int index) => (uint)index < (uint)_rules.Length ? _rules[index] : null;

    /// <summary>The value in force.</summary>
    /// <exception cref="NotInForceException">No value is in force on this day, or the pack has another type for it.</exception>
    public T Value<T>(Parameter<T> parameter) where T : notnull
    {
        var values = Volatile.Read(ref _cached);
        if ((uint)parameter.Index < (uint)values.Length && values[parameter.Index] is T value)
            return value;
        return Resolve(parameter);
    }

    /// <summary>The value in force, or false where the pack has none on this day.</summary>
    public bool TryValue<T>(Parameter<T> parameter, [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out T? value) where T : notnull
    {
        var there = _values.ContainsKey((parameter.Rule, parameter.Name));
        value = there ? Value(parameter) : default;
        return there;
    }

    /// <summary>The value in force; that of the releases before the parameter, where the pack does not have it.</summary>
    public T ValueOr<T>(Parameter<T> parameter, T before) where T : notnull => TryValue(parameter, out var value) ? value : before;

    private T Resolve<T>(Parameter<T> parameter) where T : notnull
    {
        if (!_values.TryGetValue((parameter.Rule, parameter.Name), out var dated))
            throw new NotInForceException(Pack.Id, parameter, From);
        if (dated.Value is not T value)
            throw new NotInForceException(Pack.Id, parameter, From, $"it is {dated.Value.GetType().Name} in the pack, {typeof(T).Name} in the evaluator");

        lock (_values)
        {
            var values = new object?[Math.Max(parameter.Index + 1, _cached.Length)];
            _cached.CopyTo(values, 0);
            values[parameter.Index] = value;
            Volatile.Write(ref _cached, values);
        }

        return value;
    }
}

/// <summary>The pack has no answer for a day: a value or a rule is missing in it.</summary>
public class NotInForceException : Exception
{
    private protected NotInForceException(string about, string message) : base(message) => About = about;

    internal NotInForceException(string pack, Parameter parameter, DateOnly day, string? why = null) : this(parameter.Rule.Value,
        $"Pack {pack} has no value for {parameter} on {day:yyyy-MM-dd}{(why is null ? "" : ": " + why)}. "
            + "Add the value with its dates and citation to the rule's entry.")
    {
    }

    /// <summary>The rule without a value, or the decision without a rule.</summary>
    public string About { get; }
}

/// <summary>No rule of the program decides: an error of the pack, never a yes.</summary>
public sealed class NoSuchRuleException : NotInForceException
{
    internal NoSuchRuleException(string program, string decision, DateOnly day) : base(decision,
        $"{program} has no such rule: none decides {decision} on {day:yyyy-MM-dd} for these facts. "
            + "Add the rule to the pack, or remove the decision from decisions: in pack.yaml.")
    {
    }
}
