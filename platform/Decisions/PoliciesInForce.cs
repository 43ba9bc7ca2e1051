using Ips.Policies;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Ips.Platform.Decisions;

/// <summary>
/// The packs by which a service decides: of each program the accepted activation with the latest first day that has come, else the release with which the service
/// was installed. What a build ships beside them is there to be compared, simulated and activated.
/// </summary>
public sealed partial class PoliciesInForce : BackgroundService
{
    private static readonly TimeSpan ReadEvery = TimeSpan.FromSeconds(10);

    private readonly NpgsqlDataSource? _database;
    private readonly TimeProvider _clock;
    private readonly ILogger<PoliciesInForce>? _log;
    private readonly SemaphoreSlim _changed = new(0, 1);
    private volatile Present _present;

    /// <param name="database">Has the activations.</param>
    /// <param name="clock">Says which day it is.</param>
    /// <param name="log">Reports what cannot be read.</param>
    public PoliciesInForce(NpgsqlDataSource database, TimeProvider clock, ILogger<PoliciesInForce> log) =>
        (_database, _clock, _log, _present) = (database, clock, log, new(PolicyEngine.Shipped));

    private PoliciesInForce(PolicyEngine engine) => (_clock, _present) = (TimeProvider.System, new(engine));

    /// <summary>The same packs for ever, for a caller without a database.</summary>
    public static PoliciesInForce Always(PolicyEngine engine) => new(engine);

    /// <summary>The packs in force now.</summary>
    public PolicyEngine Engine
    {
        get
        {
            var (present, now) = (_present, _clock.GetUtcNow());
            if (now >= present.Since && now < present.Until)
                return present.Engine;
            return (_present = At(now, present.Installed, present.Accepted)).Engine;
        }
    }

    /// <summary>The pack that a service ships or has released, by its content hash.</summary>
    public static Pack? Find(string hash) => PolicyEngine.Shipped.Programs.Values.FirstOrDefault(p => p.Hash == hash) ?? ReleasedPacks.Find(hash);

    /// <summary>Reads the activations again soon.</summary>
    public void Changed()
    {
        try
        {
            _changed.Release();
        }
        catch (SemaphoreFullException)
        {
            // They are about to be read.
        }
    }

    /// <summary>Reads the activations.</summary>
    public async Task Read(CancellationToken cancellationToken)
    {
        if (_database is null)
            return;
        var now = _clock.GetUtcNow();
        var shipped = PolicyEngine.Shipped.Programs.Values.ToList();
        Dictionary<string, string> installed = new(StringComparer.Ordinal);
        List<Accepted> accepted = [];
        await using var batch = _database.CreateBatch();
        batch.BatchCommands.Add(new("insert into installed_policies (program, pack_hash, installed_at) select * from unnest($1, $2, $3) on conflict do nothing")
        {
            Parameters =
            {
                new() { Value = shipped.ConvertAll(p => p.Id).ToArray() },
                new() { Value = shipped.ConvertAll(p => p.Hash).ToArray() },
                new() { Value = shipped.ConvertAll(_ => now.ToUniversalTime()).ToArray() },
            },
        });
        batch.BatchCommands.Add(new("select program, pack_hash from installed_policies"));
        batch.BatchCommands.Add(new("select program, pack_hash, from_day, accepted_at from policy_activations where accepted_at is not null and not withdrawn"));
        await using var rows = await batch.ExecuteReaderAsync(cancellationToken);
        while (await rows.ReadAsync(cancellationToken))
            installed[rows.GetString(0)] = rows.GetString(1);
        await rows.NextResultAsync(cancellationToken);
        while (await rows.ReadAsync(cancellationToken))
            accepted.Add(new(rows.GetString(0), rows.GetString(1), rows.GetFieldValue<DateOnly>(2), rows.GetFieldValue<DateTimeOffset>(3)));
        _present = At(_clock.GetUtcNow(), installed, accepted);
    }

    /// <summary>The first request finds the packs in force.</summary>
    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        await TryRead(cancellationToken);
        await base.StartAsync(cancellationToken);
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await _changed.WaitAsync(ReadEvery, stoppingToken);
                await TryRead(stoppingToken);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
        }
    }

    /// <inheritdoc/>
    public override void Dispose()
    {
        _changed.Dispose();
        base.Dispose();
    }

    private async Task TryRead(CancellationToken cancellationToken)
    {
        try
        {
            await Read(cancellationToken);
        }
        catch (NpgsqlException broken)
        {
            // What was read before stays in force.
            Waits(_log!, broken.GetBaseException().GetType());
        }
    }

    private Present At(DateTimeOffset now, IReadOnlyDictionary<string, string> installed, IReadOnlyList<Accepted> accepted)
    {
        var until = DateTimeOffset.MaxValue;
        List<Pack> packs = [];
        foreach (var shipped in PolicyEngine.Shipped.Programs.Values)
        {
            var zone = TimeZoneInfo.FindSystemTimeZoneById(shipped.Header.TimeZone);
            var today = now.DayIn(zone);
            var mine = accepted.Where(a => a.Program == shipped.Id).OrderBy(a => a.From).ThenBy(a => a.AcceptedAt).ToList();
            if (mine.Find(a => a.From > today) is { } next && StartOf(next.From, zone) is var start && start < until)
                until = start;
            var hash = mine.FindLast(a => a.From <= today && Find(a.PackHash) is not null)?.PackHash ?? installed.GetValueOrDefault(shipped.Id);
            // A pack that was never released, as during development, ends with the build that had it.
            packs.Add(hash is null ? shipped : Find(hash) ?? shipped);
        }

        var same = packs.TrueForAll(p => PolicyEngine.Shipped.Programs[p.Id] == p);
        return new(same ? PolicyEngine.Shipped : new(packs)) { Since = now, Until = until, Installed = installed, Accepted = accepted };
    }

    // Where midnight does not exist on the day, the clock springs over it.
    private static DateTimeOffset StartOf(DateOnly day, TimeZoneInfo zone)
    {
        var start = day.ToDateTime(TimeOnly.MinValue);
        while (zone.IsInvalidTime(start))
            start = start.AddMinutes(15);
        return new DateTimeOffset(start, zone.GetUtcOffset(start)).ToUniversalTime();
    }

    [LoggerMessage(1305, LogLevel.Warning, "The activations of policies could not be read ({Fault}); the policies in force stay as they were read last")]
    private static partial void Waits(ILogger log, Type fault);

    /// <summary>An activation that counts.</summary>
    private sealed record Accepted(string Program, string PackHash, DateOnly From, DateTimeOffset AcceptedAt);

    /// <summary>The packs for a span of time.</summary>
    private sealed record Present(PolicyEngine Engine)
    {
        public DateTimeOffset Since { get; init; } = DateTimeOffset.MinValue;

        public DateTimeOffset Until { get; init; } = DateTimeOffset.MaxValue;

        public IReadOnlyDictionary<string, string> Installed { get; init; } = new Dictionary<string, string>();

        public IReadOnlyList<Accepted> Accepted { get; init; } = [];
    }
}
