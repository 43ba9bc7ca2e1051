namespace Ips.Policies;

/// <summary>What the platform does with a rule. The kind is never chosen to save work.</summary>
public enum RuleKind
{
    /// <summary>A decision uses it; it has rows on both sides of its boundary.</summary>
    Evaluated,

    /// <summary>A fact that the platform must hold; <see cref="RuleEntry.HeldBy"/> names the type.</summary>
    Recorded,

    /// <summary>A clock; <see cref="RuleEntry.Clock"/> names its day arithmetic.</summary>
    Scheduled,

    /// <summary>The text leaves it to a person; <see cref="RuleEntry.DecidedBy"/> names who.</summary>
    Human,

    /// <summary>A term that other rules use; <see cref="RuleEntry.UsedBy"/> lists them.</summary>
    Definition,

    /// <summary>Context that other rules rest on; <see cref="RuleEntry.UsedBy"/> lists them.</summary>
    Reference,
}

/// <summary>A rule as its pack states it, in our words, with where it comes from and how it is read.</summary>
public sealed record RuleEntry
{
    /// <summary>The catalogue id.</summary>
    public required RuleId Id { get; init; }

    /// <summary>The pack that states it; a program may inherit it.</summary>
    public required string Pack { get; init; }

    /// <summary>File name in the pack without its extension: the subject.</summary>
    public required string Topic { get; init; }

    /// <summary>Line of the entry in its file, counted from 1.</summary>
    public long Line { get; init; }

    /// <summary>The service that answers for it.</summary>
    public required string Service { get; init; }

    /// <summary>What the platform does with it.</summary>
    public required RuleKind Kind { get; init; }

    /// <summary>The rule in one line of our own.</summary>
    public required string Says { get; init; }

    /// <summary>Where it is written.</summary>
    public required Citation Citation { get; init; }

    /// <summary>The place in each plan's own document, by program, for a text that plans share.</summary>
    public IReadOnlyDictionary<string, string> Places { get; init; } = new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>First day on which the rule is in force; both ends included.</summary>
    public required DateOnly From { get; init; }

    /// <summary>Last day on which the rule is in force, or <see langword="null"/>.</summary>
    public DateOnly? Through { get; init; }

    /// <summary>What happens exactly on the boundary, where the rule has one.</summary>
    public string? Boundary { get; init; }

    /// <summary>The adopted reading, where the text is ambiguous.</summary>
    public string? Reading { get; init; }

    /// <summary>The reading not taken.</summary>
    public string? Alternative { get; init; }

    /// <summary>Whether the owner of the policy still has to confirm the reading.</summary>
    public bool NeedsConfirmation { get; init; }

    /// <summary>Decisions that evaluate it (kind evaluated; a clock or a human rule may be evaluated as well).</summary>
    public IReadOnlyList<string> In { get; init; } = [];

    /// <summary>The type that holds the fact (kind recorded).</summary>
    public string? HeldBy { get; init; }

    /// <summary>The kind of deadline (kind scheduled).</summary>
    public string? Clock { get; init; }

    /// <summary>Who decides (kind human).</summary>
    public string? DecidedBy { get; init; }

    /// <summary>Rules that rest on this one (kinds definition and reference).</summary>
    public IReadOnlyList<RuleId> UsedBy { get; init; } = [];

    /// <summary>The rule of another program whose condition this one has; <see langword="null"/> where an evaluator names this rule itself.</summary>
    public RuleId? Condition { get; init; }

    /// <summary>The rule that evaluators name.</summary>
    public RuleId EvaluatedAs => Condition ?? Id;

    /// <summary>What services use it for.</summary>
    public IReadOnlyList<RuleDuty> Duties { get; init; } = [];

    /// <summary>Whether the evaluator can answer only one verdict, and which.</summary>
    public Verdict? Always { get; init; }

    /// <summary>The dated values.</summary>
    public IReadOnlyList<ParameterEntry> Parameters { get; init; } = [];

    /// <summary>Whether a value rests on the reading and on no text.</summary>
    public bool RestsOnReading => Parameters.Any(p => p.Values.Any(v => v.Citation.IsReading));

    /// <summary>The rule as a program cites it: in its own document, where the text is shared.</summary>
    internal RuleEntry CitedBy(PackHeader program)
    {
        if (!Places.TryGetValue(program.Id, out var place))
            return this;
        Citation own = new(program.Sources.Values.First().Title, place, Citation.Law);
        return this with
        {
            Citation = own,
            Parameters = [.. Parameters.Select(p => p with { Values = [.. p.Values.Select(v => v.Citation == Citation ? v with { Citation = own } : v)] })],
        };
    }

    /// <summary>Whether the rule is in force on the day.</summary>
    public bool InForce(DateOnly day) => day >= From && !(day > Through);
}

/// <summary>One named value of a rule with its history.</summary>
/// <param name="Name">Key in the pack.</param>
/// <param name="Unit">Unit of the value: one of <see cref="PackReader.Units"/>.</param>
/// <param name="PickedBy">The date of the case that selects the value: <c>as_of</c> unless the entry says otherwise.</param>
/// <param name="Alternative">The value under the reading not taken, as text.</param>
/// <param name="Values">The values, oldest first, without overlap. A day that none covers has no value.</param>
public sealed record ParameterEntry(string Name, string Unit, string PickedBy, string? Alternative, IReadOnlyList<Dated<object>> Values)
{
    /// <summary>The value in force on the day, or <see langword="null"/>: never an older or a newer one.</summary>
    public Dated<object>? On(DateOnly day)
    {
        foreach (var value in Values)
        {
            if (value.Covers(day))
                return value;
        }

        return null;
    }
}
