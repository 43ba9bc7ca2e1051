using System.Globalization;
using Ips.Policies;
using Ips.Policies.Reports;
using Proto = Ips.Contracts.Common.V1;

namespace Ips.Platform.Decisions;

/// <summary>What another pack changes in one answer, without a fact or a reason.</summary>
/// <param name="Moves">The verdict and the rules that answer differently, such as <c>admission NC-ELIG-001: Met becomes NotMet</c>.</param>
/// <param name="Changed">Whether anything differs, values included.</param>
public sealed record AnswerEffect(IReadOnlyList<string> Moves, bool Changed)
{
    /// <summary>The amounts of the answer before, where they change.</summary>
    public decimal MoneyBefore { get; init; }

    /// <summary>The amounts after.</summary>
    public decimal MoneyAfter { get; init; }

    /// <summary>Days in the answer that move, begin or end.</summary>
    public int Days { get; init; }

    /// <summary>The verdict before and after; null when it is the same.</summary>
    public string? Verdict { get; init; }

    /// <summary>The verdict after; null when it is the same.</summary>
    public string? VerdictAfter { get; init; }

    /// <summary>The rules that answer differently.</summary>
    public IReadOnlyList<string> Rules { get; init; } = [];

    /// <summary>The effect of what differs in an answer to a question.</summary>
    public static AnswerEffect Of(string question, IReadOnlyList<AnswerChange> found)
    {
        var money = found.Where(c => c.ValueBefore is decimal || c.ValueAfter is decimal).ToList();
        return new([.. found.Where(c => c.IsRule || c.What == AnswerChange.Verdict).Select(c => $"{question} {c.What}: {Move(c)}")], found.Count > 0)
        {
            MoneyBefore = money.Sum(c => c.ValueBefore as decimal? ?? 0),
            MoneyAfter = money.Sum(c => c.ValueAfter as decimal? ?? 0),
            Days = found.Count(c => c.ValueBefore is DateOnly || c.ValueAfter is DateOnly),
            Verdict = found.Where(c => c.What == AnswerChange.Verdict).Select(Move).FirstOrDefault(),
            VerdictAfter = found.Where(c => c.What == AnswerChange.Verdict).Select(c => Word(c.After)).FirstOrDefault(),
            Rules = [.. found.Where(c => c.IsRule).Select(c => c.What)],
        };
    }

    private static string Move(AnswerChange change) => $"{Word(change.Before)} becomes {Word(change.After)}";

    // The text of a refusal may repeat a fact.
    private static string Word(string? answer) => answer is null ? "not evaluated" : answer.StartsWith("refused", StringComparison.Ordinal) ? "refused" : answer;
}

/// <summary>What another pack would change in the stored decisions of a program.</summary>
/// <param name="program">The program.</param>
public sealed class SimulatedPolicies(string program)
{
    private readonly SortedDictionary<string, long> changes = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, SortedSet<string>> subjects = new(StringComparer.Ordinal);

    /// <summary>Decisions that were taken again.</summary>
    public long Decisions { get; internal set; }

    /// <summary>Decisions whose facts were erased, or cannot be decrypted.</summary>
    public long Unreadable { get; internal set; }

    /// <summary>Decisions with another answer.</summary>
    public long Changed { get; internal set; }

    /// <summary>The amounts of the answers before, of those whose amount changes.</summary>
    public decimal MoneyBefore { get; internal set; }

    /// <summary>The amounts after.</summary>
    public decimal MoneyAfter { get; internal set; }

    /// <summary>Days in answers, such as due days, that move, begin or end.</summary>
    public long Days { get; internal set; }

    /// <summary>How often each change occurs, such as <c>admission NC-ELIG-001: Met becomes NotMet</c>.</summary>
    public IReadOnlyDictionary<string, long> Changes => changes;

    /// <summary>The subjects with another verdict, each with what changes.</summary>
    public IReadOnlyDictionary<string, SortedSet<string>> Subjects => subjects;

    /// <summary>Counts a decision; without an effect it could not be taken again.</summary>
    internal void Add(DecidedFacts stored, AnswerEffect? effect)
    {
        if (effect is null)
        {
            Unreadable++;
            return;
        }

        Decisions++;
        if (!effect.Changed)
            return;
        Changed++;
        foreach (var move in effect.Moves)
            Count(move, 1);
        (MoneyBefore, MoneyAfter, Days) = (MoneyBefore + effect.MoneyBefore, MoneyAfter + effect.MoneyAfter, Days + effect.Days);
        if (effect.Verdict is null)
            return;
        if (!subjects.TryGetValue(stored.Subject, out var what))
            subjects[stored.Subject] = what = new(StringComparer.Ordinal);
        what.Add(string.Create(CultureInfo.InvariantCulture, $"{stored.Question} of {stored.AsOf:yyyy-MM-dd}: {effect.Verdict} ({string.Join(", ", effect.Rules)})"));
    }

    /// <summary>Adds to the count of a change.</summary>
    internal void Count(string change, long times) => changes[change] = changes.GetValueOrDefault(change) + times;

    /// <summary>Writes the report.</summary>
    /// <param name="output">Gets it.</param>
    /// <param name="list">The most subjects to name.</param>
    public void Print(TextWriter output, int list)
    {
        ArgumentNullException.ThrowIfNull(output);
        output.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{program}: {Decisions} stored decisions, {Changed} change, {subjects.Count} subjects get another verdict; {Unreadable} could not be read"));
        output.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"money: {MoneyBefore:0.00} USD becomes {MoneyAfter:0.00} USD ({MoneyAfter - MoneyBefore:+0.00;-0.00;0.00}); {Days} days in answers move"));
        foreach (var (change, count) in MostFrequent)
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{count,8}  {change}"));
        foreach (var (subject, what) in subjects.Take(list))
            output.WriteLine($"{subject}  {string.Join("; ", what)}");
        if (subjects.Count > list)
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{subjects.Count - list} more subjects; --list {subjects.Count} names all"));
    }

    /// <summary>The report as the contract has it: no subject, and no small count (<see cref="SmallCells"/>).</summary>
    public Proto.PolicyChanges ToProto(bool complete)
    {
        var withheld = SmallCells.Shipped.Withhold(Changed, changes);
        Proto.PolicyChanges wire = new() { Complete = complete, Decisions = Decisions, Unreadable = Unreadable };
        if (!withheld.Sum)
        {
            wire.Changed = Changed;
            (wire.BeforeUsd, wire.AfterUsd) = (Dollars(MoneyBefore), Dollars(MoneyAfter));
            if (!SmallCells.Shipped.IsSmall(Days))
                wire.Days = Days;
        }

        foreach (var (change, count) in MostFrequent)
        {
            Proto.PolicyChange one = new() { Change = change };
            if (!withheld.Sum && !withheld.Parts.Contains(change))
                one.Count = count;
            wire.Changes.Add(one);
        }

        return wire;
    }

    private IEnumerable<KeyValuePair<string, long>> MostFrequent => changes.OrderByDescending(c => c.Value).ThenBy(c => c.Key, StringComparer.Ordinal);

    private static string Dollars(decimal amount) => amount.ToString("0.00", CultureInfo.InvariantCulture);
}
