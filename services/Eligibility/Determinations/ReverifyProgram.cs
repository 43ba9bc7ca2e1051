using Ips.Contracts;
using Ips.Eligibility.Db;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using Proto = Ips.Contracts.Eligibility.V1;

namespace Ips.Eligibility.Determinations;

/// <summary>Which programs are re-verified each month, and when; section <c>Reverification</c> of the configuration.</summary>
public sealed class ReverificationOptions
{
    /// <summary>The programs; none is re-verified unless it is named.</summary>
    public IReadOnlyList<string> Programs { get; set; } = [];

    /// <summary>The first day of the month on which it begins, in the program's time zone.</summary>
    public int FromDay { get; set; } = 1;

    /// <summary>How often it is looked for one that has to begin or to go on.</summary>
    public TimeSpan Interval { get; set; } = TimeSpan.FromHours(1);
}

/// <summary>
/// Rechecks every person of a program who is eligible, once a month, as <see cref="Reverify"/> does, and records what changed. What does not change leaves no
/// step. It goes on where it stopped; a determination that is checked twice changes once, so two replicas at a time disturb nothing.
/// </summary>
public sealed partial class ReverifyProgram(
    IServiceScopeFactory scopes, PolicyService policies, IOptions<ReverificationOptions> options, SweepClock sweeps, ILogger<ReverifyProgram> log)
    : BackgroundService
{
    private const int PageSize = 200;

    /// <summary>Runs what is due now. Returns how many determinations were checked.</summary>
    public async Task<int> RunDue(CancellationToken cancellationToken)
    {
        // A clock that is wrong must not mark a whole program.
        if (options.Value.Programs.Count == 0 || await sweeps.Now(cancellationToken) is null)
            return 0;
        var count = 0;
        foreach (var program in options.Value.Programs)
        {
            if (policies.Today(program) is { } today && today.Day >= options.Value.FromDay)
                count += await Run(program, today, cancellationToken);
        }

        return count;
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await RunDue(stoppingToken);
            }
            catch (Exception broken) when (!stoppingToken.IsCancellationRequested)
            {
                RunFailed(log, broken);
            }

            await Pause.For(options.Value.Interval, stoppingToken);
        }
    }

    private async Task<int> Run(string program, DateOnly today, CancellationToken cancellationToken)
    {
        var month = new DateOnly(today.Year, today.Month, 1);
        var count = 0;
        while (true)
        {
            await using var scope = scopes.CreateAsyncScope();
            var page = await scope.ServiceProvider.GetRequiredService<ReverifyPage>().Run(program, month, today, PageSize, cancellationToken);
            count += page.Checked;
            if (!page.Ended)
                continue;
            if (count > 0)
                Ended(log, program, month, count);
            return count;
        }
    }

    [LoggerMessage(2131, LogLevel.Information, "Re-verification of {Program} for {Month}: {Count} determinations checked")]
    private static partial void Ended(ILogger log, string program, DateOnly month, int count);

    [LoggerMessage(2132, LogLevel.Error, "The monthly re-verification failed; it continues later")]
    private static partial void RunFailed(ILogger log, Exception broken);
}

