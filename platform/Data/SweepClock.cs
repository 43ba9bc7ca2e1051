using System.Diagnostics.Metrics;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Npgsql;

namespace Ips.Platform.Data;

/// <summary>When sweeps trust the clock, and how long they keep what they remove; section <c>Sweeps</c> of the configuration.</summary>
public sealed class SweepOptions
{
    /// <summary>How far the clocks of the process and of the database may differ.</summary>
    public TimeSpan AllowedDifference { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>How much time may have passed since the last sweep. After more an operator confirms the clock (<c>confirm-clock</c>).</summary>
    public TimeSpan AllowedJump { get; set; } = TimeSpan.FromDays(7);

    /// <summary>How long removed rows stay in <c>swept_rows</c>. Longer than <see cref="AllowedJump"/>, so that one wrong clock cannot empty it.</summary>
    public TimeSpan KeepSwept { get; set; } = TimeSpan.FromDays(30);
}

/// <summary>The time of the last sweep, in the one row of <c>last_sweep</c>.</summary>
public sealed class LastSweep
{
    /// <summary>Always 1.</summary>
    public required int Id { get; init; }

    /// <summary>When it was, by a clock that was trusted.</summary>
    public required DateTimeOffset At { get; init; }
}

/// <summary>
/// The time for work that removes data or publishes deadlines. A clock that is wrong for a minute must not delete the past, so it has a time only while the
/// clocks of process and database agree and the time since the last sweep is plausible. Otherwise the sweeps wait, the log and the metric
/// <c>ips.sweeps.waiting</c> report it, and health is degraded. They go on by themselves when the clock is right again, else after <c>confirm-clock</c>.
/// </summary>
public partial class SweepClock : IHealthCheck
{
    private readonly NpgsqlDataSource database;
    private readonly IOptions<SweepOptions> options;
    private readonly TimeProvider clock;
    private readonly ILogger<SweepClock> log;
    private string? doubt;

    /// <param name="database">Whose clock has to agree, and where the time of the last sweep is stored.</param>
    /// <param name="options">What is allowed.</param>
    /// <param name="clock">The clock of the process.</param>
    /// <param name="log">Reports when sweeps begin to wait.</param>
    public SweepClock(NpgsqlDataSource database, IOptions<SweepOptions> options, TimeProvider clock, ILogger<SweepClock> log)
    {
        (this.database, this.options, this.clock, this.log) = (database, options, clock, log);
        Telemetry.Meter.CreateObservableGauge(
            "ips.sweeps.waiting", () => Volatile.Read(ref doubt) is null ? 0 : 1, "{sweep}", "1 while retention and deadlines wait: the clock is doubted.");
    }

    /// <summary>The time, stored as that of the last sweep; null when the clock is not trusted, and the sweep has to leave everything as it is.</summary>
    public virtual async Task<DateTimeOffset?> Now(CancellationToken cancellationToken)
    {
        var (now, atDatabase, last) = await Read(cancellationToken);
        if (!Trusts(now, atDatabase, last))
            return null;
        await Store(now, cancellationToken);
        return now;
    }

    /// <summary>Takes the present time for right, whatever the last sweep's was. False when the two clocks differ: that has to be fixed first.</summary>
    public async Task<bool> Confirm(CancellationToken cancellationToken)
    {
        var (now, atDatabase, _) = await Read(cancellationToken);
        if (!Trusts(now, atDatabase, last: null))
            return false;
        await Store(now, cancellationToken);
        return true;
    }

    /// <inheritdoc/>
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        Task.FromResult(Volatile.Read(ref doubt) is { } why ? HealthCheckResult.Degraded(why) : HealthCheckResult.Healthy());

    private bool Trusts(DateTimeOffset now, DateTimeOffset atDatabase, DateTimeOffset? last)
    {
        var (difference, jump) = (now - atDatabase, now - (last ?? now));
        var why = difference.Duration() > options.Value.AllowedDifference
            ? $"sweeps wait: the clock of the process differs from the database's by {difference}"
            : jump > options.Value.AllowedJump || jump < -options.Value.AllowedDifference
                ? $"sweeps wait: {jump} since the last sweep; set the clock right, or run confirm-clock if it is right"
                : null;
        var before = Interlocked.Exchange(ref doubt, why);
        if (why is not null && before is null)
            Waits(log, now, atDatabase, last);
        if (why is null && before is not null)
            Resumes(log, now);
        return why is null;
    }

    private async Task<(DateTimeOffset Now, DateTimeOffset AtDatabase, DateTimeOffset? Last)> Read(CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand("select clock_timestamp(), (select at from last_sweep)");
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        await reader.ReadAsync(cancellationToken);
        // Read after the database answered: an answer that takes long must not look like a difference of the clocks.
        // The database runs on the machine's time; a sandbox may have moved the process's.
        var shift = clock is StoredClock stored ? stored.Shift : TimeSpan.Zero;
        return (clock.GetUtcNow(), reader.GetFieldValue<DateTimeOffset>(0) + shift, reader.IsDBNull(1) ? null : reader.GetFieldValue<DateTimeOffset>(1));
    }

    private async Task Store(DateTimeOffset now, CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand("insert into last_sweep (id, at) values (1, $1) on conflict (id) do update set at = excluded.at");
        command.Parameters.Add(new() { Value = now });
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    [LoggerMessage(1131, LogLevel.Error,
        "Retention and deadlines wait: the clock of the process shows {Now}, the database's {Database}, the last sweep was at {LastSweep}. "
        + "Set the clocks right; if they are right, run confirm-clock")]
    private static partial void Waits(ILogger log, DateTimeOffset now, DateTimeOffset database, DateTimeOffset? lastSweep);

    [LoggerMessage(1132, LogLevel.Information, "Retention and deadlines go on at {Now}")]
    private static partial void Resumes(ILogger log, DateTimeOffset now);
}

/// <summary><c>confirm-clock</c>: an operator has looked at the clock, and it is right. Sweeps that wait for that go on.</summary>
public sealed partial class ConfirmClock(SweepClock sweeps, ILogger<ConfirmClock> log) : IServiceCommand
{
    /// <inheritdoc/>
    public string Name => "confirm-clock";

    /// <inheritdoc/>
    public async Task<int> Run(CancellationToken cancellationToken)
    {
        if (!await sweeps.Confirm(cancellationToken))
            return 1;
        Confirmed(log);
        return 0;
    }

    [LoggerMessage(1133, LogLevel.Information, "The clock is confirmed; retention and deadlines go on")]
    private static partial void Confirmed(ILogger log);
}
