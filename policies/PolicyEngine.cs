using System.Text.Json;

namespace Ips.Policies;

/// <summary>Answers questions under the packs. Pure: no clock, database, bus or network. Safe to use from many threads.</summary>
public sealed class PolicyEngine
{
    // Lazy: concurrent first callers share one engine.
    private static readonly Lazy<PolicyEngine> ReadOnce = new(() => new(PackReader.ReadShipped()));

    private readonly Dictionary<string, Pack> _programs;

    /// <param name="packs">The packs; those that are not programs only lend rules.</param>
    public PolicyEngine(IEnumerable<Pack> packs) => _programs = packs.Where(p => p.Header.IsProgram).ToDictionary(p => p.Id, StringComparer.Ordinal);

    /// <summary>The engine with the packs that ship in this assembly.</summary>
    public static PolicyEngine Shipped => ReadOnce.Value;

    /// <summary>The programs by id.</summary>
    public IReadOnlyDictionary<string, Pack> Programs => _programs;

    /// <summary>The programs that have a decision, by id.</summary>
    public IEnumerable<string> ProgramsOf(DecisionKind kind) =>
        _programs.Values.Where(kind.AppliesTo).Select(p => p.Id).Order(StringComparer.Ordinal);

    /// <summary>Decides on facts given as JSON.</summary>
    /// <param name="program">Id of a program.</param>
    /// <param name="decision">Name of a decision.</param>
    /// <param name="asOf">The as-of day: the local day that the decision is for.</param>
    /// <param name="facts">A JSON object with the fact names of the decision.</param>
    /// <exception cref="InvalidRequestException">Program, decision, day or facts are malformed; every problem is listed.</exception>
    /// <exception cref="NoSuchRuleException">No rule of the program decides.</exception>
    public Decision Decide(string program, string decision, DateOnly asOf, JsonElement facts)
    {
        var kind = DecisionKinds.Find(decision);
        return kind is null
            ? throw new InvalidRequestException([new("decision", $"\"{Shorten(decision)}\"",
                "one of " + string.Join(", ", DecisionKinds.All.Select(d => d.Name)))])
            : kind.Decide(Find(program, kind), Checked(asOf), facts);
    }

    /// <summary>Decides on typed facts.</summary>
    /// <inheritdoc cref="Decide(string, string, DateOnly, JsonElement)"/>
    public Decision Decide<TFacts>(string program, DecisionKind<TFacts> decision, DateOnly asOf, TFacts facts) where TFacts : notnull =>
        decision.Decide(Find(program, decision), Checked(asOf), facts);

    private Pack Find(string program, DecisionKind kind)
    {
        if (!_programs.TryGetValue(program, out var pack))
            throw new InvalidRequestException([new("program", $"\"{Shorten(program)}\"",
                "one of " + string.Join(", ", _programs.Keys.Order(StringComparer.Ordinal)))]);
        if (!kind.AppliesTo(pack))
            throw new InvalidRequestException([new("program", program, $"a program that has the decision {kind.Name}: {string.Join(", ", ProgramsOf(kind))}")]);
        return pack;
    }

    private static DateOnly Checked(DateOnly asOf) => asOf.Year is >= 1900 and <= 2200
        ? asOf
        : throw new InvalidRequestException([new("asOf", $"{asOf:yyyy-MM-dd}", "a day from 1900 to 2200")]);

    private static string Shorten(string text) => text.Length <= 40 ? text : text[..40] + "...";
}
