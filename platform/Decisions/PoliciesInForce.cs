using Ips.Policies;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Ips.Platform.Decisions;

/// <summary>A release that answers beside the one in force.</summary>
/// <param name="Pack">The release.</param>
/// <param name="Since">The start of its first day.</param>
internal sealed record Shadow(Pack Pack, DateTimeOffset Since);

/// <summary>
/// The packs by which a service decides: of each program the accepted activation with the latest first day that has come, else the release with which the service
/// was installed. What a build ships beside them is there to be compared, simulated and activated.
/// </summary>
public sealed partial class PoliciesInForce : BackgroundService, IReadAtStart
{
    private static readonly TimeSpan ReadEvery = TimeSpan.FromSeconds(10);

    private readonly NpgsqlDataSource? _database;
    private readonly KeptPacks? _packs;
    private readonly TimeProvider _clock;
    private readonly ILogger<PoliciesInForce>? _log;
    private readonly HashSet<string> _unknown = new(StringComparer.Ordinal);
    private readonly SemaphoreSlim _changed = new(0, 1);
    private Present _present;

    /// <param name="database">Has the activations.</param>
    /// <param name="packs">Has the packs that they name.</param>
    /// <param name="clock">Says which day it is.</param>
    /// <param name="log">Reports what cannot be read.</param>
    public PoliciesInForce(NpgsqlDataSource database, KeptPacks packs, TimeProvider clock, ILogger<PoliciesInForce> log) =>
        (_database, _packs, _clock, _log, _present) = (database, packs, clock, log, new(PolicyEngine.Shipped));

    private PoliciesInForce(PolicyEngine engine) => (_clock, _present) = (TimeProvider.System, new(engine));

    /// <summary>The same packs for ever, for a caller without a database.</summary>
    public static PoliciesInForce Always(PolicyEngine engine) => new(engine);

    /// <summary>The packs in force now.</summary>
    public PolicyEngine Engine => Now().Engine;

    /// <summary>The releases in shadow now, at most one a program.</summary>
    internal IReadOnlyList<Shadow> Shadows => Now().Shadows;

    /// <summary>Whether a release answers beside the one in force.</summary>
    public bool IsInShadow(Pack pack) => Shadows.Any(s => s.Pack.Hash == pack.Hash);

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

