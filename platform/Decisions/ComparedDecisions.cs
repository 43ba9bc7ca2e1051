using System.Security.Cryptography;
using System.Text.Json;
using Ips.Policies;
using Npgsql;

namespace Ips.Platform.Decisions;

/// <summary>A stored decision as far as it is needed to take it again.</summary>
internal sealed record DecidedFacts(Guid Id, string Subject, string Question, DateOnly AsOf, string PackHash, string Verdict, byte[] Facts);

/// <summary>Takes stored decisions again under another pack and compares the answers. It reads every caller's decisions and gives out none of them.</summary>
public sealed class ComparedDecisions(NpgsqlDataSource database, CompactTexts texts, PoliciesInForce inForce)
{
    private const int Page = 1000;

    /// <summary>Compares the answers that the packs in force and a draft give to the stored decisions of a program.</summary>
    /// <param name="draft">The other packs.</param>
    /// <param name="program">The program.</param>
    /// <param name="since">Only decisions recorded then or later.</param>
    /// <param name="progress">Gets the report after each page of decisions; null for no one.</param>
    /// <param name="cancellationToken">The caller gives up.</param>
    public async Task<SimulatedPolicies> Simulate(
        PolicyEngine draft, string program, DateTimeOffset since, Func<SimulatedPolicies, Task>? progress, CancellationToken cancellationToken)
    {
        SimulatedPolicies report = new(program);
        var (now, last) = (inForce.Engine, Guid.Empty);
        while (true)
        {
            // By id: a decision that is stored meanwhile is newer than all.
            var page = await Read("recorded_at >= $4", program, last, Page, since.ToUniversalTime(), cancellationToken);
            foreach (var stored in page)
                report.Add(stored, Effect(now, draft, program, stored));
            if (page.Count < Page)
                return report;
            last = page[^1].Id;
            if (progress is not null)
                await progress(report);
        }
    }

    /// <summary>What a draft changes in a decision; null when its facts were erased or cannot be decrypted.</summary>
    internal AnswerEffect? Effect(PolicyEngine before, PolicyEngine after, string program, DecidedFacts stored)
    {
        try
        {
            if (stored.Facts.Length == 0)
                return null;
            using var json = JsonDocument.Parse(texts.Read(stored.Facts));
            return AnswerEffect.Of(stored.Question, AnswerChanges.Between(before, after, program, stored.Question, stored.AsOf, json.RootElement));
        }
        catch (Exception unreadable) when (unreadable is CryptographicException or InvalidDataException)
        {
            return null;
        }
    }

    /// <summary>The next stored decisions of a program, by id.</summary>
    /// <param name="condition">Which of them, as SQL; $4 is <paramref name="value"/>.</param>
    /// <param name="program">The program.</param>
    /// <param name="after">The id after which they begin.</param>
    /// <param name="most">The most of them.</param>
    /// <param name="value">A value of the condition.</param>
    /// <param name="cancellationToken">The caller gives up.</param>
    internal async Task<List<DecidedFacts>> Read(string condition, string program, Guid after, int most, object value, CancellationToken cancellationToken)
    {
        await using var select = database.CreateCommand(
            $"""
            select id, subject, question, as_of, encode(pack_hash, 'hex'), verdict, facts
            from decisions where program = $1 and id > $2 and {condition} order by id limit $3
            """);
        select.Parameters.Add(new() { Value = program });
        select.Parameters.Add(new() { Value = after });
        select.Parameters.Add(new() { Value = most });
        select.Parameters.Add(new() { Value = value });
        await using var row = await select.ExecuteReaderAsync(cancellationToken);
        List<DecidedFacts> page = [];
        while (await row.ReadAsync(cancellationToken))
        {
            page.Add(new(row.GetGuid(0), row.GetString(1), row.GetString(2), row.GetFieldValue<DateOnly>(3), row.GetString(4), row.GetString(5),
                row.GetFieldValue<byte[]>(6)));
        }

        return page;
    }
}
