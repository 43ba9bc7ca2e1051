using System.Collections.Concurrent;
using Ips.Policies;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Ips.Platform.Decisions;

/// <summary>
/// Takes each decision again by the release that is in shadow, soon after it was stored, and stores that answer beside it. No one sees the second answer: it is
/// counted in a report.
/// </summary>
public sealed partial class ShadowAnswers(
    NpgsqlDataSource database, ComparedDecisions compared, PoliciesInForce inForce, KeptPacks packs, TimeProvider clock, ILogger<ShadowAnswers> log)
    : BackgroundService
{
    private const int Page = 500;
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(10);

    // A transaction may commit after one that began later.
    private static readonly TimeSpan Overlap = TimeSpan.FromHours(1);

    private readonly ConcurrentDictionary<(string Program, string Hash), DateTimeOffset> _read = [];

    /// <summary>Answers what was decided since the last time.</summary>
    /// <returns>How many decisions were answered.</returns>
    public async Task<int> Answer(CancellationToken cancellationToken)
    {
        var answered = 0;
        foreach (var shadow in inForce.Shadows)
        {
            var began = clock.GetUtcNow();
            var from = _read.TryGetValue((shadow.Pack.Id, shadow.Pack.Hash), out var read) && read - Overlap > shadow.Since ? read - Overlap : shadow.Since;
            answered += await Answer(shadow.Pack, from, cancellationToken);
            _read[(shadow.Pack.Id, shadow.Pack.Hash)] = began;
        }

        return answered;
    }

    /// <summary>Where the second answers of a release differ.</summary>
    public async Task<SimulatedPolicies> Report(string program, string hash, CancellationToken cancellationToken)
    {
        SimulatedPolicies report = new(program);
        await using var batch = database.CreateBatch();
        batch.BatchCommands.Add(new(
            """
            select count(*) filter (where verdict is not null), count(*) filter (where verdict is null), count(*) filter (where changed),
              coalesce(sum(money_before), 0), coalesce(sum(money_after), 0), coalesce(sum(days), 0)
            from shadow_answers where program = $1 and pack_hash = $2
            """)
        { Parameters = { new() { Value = program }, new() { Value = hash } } });
        batch.BatchCommands.Add(new(
            "select move, count(*) from shadow_answers, unnest(moves) move where program = $1 and pack_hash = $2 group by move")
        { Parameters = { new() { Value = program }, new() { Value = hash } } });
        await using var rows = await batch.ExecuteReaderAsync(cancellationToken);
        await rows.ReadAsync(cancellationToken);
        (report.Decisions, report.Unreadable, report.Changed) = (rows.GetInt64(0), rows.GetInt64(1), rows.GetInt64(2));
        (report.MoneyBefore, report.MoneyAfter, report.Days) = (rows.GetDecimal(3), rows.GetDecimal(4), rows.GetInt64(5));
        await rows.NextResultAsync(cancellationToken);
        while (await rows.ReadAsync(cancellationToken))
            report.Count(rows.GetString(0), rows.GetInt64(1));
        return report;
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using PeriodicTimer timer = new(Every);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                await Answer(stoppingToken);
            }
            catch (Exception broken) when (broken is NpgsqlException or InvalidDataException)
            {
                Waits(log, broken.GetBaseException().GetType());
            }
        }
    }

    private async Task<int> Answer(Pack shadow, DateTimeOffset from, CancellationToken cancellationToken)
    {
        PolicyEngine after = new([shadow]);
        Dictionary<string, PolicyEngine?> took = new(StringComparer.Ordinal);
        // Ids are in the order of time.
        var (answered, last) = (0, Guid.CreateVersion7(from.AddMilliseconds(-1)));
        while (true)
        {
            var page = await compared.Read(
                "pack_hash <> decode($4, 'hex') and not exists (select from shadow_answers s where s.decision_id = decisions.id and s.pack_hash = $4)",
                shadow.Id, last, Page, shadow.Hash, cancellationToken);
            await Store(shadow, [.. page.Select(stored => (stored, Effect(stored)))], cancellationToken);
            answered += page.Count;
            if (page.Count < Page)
                return answered;
            last = page[^1].Id;
        }

        AnswerEffect? Effect(DecidedFacts stored)
        {
            if (!took.TryGetValue(stored.PackHash, out var before))
                took[stored.PackHash] = before = packs.Find(stored.PackHash) is { } pack ? new([pack]) : null;
            return before is null ? null : compared.Effect(before, after, shadow.Id, stored);
        }
    }

    private async Task Store(Pack shadow, List<(DecidedFacts Stored, AnswerEffect? Effect)> answers, CancellationToken cancellationToken)
    {
        if (answers.Count == 0)
            return;
        await using var insert = database.CreateCommand(
            """
            insert into shadow_answers (decision_id, pack_hash, program, verdict, changed, moves, money_before, money_after, days, answered_at)
            select id, $2, $3, verdict, changed, string_to_array(moves, E'\n'), money_before, money_after, days, $10
            from unnest($1, $4, $5, $6, $7, $8, $9) as answer (id, verdict, changed, moves, money_before, money_after, days)
            where exists (select from decisions d where d.id = answer.id) order by id
            on conflict do nothing
            """);
        insert.Parameters.Add(new() { Value = answers.ConvertAll(a => a.Stored.Id).ToArray() });
        insert.Parameters.Add(new() { Value = shadow.Hash });
        insert.Parameters.Add(new() { Value = shadow.Id });
        insert.Parameters.Add(new() { Value = answers.ConvertAll(a => a.Effect is null ? null : a.Effect.VerdictAfter ?? a.Stored.Verdict).ToArray() });
        insert.Parameters.Add(new() { Value = answers.ConvertAll(a => a.Effect?.Changed ?? false).ToArray() });
        insert.Parameters.Add(new() { Value = answers.ConvertAll(a => string.Join('\n', a.Effect?.Moves ?? [])).ToArray() });
        insert.Parameters.Add(new() { Value = answers.ConvertAll(a => a.Effect?.MoneyBefore ?? 0).ToArray() });
        insert.Parameters.Add(new() { Value = answers.ConvertAll(a => a.Effect?.MoneyAfter ?? 0).ToArray() });
        insert.Parameters.Add(new() { Value = answers.ConvertAll(a => a.Effect?.Days ?? 0).ToArray() });
        insert.Parameters.Add(new() { Value = clock.GetUtcNow().ToUniversalTime() });
        await insert.ExecuteNonQueryAsync(cancellationToken);
    }

    [LoggerMessage(1307, LogLevel.Warning, "Decisions could not be answered by the releases in shadow ({Fault}); they are answered later")]
    private static partial void Waits(ILogger log, Type fault);
}

/// <summary>What the release in shadow answers to a stored decision, without facts and reasons.</summary>
public sealed class ShadowAnswer
{
    /// <summary>The decision.</summary>
    public required Guid DecisionId { get; init; }

    /// <summary>The content hash of the release in shadow.</summary>
    public required string PackHash { get; init; }

    /// <summary>The program.</summary>
    public required string Program { get; init; }

    /// <summary>The second verdict; null when the decision could not be taken again.</summary>
    public required string? Verdict { get; init; }

    /// <summary>Whether anything differs from the decision, values included.</summary>
    public required bool Changed { get; init; }

    /// <summary>The verdict and the rules that answer differently, as <see cref="AnswerEffect.Moves"/>.</summary>
    public required List<string> Moves { get; init; }

    /// <inheritdoc cref="AnswerEffect.MoneyBefore"/>
    public required decimal MoneyBefore { get; init; }

    /// <inheritdoc cref="AnswerEffect.MoneyAfter"/>
    public required decimal MoneyAfter { get; init; }

    /// <inheritdoc cref="AnswerEffect.Days"/>
    public required int Days { get; init; }

    /// <summary>When it was answered, UTC.</summary>
    public required DateTimeOffset AnsweredAt { get; init; }
}
