using System.Collections.Concurrent;
using System.Threading.Channels;
using Ips.Policies;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Ips.Platform.Decisions;

/// <summary>
/// The dictionaries of stored decisions. Each is written to the database once and stays there, so a row can be read when its pack is not shipped any more.
/// A row names only a dictionary that is stored already: what is decided before that, at the first use of a question, is compressed without one.
/// </summary>
public sealed partial class ReceiptDictionaries(NpgsqlDataSource database, PolicyEngine engine, ILogger<ReceiptDictionaries> log) : BackgroundService
{
    private static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(5);

    private readonly ConcurrentDictionary<(string Program, string Question), ReceiptDictionary> _ofQuestions = [];
    private readonly ConcurrentDictionary<int, ReceiptDictionary> _stored = new() { [0] = ReceiptDictionary.None };
    private readonly Channel<(string Program, string Question)> _wanted = Channel.CreateUnbounded<(string, string)>();

    /// <summary>The dictionary with which to compress now; waits for nothing.</summary>
    public ReceiptDictionary For(string program, string question)
    {
        if (_ofQuestions.TryGetValue((program, question), out var dictionary))
            return dictionary;
        if (_ofQuestions.TryAdd((program, question), ReceiptDictionary.None))
            _wanted.Writer.TryWrite((program, question));
        return ReceiptDictionary.None;
    }

    /// <summary>The dictionary that a row names. The first use of one that this process did not write costs a query.</summary>
    /// <exception cref="InvalidDataException">It is not in the database, or was changed there.</exception>
    public ReceiptDictionary Find(int id) => _stored.GetOrAdd(id, Load);

    /// <summary>Makes the dictionary of a question and stores it, unless it is stored. A program or question that is not shipped any more gets none.</summary>
    public async Task<ReceiptDictionary> Store(string program, string question, CancellationToken cancellationToken)
    {
        if (_ofQuestions.GetValueOrDefault((program, question)) is { Id: not 0 } known)
            return known;
        if (!engine.Programs.TryGetValue(program, out var pack) || DecisionKinds.Find(question) is not { } kind)
            return ReceiptDictionary.None;
        var dictionary = ReceiptDictionary.Of(pack, kind);
        await using (var insert = database.CreateCommand("insert into receipt_dictionaries (id, text) values ($1, $2) on conflict do nothing"))
        {
            insert.Parameters.Add(new() { Value = dictionary.Id });
            insert.Parameters.Add(new() { Value = dictionary.Text });
            await insert.ExecuteNonQueryAsync(cancellationToken);
        }

        // Another text with the same id has to keep it.
        await using var same = database.CreateCommand("select text = $2 from receipt_dictionaries where id = $1");
        same.Parameters.Add(new() { Value = dictionary.Id });
        same.Parameters.Add(new() { Value = dictionary.Text });
        if (await same.ExecuteScalarAsync(cancellationToken) is not true)
            return ReceiptDictionary.None;
        _stored[dictionary.Id] = dictionary;
        return _ofQuestions[(program, question)] = dictionary;
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await foreach (var wanted in _wanted.Reader.ReadAllAsync(stoppingToken))
        {
            try
            {
                await Store(wanted.Program, wanted.Question, stoppingToken);
            }
            catch (Exception broken) when (!stoppingToken.IsCancellationRequested)
            {
                Waits(log, broken.GetBaseException().GetType());
                await Pause.For(RetryAfter, stoppingToken);
                _wanted.Writer.TryWrite(wanted);
            }
        }
    }

    private ReceiptDictionary Load(int id)
    {
        using var select = database.CreateCommand("select text from receipt_dictionaries where id = $1");
        select.Parameters.Add(new() { Value = id });
        return select.ExecuteScalar() is string text && new ReceiptDictionary(text) is var dictionary && dictionary.Id == id ? dictionary
            : throw new InvalidDataException($"The dictionary {id} of receipt_dictionaries is missing or was changed; restore it from a backup.");
    }

    [LoggerMessage(1301, LogLevel.Warning, "A dictionary of receipts could not be stored ({Fault}); receipts are stored larger until it is")]
    private static partial void Waits(ILogger log, Type fault);
}
