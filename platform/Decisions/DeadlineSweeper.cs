using System.Diagnostics.Metrics;
using Ips.Contracts;
using Ips.Contracts.Events;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Ips.Platform.Decisions;

/// <summary>How deadlines are watched; section <c>Deadlines</c> of the configuration.</summary>
public sealed class DeadlineOptions
{
    /// <summary>How long after a stage is reached its event may be published.</summary>
    public TimeSpan Interval { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>Deadlines taken in one transaction.</summary>
    public int BatchSize { get; set; } = 200;
}

/// <summary>The service's event for a deadline that reached a stage.</summary>
public delegate DomainEvent CreateDeadlineEvent(Deadline deadline, DeadlineStage stage);

/// <summary>
/// Publishes stages that are reached: at the start, then at an interval. Any number of replicas may run: a deadline's progress and its events are written
/// together, under the version that was read, so a stage is published once, even when a replica crashes. What fell due while nothing ran is published stage
/// by stage at the next sweep. While the clock is doubted (<see cref="SweepClock"/>) nothing is published; at the start, and when the clock is trusted again,
/// stages that were published before their time are taken back.
/// </summary>
public sealed partial class DeadlineSweeper<TDb>(
    IServiceScopeFactory scopes, CreateDeadlineEvent createEvent, IOptions<DeadlineOptions> options, SweepClock trusted,
        ILogger<DeadlineSweeper<TDb>> log) : BackgroundService
    where TDb : EventDb
{
    private static readonly Counter<long> Published = Telemetry.Meter.CreateCounter<long>(
        "ips.deadlines.published", "{stage}", "Stages of deadlines published, by kind and state.");

    private static readonly Counter<long> TakenBack = Telemetry.Meter.CreateCounter<long>(
        "ips.deadlines.taken_back", "{deadline}", "Deadlines with stages that were published too early and taken back.");

    private long overdue;
    private bool doubted;

    /// <summary>Publishes every stage that is reached now, and returns their number.</summary>
    public async Task<int> Sweep(CancellationToken cancellationToken)
    {
        if (await trusted.Now(cancellationToken) is not { } now)
        {
            doubted = true;
            return 0;
        }

        if (doubted)
            await TakeBack(now, cancellationToken);
        doubted = false;
        var published = 0;
        int taken;
        do
        {
            (taken, var stages) = await Run((db, s) => ReadAndReach(db, now, s), cancellationToken);
            published += stages;
        }
        while (taken == options.Value.BatchSize);
        await CountOverdue(cancellationToken);
        return published;
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        // What an earlier process published is not known.
        doubted = true;
        Telemetry.Meter.CreateObservableGauge(
            "ips.deadlines.overdue", () => Volatile.Read(ref overdue), "{deadline}", "Deadlines past their last day that are neither met nor cancelled.");
        var failures = 0;
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await Sweep(stoppingToken);
                failures = 0;
            }
            catch (Exception broken) when (!stoppingToken.IsCancellationRequested)
            {
                // The stack once, then one line each: an outage of an hour must not fill the logs.
                SweepFailed(log, ++failures, broken.GetBaseException().GetType(), failures == 1 ? broken : null);
            }
            catch (OperationCanceledException)
            {
                return;
            }

            await Pause.For(options.Value.Interval, stoppingToken);
        }
    }

    private async Task CountOverdue(CancellationToken cancellationToken)
    {
        await using var scope = scopes.CreateAsyncScope();
        var deadlines = scope.ServiceProvider.GetRequiredService<TDb>().Set<Deadline>().IgnoreQueryFilters();
        Volatile.Write(ref overdue, await deadlines.LongCountAsync(deadline => deadline.State == DeadlineState.Overdue, cancellationToken));
    }

    private async Task<T> Run<T>(Func<TDb, CancellationToken, Task<Result<Decided<T>>>> readAndDecide, CancellationToken cancellationToken)
    {
        await using var scope = scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<TDb>();
        var result = await scope.ServiceProvider.GetRequiredService<Requests>().Run(s => readAndDecide(db, s), cancellationToken);
        return result.OrThrow();
    }

    private async Task TakeBack(DateTimeOffset now, CancellationToken cancellationToken)
    {
        List<DeadlineId> running;
        await using (var scope = scopes.CreateAsyncScope())
        {
            // A day of any time zone that is not over.
            var earliest = DateOnly.FromDateTime(now.UtcDateTime).AddDays(-1);
            running = await scope.ServiceProvider.GetRequiredService<TDb>().Set<Deadline>().IgnoreQueryFilters()
                .Where(deadline => deadline.Passed > 0 && deadline.SettledAt == null && deadline.DueOn >= earliest)
                .Select(deadline => deadline.Id).ToListAsync(cancellationToken);
        }

        foreach (var ids in running.Chunk(options.Value.BatchSize))
            await Run((db, s) => ReadAndTakeBack(db, ids, now, s), cancellationToken);
    }

    private async Task<Result<Decided<int>>> ReadAndTakeBack(TDb db, DeadlineId[] ids, DateTimeOffset now, CancellationToken cancellationToken)
    {
        Changes changes = new(now);
        var early = 0;
        foreach (var deadline in await db.Set<Deadline>().AsNoTracking().IgnoreQueryFilters().Where(deadline => ids.Contains(deadline.Id))
            .ToListAsync(cancellationToken))
        {
            if (deadline.TakeBack(now) is not { } stage)
                continue;
            changes.Publish(createEvent(deadline, stage));
            changes.Update(deadline);
            early++;
        }

        return new Decided<int>(early, changes, () =>
        {
            TakenBack.Add(early);
            if (early > 0)
                StagesTakenBack(log, early);
        });
    }

    private async Task<Result<Decided<(int Taken, int Stages)>>> ReadAndReach(TDb db, DateTimeOffset now, CancellationToken cancellationToken)
    {
        Changes changes = new(now);
        var due = await db.Set<Deadline>().AsNoTracking().IgnoreQueryFilters().Where(deadline => deadline.NextAt <= now)
            .OrderBy(deadline => deadline.NextAt).ThenBy(deadline => deadline.Id).Take(options.Value.BatchSize).ToListAsync(cancellationToken);
        List<(string Kind, DeadlineState State)> stages = [];
        foreach (var deadline in due)
        {
            foreach (var stage in deadline.Reach(now))
            {
                changes.Publish(createEvent(deadline, stage));
                stages.Add((deadline.Kind, stage.State));
            }

            changes.Update(deadline);
        }

        return new Decided<(int Taken, int Stages)>((due.Count, stages.Count), changes, () => Count(stages));
    }

    private void Count(List<(string Kind, DeadlineState State)> stages)
    {
        foreach (var (kind, state) in stages)
            Published.Add(1, new KeyValuePair<string, object?>("ips.deadline.kind", kind),
                new KeyValuePair<string, object?>("ips.deadline.state", state.ToString()));
        if (stages.Count > 0)
            StagesPublished(log, stages.Count);
    }

    [LoggerMessage(1104, LogLevel.Information, "Published {Count} stages of deadlines")]
    private static partial void StagesPublished(ILogger log, int count);

    [LoggerMessage(1114, LogLevel.Warning, "Took back stages of {Count} deadlines that were published before their time")]
    private static partial void StagesTakenBack(ILogger log, int count);

    [LoggerMessage(1105, LogLevel.Warning, "Deadlines wait (attempt {Attempt}, {Fault}): the database does not answer; reached stages are published later")]
    private static partial void SweepFailed(ILogger log, int attempt, Type fault, Exception? broken);
}
