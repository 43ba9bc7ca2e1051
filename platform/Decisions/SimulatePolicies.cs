using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using Ips.Policies;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Configuration;

namespace Ips.Platform.Decisions;

/// <summary>
/// <c>simulate-policies</c>: takes every stored decision of a program again under the packs in force and under a draft, and prints who would get another answer, on
/// which rule, and what moves in money and days. It reads only. It prints names of resources, rules, verdicts and sums, never a fact or a reason.
/// </summary>
/// <remarks>
/// <c>--program ID</c> and <c>--change FILE</c> are required: FILE replaces the pack file of the same path. <c>--since DAY</c> takes the decisions recorded from that
/// day on, UTC. <c>--list N</c> names the first N subjects, default 100.
/// </remarks>
public sealed class SimulatePolicies(ServiceDb db, PoliciesInForce inForce, IConfiguration configuration) : IServiceCommand
{
    private const int Page = 1000;
    private const int Listed = 100;

    /// <inheritdoc/>
    public string Name => "simulate-policies";

    /// <inheritdoc/>
    public async Task<int> Run(CancellationToken cancellationToken)
    {
        var (program, change) = (configuration["program"] ?? "", configuration["change"] ?? "");
        if (!PolicyEngine.Shipped.Programs.ContainsKey(program) || !File.Exists(change))
        {
            return await Refuse("--program and --change are needed: one of "
                + $"{string.Join(", ", PolicyEngine.Shipped.Programs.Keys.Order(StringComparer.Ordinal))}, and the path of a draft of one of its pack files");
        }

        PolicyEngine draft;
        try
        {
            draft = new(PackReader.Read(PackFiles.With(PackFiles.Shipped(), program, change)));
        }
        catch (Exception bad) when (bad is InvalidDataException or BadPackException)
        {
            return await Refuse(bad.Message);
        }

        var since = DateTimeOffset.TryParse(configuration["since"], CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var from) ? from : default;
        var report = await Compare(draft, program, since, cancellationToken);
        report.Print(Console.Out, int.TryParse(configuration["list"], NumberStyles.None, CultureInfo.InvariantCulture, out var list) ? list : Listed);
        return 0;
    }

    /// <summary>Compares the answers to the stored decisions of a program.</summary>
    public async Task<SimulatedPolicies> Compare(PolicyEngine draft, string program, DateTimeOffset since, CancellationToken cancellationToken)
    {
        SimulatedPolicies report = new(program);
        var last = Guid.Empty;
        while (true)
        {
            // By id: a decision that is stored meanwhile is newer than all.
            var page = await db.Set<StoredDecision>().IgnoreQueryFilters().AsNoTracking()
                .Where(d => d.Id > last && d.Program == program && d.RecordedAt >= since).OrderBy(d => d.Id).Take(Page).ToListAsync(cancellationToken);
            foreach (var stored in page)
                report.Add(stored, FactsOf(stored) is { } facts ? Changes(draft, stored, facts) : null);
            if (page.Count < Page)
                return report;
            last = page[^1].Id;
        }
    }

    private static string? FactsOf(StoredDecision stored)
    {
        try
        {
            return stored.Facts.Length == 0 ? null : stored.ReadFacts();
        }
        catch (Exception unreadable) when (unreadable is CryptographicException or InvalidDataException)
        {
            return null;
        }
    }

    private IReadOnlyList<AnswerChange> Changes(PolicyEngine draft, StoredDecision stored, string facts)
    {
        using var json = JsonDocument.Parse(facts);
        return AnswerChanges.Between(inForce.Engine, draft, stored.Program, stored.Question, stored.AsOf, json.RootElement);
    }

    // To the terminal and not to the log: a draft may be anything.
    private static async Task<int> Refuse(string why)
    {
        await Console.Error.WriteLineAsync(why);
        return 2;
    }
}

/// <summary>What a draft would change in the stored decisions of a program.</summary>
/// <param name="program">The program.</param>
public sealed class SimulatedPolicies(string program)
{
    private readonly SortedDictionary<string, int> changes = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, SortedSet<string>> subjects = new(StringComparer.Ordinal);

    /// <summary>Decisions that were taken again.</summary>
    public int Decisions { get; private set; }

    /// <summary>Decisions whose facts were erased, or cannot be decrypted.</summary>
    public int Unreadable { get; private set; }

    /// <summary>Decisions with another answer.</summary>
    public int Changed { get; private set; }

    /// <summary>The amounts of the answers before, of those whose amount changes.</summary>
    public decimal MoneyBefore { get; private set; }

    /// <summary>The amounts after.</summary>
    public decimal MoneyAfter { get; private set; }

    /// <summary>Days in answers, such as due days, that move, begin or end.</summary>
    public int Days { get; private set; }

    /// <summary>How often each change occurs, such as <c>admission NC-ELIG-001: Met becomes NotMet</c>.</summary>
    public IReadOnlyDictionary<string, int> Changes => changes;

    /// <summary>The subjects with another verdict, each with what changes.</summary>
    public IReadOnlyDictionary<string, SortedSet<string>> Subjects => subjects;

    /// <summary>Counts a decision.</summary>
    /// <param name="stored">The decision.</param>
    /// <param name="found">What changes; null when it could not be taken again.</param>
    internal void Add(StoredDecision stored, IReadOnlyList<AnswerChange>? found)
    {
        if (found is null)
        {
            Unreadable++;
            return;
        }

        Decisions++;
        if (found.Count == 0)
            return;
        Changed++;
        foreach (var change in found)
        {
            if (change.IsRule || change.What == AnswerChange.Verdict)
                Count($"{stored.Question} {change.What}: {Word(change.Before)} becomes {Word(change.After)}");
            if (change.ValueBefore is decimal || change.ValueAfter is decimal)
                (MoneyBefore, MoneyAfter) = (MoneyBefore + (change.ValueBefore as decimal? ?? 0), MoneyAfter + (change.ValueAfter as decimal? ?? 0));
            if (change.ValueBefore is DateOnly || change.ValueAfter is DateOnly)
                Days++;
        }

        if (found.FirstOrDefault(c => c.What == AnswerChange.Verdict) is not { } verdict)
            return;
        if (!subjects.TryGetValue(stored.Subject, out var what))
            subjects[stored.Subject] = what = new(StringComparer.Ordinal);
        what.Add(string.Create(CultureInfo.InvariantCulture, $"{stored.Question} of {stored.AsOf:yyyy-MM-dd}: {Word(verdict.Before)} becomes {Word(verdict.After)} ")
            + $"({string.Join(", ", found.Where(c => c.IsRule).Select(c => c.What))})");
    }

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
        foreach (var (change, count) in changes.OrderByDescending(c => c.Value).ThenBy(c => c.Key, StringComparer.Ordinal))
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{count,8}  {change}"));
        foreach (var (subject, what) in subjects.Take(list))
            output.WriteLine($"{subject}  {string.Join("; ", what)}");
        if (subjects.Count > list)
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{subjects.Count - list} more subjects; --list {subjects.Count} names all"));
    }

    private void Count(string change) => changes[change] = changes.GetValueOrDefault(change) + 1;

    // The text of a refusal may repeat a fact.
    private static string Word(string? answer) => answer is null ? "not evaluated" : answer.StartsWith("refused", StringComparison.Ordinal) ? "refused" : answer;
}