/// <summary>Rechecks a page of determinations and records how far it came.</summary>
public sealed partial class ReverifyPage(
    EligibilityDb db, Requests requests, Reverify reverify, DeterminationSteps steps, TimeProvider clock, ILogger<ReverifyPage> log)
{
    /// <summary>How far a page came.</summary>
    /// <param name="Checked">Determinations of the page.</param>
    /// <param name="Ended">Whether none is left.</param>
    public sealed record Page(int Checked, bool Ended);

    /// <summary>Rechecks the next page of a program.</summary>
    /// <param name="program">The program.</param>
    /// <param name="month">The first day of the month.</param>
    /// <param name="today">The day for which a new run checks.</param>
    /// <param name="size">The most determinations.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    public async Task<Page> Run(string program, DateOnly month, DateOnly today, int size, CancellationToken cancellationToken)
    {
        var run = await Find(program, month, cancellationToken) ?? await Begin(program, month, today, cancellationToken);
        if (run.EndedAt is not null)
            return new(0, true);
        var determinations = await db.Determinations.AsNoTracking()
            .Where(d => d.Program == program && (d.State == Proto.DeterminationState.Eligible || d.State == Proto.DeterminationState.ReverifyDue))
            .After(d => d.Id, run.CheckedThrough, size).Select(d => d.Id).ToListAsync(cancellationToken);
        var (changed, failed) = (0, 0);
        foreach (var id in determinations)
        {
            switch (await Check(id, run, cancellationToken))
            {
                case true:
                    changed++;
                    break;
                case null:
                    failed++;
                    break;
            }
        }

        var ended = determinations.Count < size;
        await Advance(run, determinations.Count == 0 ? run.CheckedThrough : determinations[^1].Value, determinations.Count, changed, failed, ended, cancellationToken);
        return new(determinations.Count, ended);
    }

    // True when it changed, null when it could not be checked: one broken record does not end the others.
    private async Task<bool?> Check(DeterminationId id, Reverification run, CancellationToken cancellationToken)
    {
        try
        {
            var result = await requests.Run<bool>(s => Decide(id, run, s), cancellationToken);
            return result.Is(out var moved, out _) ? moved : null;
        }
        catch (Exception broken) when (broken is not OperationCanceledException && !Faults.IsOutage(broken))
        {
            NotChecked(log, id, broken);
            return null;
        }
    }

    private async Task<Result<Decided<bool>>> Decide(DeterminationId id, Reverification run, CancellationToken cancellationToken)
    {
        Changes changes = new(clock.GetUtcNow());
        if (!(await steps.Load(id, "", cancellationToken, Proto.DeterminationState.Eligible, Proto.DeterminationState.ReverifyDue)).Is(out var read, out _))
            return new Decided<bool>(false, changes);
        var from = read.Determination.State;
        // It begins in the month in which the service begins.
        if (read.Determination.AsOf > run.AsOf)
            return new Decided<bool>(false, changes);
        if (!reverify.Check(read, run.AsOf, Proto.ReverifyOccasion.Check).Is(out var next, out var problem))
            return problem;
        if (next.Step.To == from)
            return new Decided<bool>(false, changes);
        steps.Take(read, next.Step, store: true, changes);
        changes.Insert(new ReverificationChange
        {
            Id = Guid.CreateVersion7(changes.Now),
            Program = run.Program,
            Month = run.Month,
            DeterminationId = id,
            IndividualId = read.Determination.IndividualId,
            Provider = read.Determination.Provider,
            FromState = from,
            ToState = next.Step.To,
            RuleIds = next.Open,
            RecordedAt = changes.Now,
        });
        return new Decided<bool>(true, changes);
    }

    private async Task<Reverification?> Find(string program, DateOnly month, CancellationToken cancellationToken) =>
        await db.Reverifications.AsNoTracking().SingleOrDefaultAsync(r => r.Program == program && r.Month == month, cancellationToken);

    private async Task<Reverification> Begin(string program, DateOnly month, DateOnly today, CancellationToken cancellationToken)
    {
        var begun = await requests.Run<Reverification>(async s =>
        {
            Changes changes = new(clock.GetUtcNow());
            return new Decided<Reverification>(await Find(program, month, s) ?? changes.Insert(new Reverification
            {
                Program = program,
                Month = month,
                AsOf = today,
                StartedAt = changes.Now,
            }), changes);
        }, cancellationToken);
        return begun.OrThrow();
    }

    private async Task Advance(
        Reverification run, Guid through, int count, int changed, int failed, bool ended, CancellationToken cancellationToken) =>
        (await requests.Run<bool>(async s =>
        {
            Changes changes = new(clock.GetUtcNow());
            // Another replica may have come further: then this page counted there.
            if (await Find(run.Program, run.Month, s) is not { EndedAt: null } present || present.CheckedThrough != run.CheckedThrough)
                return new Decided<bool>(false, changes);
            present.CheckedThrough = through;
            (present.Checked, present.Changed, present.Failed) = (present.Checked + count, present.Changed + changed, present.Failed + failed);
            present.EndedAt = ended ? changes.Now : null;
            changes.Update(present);
            return new Decided<bool>(true, changes);
        }, cancellationToken)).OrThrow();

    [LoggerMessage(2133, LogLevel.Error, "Determination {Determination} could not be re-verified")]
    private static partial void NotChecked(ILogger log, DeterminationId determination, Exception broken);
}