    /// <summary>Reads the activations, and keeps the packs in force and the accepted ones.</summary>
    public async Task Read(CancellationToken cancellationToken)
    {
        if (_database is null || _packs is null)
            return;
        var now = _clock.GetUtcNow();
        var shipped = PolicyEngine.Shipped.Programs.Values.ToList();
        Dictionary<string, string> installed = new(StringComparer.Ordinal);
        List<Accepted> accepted = [];
        await using (var batch = _database.CreateBatch())
        {
            batch.BatchCommands.Add(new(
                """
                insert into installed_policies (program, pack_hash, installed_at)
                select program, hash, $3 from unnest($1, $2) as pack (program, hash) on conflict do nothing
                """)
            {
                Parameters =
                {
                    new() { Value = shipped.ConvertAll(p => p.Id).ToArray() },
                    new() { Value = shipped.ConvertAll(p => p.Hash).ToArray() },
                    new() { Value = now.ToUniversalTime() },
                },
            });
            batch.BatchCommands.Add(new("select program, pack_hash from installed_policies"));
            batch.BatchCommands.Add(new(
                "select program, pack_version, pack_hash, from_day, accepted_at, shadow from policy_activations where accepted_at is not null and not withdrawn"));
            await using var rows = await batch.ExecuteReaderAsync(cancellationToken);
            while (await rows.ReadAsync(cancellationToken))
                installed[rows.GetString(0)] = rows.GetString(1);
            await rows.NextResultAsync(cancellationToken);
            while (await rows.ReadAsync(cancellationToken))
            {
                accepted.Add(new(rows.GetString(0), rows.GetString(1), rows.GetString(2), rows.GetFieldValue<DateOnly>(3),
                    rows.GetFieldValue<DateTimeOffset>(4), rows.GetBoolean(5)));
            }
        }

        foreach (var unknown in accepted.Where(a => _packs.Find(a.PackHash) is null && _unknown.Add(a.PackHash)))
            IsUnknown(_log!, unknown.Program, unknown.PackVersion, unknown.From);
        var present = At(now, installed, accepted);
        Volatile.Write(ref _present, present);
        // What is accepted is kept before its day, so that nothing is decided by what is not.
        await _packs.Keep([.. present.Engine.Programs.Values, .. accepted.Select(a => _packs.Find(a.PackHash)).OfType<Pack>()], cancellationToken);
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

    private Present Now()
    {
        var (present, now) = (Volatile.Read(ref _present), _clock.GetUtcNow());
        if (now >= present.Since && now < present.Until)
            return present;
        var next = At(now, present.Installed, present.Accepted);
        // What was read meanwhile knows more.
        Interlocked.CompareExchange(ref _present, next, present);
        return next;
    }

    private async Task TryRead(CancellationToken cancellationToken)
    {
        try
        {
            await Read(cancellationToken);
        }
        catch (Exception broken) when (broken is NpgsqlException or InvalidDataException)
        {
            // What was read before stays in force.
            Waits(_log!, broken.GetBaseException().GetType());
        }
    }

    private Present At(DateTimeOffset now, IReadOnlyDictionary<string, string> installed, IReadOnlyList<Accepted> accepted)
    {
        var until = DateTimeOffset.MaxValue;
        List<Pack> packs = [];
        List<Shadow> shadows = [];
        foreach (var shipped in PolicyEngine.Shipped.Programs.Values)
        {
            var zone = TimeZoneInfo.FindSystemTimeZoneById(shipped.Header.TimeZone);
            var today = now.DayIn(zone);
            var mine = accepted.Where(a => a.Program == shipped.Id).OrderBy(a => a.From).ThenBy(a => a.AcceptedAt).ToList();
            if (mine.Find(a => a.From > today) is { } next && StartOf(next.From, zone) is var start && start < until)
                until = start;
            var come = mine.Where(a => a.From <= today).ToLookup(a => a.Shadow, a => (a.From, Pack: _packs?.Find(a.PackHash)));
            var activated = come[false].LastOrDefault(a => a.Pack is not null).Pack;
            // A pack that was never released, as during development, ends with the build that had it.
            var pack = activated ?? (installed.GetValueOrDefault(shipped.Id) is { } hash ? _packs?.Find(hash) : null) ?? shipped;
            packs.Add(pack);
            if (come[true].LastOrDefault() is { Pack: { } second } shadow && second != pack)
                shadows.Add(new(second, StartOf(shadow.From, zone)));
        }

        var same = packs.TrueForAll(p => PolicyEngine.Shipped.Programs[p.Id] == p);
        return new(same ? PolicyEngine.Shipped : new(packs)) { Since = now, Until = until, Shadows = shadows, Installed = installed, Accepted = accepted };
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

    [LoggerMessage(1306, LogLevel.Error,
        "{Program} {PackVersion} is accepted from {From}, and this build does not have it: the earlier release stays in force here. Install the build that has it.")]
    private static partial void IsUnknown(ILogger log, string program, string packVersion, DateOnly from);

    /// <summary>An activation that counts.</summary>
    private sealed record Accepted(string Program, string PackVersion, string PackHash, DateOnly From, DateTimeOffset AcceptedAt, bool Shadow);

    /// <summary>The packs for a span of time.</summary>
    private sealed record Present(PolicyEngine Engine)
    {
        public DateTimeOffset Since { get; init; } = DateTimeOffset.MinValue;

        public DateTimeOffset Until { get; init; } = DateTimeOffset.MaxValue;

        public IReadOnlyList<Shadow> Shadows { get; init; } = [];

        public IReadOnlyDictionary<string, string> Installed { get; init; } = new Dictionary<string, string>();

        public IReadOnlyList<Accepted> Accepted { get; init; } = [];
    }
}
