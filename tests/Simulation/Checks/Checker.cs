using System.Collections.Concurrent;
using System.Reflection;
using System.Text.Json;
using Ips.Billing.Claims;
using Ips.Billing.Db;
using Ips.Contracts;
using Ips.Contracts.Billing.V1;
using Ips.Contracts.Common.V1;
using Ips.Contracts.Events;
using Ips.Eligibility.Authorizations;
using Ips.Eligibility.Db;
using Ips.Eligibility.Determinations;
using Ips.Eligibility.Individuals;
using Ips.Reporting.Db;
using Ips.Reporting.Facts;
using Ips.Simulation.Hosting;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Money = Ips.Contracts.Common.V1.Money;

namespace Ips.Simulation.Checks;

/// <summary>What must hold after every step, of what the step stored, and at the end, of everything.</summary>
internal sealed class Checker(World world)
{
    private static readonly ConcurrentDictionary<Type, (PropertyInfo? Person, PropertyInfo? Provider)> Columns = new();

    private int decided;

    /// <summary>Of how many decisions one is replayed after its step, and at the end.</summary>
    public int Sample { get; init; } = 1;

    /// <summary>What was decided must rest on the record as it is when the decision is committed: no fact may have come in between.</summary>
    public async Task WhenStored(Stored stored)
    {
        foreach (var determination in stored.Changes.Inserted.OfType<Determination>())
        {
            await In("eligibility", async (EligibilityDb db, IServiceProvider scope) =>
            {
                var person = await db.Individuals.AsNoTracking().AsSingleQuery().SingleAsync(i => i.Id == determination.IndividualId);
                var decision = await db.Decisions.AsNoTracking().SingleAsync(d => d.Id == determination.DecisionId);
                var text = scope.GetRequiredService<PolicyService>().Engine.Programs[determination.Program].On(determination.AsOf);
                var facts = AdmissionEvidence.Of(person, Person.Decrypt(scope.GetRequiredService<PersonalDataProtector>(), person), text, determination.AsOf,
                    await scope.GetRequiredService<TeamIntakes>().EverySuspended(person.Provider, determination.Program, determination.AsOf, null, default));
                Hold(decision.ReadFacts() == Policies.FactWriter.Write(facts), "a determination was stored on facts that had changed before");
            });
        }
    }

    /// <summary>Checks what was stored since the last check.</summary>
    public async Task AfterStep()
    {
        foreach (var stored in world.TakeJournal())
        {
            VersionsRise(stored);
            RowsAreTheCallers(stored);
            ChangesAreAudited(stored);
            foreach (var decision in stored.Changes.Rows.OfType<StoredDecision>().Where(_ => decided++ % Sample == 0))
                await Replays(stored.Service, decision.Id);
            foreach (var authorization in stored.Changes.Rows.OfType<Authorization>().Select(a => a.Id).Distinct())
                await UnitsSuffice(authorization);
        }
    }

    /// <summary>Checks everything, when every event has arrived.</summary>
    public async Task AtEnd()
    {
        await AfterStep();
        await UnitsAreThoseOfLines();
        await NoDollarTwice();
        await EventsArrivedOnce();
        await BooksAreEqual();
        await UnitsAreReconciled();
        foreach (var service in World.Names.Except(["reporting"]))
            await AllReplay(service);
    }

    /// <summary>Rows of every table, and the sums of units and dollars, to compare two worlds.</summary>
    public async Task<string> Sums()
    {
        List<string> sums = [];
        foreach (var service in World.Names)
        {
            sums.AddRange(await In(service, async (EventDb db, IServiceProvider _) =>
            {
                List<string> counts = [];
                // A dictionary is stored when the process has time, epochs and sweeps are of the database; audit entries and seals have tables of their own.
                // What Fidelity measures, the messages that it comes from, and the packs with which a service begins are stored by statements of PostgreSQL.
                foreach (var type in db.Model.GetEntityTypes().Where(type => type.BaseType is null && !NotOfTheSeed.Contains(type.ClrType)
                    && !(service == "fidelity" && type.ClrType == typeof(InboxRow)))
                    .OrderBy(type => type.Name, StringComparer.Ordinal))
                    counts.Add($"{service} {type.ClrType.Name} {await (Task<int>)Counting.MakeGenericMethod(type.ClrType).Invoke(null, [db])!}");
                return counts;
            }));
        }

        sums.AddRange((await Events()).GroupBy(happened => happened.GetType().Name).Select(type => $"{type.Key} {type.Count()}").Order(StringComparer.Ordinal));
        sums.Add(await In("billing", async (BillingDb db, IServiceProvider _) =>
        {
            var lines = await db.ClaimLines.AsNoTracking().ToListAsync();
            return string.Join(", ", lines.GroupBy(line => line.State).OrderBy(state => state.Key)
                .Select(state => $"{state.Key} {state.Sum(line => line.Units)} units {state.Sum(line => line.Charge):0.00} dollars"));
        }));
        return string.Join('\n', sums);
    }

    // The log of shared events is filled by statements of PostgreSQL.
    private static readonly Type[] NotOfTheSeed = [typeof(StoredDictionary), typeof(EventEpoch), typeof(LastSweep), typeof(Reporting.Feeds.SharedEvent),
        typeof(Fidelity.Measures.OperationFact), typeof(InstalledPolicy), typeof(KeptPack)];

    private static readonly MethodInfo Counting = typeof(Checker).GetMethod(nameof(Count), BindingFlags.NonPublic | BindingFlags.Static)!;

    private static Task<int> Count<T>(DbContext db) where T : class => db.Set<T>().IgnoreQueryFilters().CountAsync();

    // A row with a version was read, changed and raised by one.
    private static void VersionsRise(Stored stored)
    {
        foreach (var (row, read) in stored.Changes.Updated)
            Hold(row is not IVersioned versioned || versioned.Version == read + 1, $"{row.GetType().Name} went from version {read} to another than the next");
    }

    private static void RowsAreTheCallers(Stored stored)
    {
        if (stored.Caller.Role != Roles.Provider)
            return;
        foreach (var row in stored.Changes.Rows)
        {
            Hold(Of(row).Provider?.GetValue(row) is not string provider || provider == stored.Caller.Organization,
                $"{row.GetType().Name} of another agency was written by {stored.Caller.Organization}");
        }
    }

    private static void ChangesAreAudited(Stored stored)
    {
        if (stored.Service is "fidelity" or "reporting")
            return;
        var audited = stored.Changes.Attached.OfType<AuditEntry>().SelectMany(entry => entry.People).ToHashSet();
        foreach (var row in stored.Changes.Rows)
        {
            Hold(Of(row).Person?.GetValue(row) is not IndividualId person || audited.Contains(person.Value),
                $"{row.GetType().Name} of a person was written without an audit entry");
        }
    }

    private Task Replays(string service, Guid id) => In(service, async (EventDb db, IServiceProvider scope) =>
    {
        var stored = await db.Set<StoredDecision>().AsNoTracking().SingleOrDefaultAsync(d => d.Id == id);
        Hold(stored is not null, $"{service} lost the decision of a step");
        Replays(scope, stored!);
    });

    private Task AllReplay(string service) => In(service, async (EventDb db, IServiceProvider scope) =>
    {
        foreach (var (_, stored) in (await db.Set<StoredDecision>().AsNoTracking().ToListAsync()).Index().Where(s => s.Index % Sample == 0))
            Replays(scope, stored);
    });

    private static void Replays(IServiceProvider scope, StoredDecision stored)
    {
        var replay = scope.GetRequiredService<Replaying>().Replay(stored);
        Hold(replay.Outcome == ReplayOutcome.Same, $"the decision on {stored.Question} replays {replay.Outcome}: {replay.Why}");
    }

    private Task UnitsSuffice(AuthorizationId id) => In("eligibility", async (EligibilityDb db, IServiceProvider _) =>
    {
        if (await db.Authorizations.AsNoTracking().SingleOrDefaultAsync(a => a.Id == id) is { } authorization)
            UnitsSuffice(authorization);
    });

    private void UnitsSuffice(Authorization authorization) => Hold(authorization.UnitsLeft(world.Clock.GetUtcNow()) >= 0,
        $"an authorization of {authorization.ApprovedUnits} units has {authorization.UnitsUsed(world.Clock.GetUtcNow())} in use");

    // A line that is ready or needs attention has its units once; units that no longer expire belong to such a line.
    private async Task UnitsAreThoseOfLines()
    {
        var lines = await In("billing", (BillingDb db, IServiceProvider _) => db.ClaimLines.AsNoTracking().ToListAsync());
        var authorizations = await In("eligibility", (EligibilityDb db, IServiceProvider _) => db.Authorizations.AsNoTracking().ToListAsync());
        authorizations.ForEach(UnitsSuffice);
        var open = lines.Where(line => line is { State: ClaimLineState.Ready or ClaimLineState.Attention, Authorization.Length: > 0 })
            .ToDictionary(line => line.Id.Value);
        foreach (var line in open.Values)
        {
            var draws = authorizations.SelectMany(a => a.Draws).Where(d => d.ClaimLineId == line.Id.Value && d.ReleasedAt is null).ToList();
            Hold(draws.Sum(d => d.Units) == line.PayableUnits && draws.Count == 1, $"a line of {line.PayableUnits} units has {draws.Count} draws of "
                + $"{draws.Sum(d => d.Units)} units; its authorization has {authorizations.Single(a => a.Id.Name == line.Authorization).State}");
            Hold(draws[0].HeldUntil is null, "the units of a line expire");
        }

        foreach (var draw in authorizations.SelectMany(a => a.Draws).Where(d => d is { ReleasedAt: null, HeldUntil: null }))
        {
            Hold(open.ContainsKey(draw.ClaimLineId), "units are drawn for a line that is neither ready nor in need of attention");
        }
    }

    // What the faults left apart is repaired by one reconciliation: the next one finds nothing.
    private Task UnitsAreReconciled() => In("billing", async (ReconcileUnits units, IServiceProvider _) =>
    {
        Hold((await units.Reconcile(CancellationToken.None)).Left == 0, "a reconciliation of units left differences");
        var again = await units.Reconcile(CancellationToken.None);
        Hold(again.Found.Values.Sum() == 0, $"a second reconciliation of units found {string.Join(", ", again.Found.Where(f => f.Value > 0))}");
    });

    private Task NoDollarTwice() => In("billing", async (BillingDb db, IServiceProvider _) =>
    {
        var lines = await db.ClaimLines.AsNoTracking().Where(line => line.State == ClaimLineState.Ready).ToListAsync();
        foreach (var same in lines.GroupBy(line => (line.IndividualId, line.Program, line.MilestoneNumber,
            Milestone: line.MilestoneNumber is 0 or 1 ? line.MilestoneId : default, Day: line.MilestoneNumber is 0 or 1 ? line.ServiceDate : default)))
            Hold(same.Count() == 1, $"milestone {same.Key.MilestoneNumber} of a person is on {same.Count()} ready lines");
        foreach (var year in lines.Where(line => line is { MilestoneNumber: 1, Program: "nc-core" })
            .GroupBy(line => (line.IndividualId, line.Provider, line.ServiceDate.Year)))
            Hold(year.Sum(line => line.PayableUnits) <= 40, $"{year.Sum(line => line.PayableUnits)} units of milestone 1 are ready in a year");
        var milestones = await db.Milestones.AsNoTracking().Include(m => m.Notes).Where(m => m.State != MilestoneState.Denied).ToListAsync();
        foreach (var note in milestones.SelectMany(m => m.Notes).GroupBy(note => note.NoteId))
            Hold(note.Count() == 1, $"a note is billed with {note.Count()} milestones");
        foreach (var line in lines)
        {
            var milestone = milestones.SingleOrDefault(m => m.Id == line.MilestoneId);
            Hold(milestone?.State == MilestoneState.Claimed, "a line is ready and its milestone is not claimed");
        }
    });

    // Each event has the next sequence of its subject, and every consumer of it has one inbox row for it.
    private async Task EventsArrivedOnce()
    {
        var events = await Events();
        foreach (var subject in events.GroupBy(happened => happened.Subject))
            Hold(subject.Select(happened => happened.Sequence).Order().SequenceEqual(Enumerable.Range(1, subject.Count()).Select(n => (long)n)),
                $"the events of a subject have the sequences {string.Join(' ', subject.Select(happened => happened.Sequence).Order())}");
        foreach (var to in Subscription.All)
        {
            var sent = events.Where(happened => to.Takes(happened)).Select(happened => happened.EventId).ToHashSet();
            var queue = world.QueueOf(to);
            var seen = await In(to.Service, (EventDb db, IServiceProvider _) =>
                db.Inbox.AsNoTracking().Where(row => row.Consumer == queue).Select(row => row.MessageId).ToListAsync());
            Hold(sent.SetEquals(seen), $"{to.Queue} has {seen.Count} inbox rows for {sent.Count} events");
        }

        foreach (var stage in events.OfType<DeadlineReachedV1>().GroupBy(happened => (happened.DeadlineId, happened.Arming, happened.State, happened.LeadDays)))
            Hold(stage.Count() == 1, $"the stage {stage.Key.State} of a deadline was published {stage.Count()} times");
    }

    // Billing's lines, what Reporting counts, and what the events state.
    private async Task BooksAreEqual()
    {
        var listened = Subscription.All.Single(to => to.Consumer == typeof(Reporting.Incoming.EventFactsConsumer)).Events;
        var events = (await Events()).Where(happened => listened.Contains(happened.GetType())).ToList();
        var days = world["reporting"].GetRequiredService<Reporting.ProgramDays>();
        var expected = events.SelectMany(new FactReader(days.DayOf, world.Clock.GetUtcNow()).Read)
            .Select(f => (f.EventId, f.Topic, f.Subject, f.Sequence, f.Counts, f.Units, f.Amount, f.Day, f.DueOn)).ToHashSet();
        var (facts, current) = await In("reporting", async (ReportingDb db, IServiceProvider _) => (await db.Facts.AsNoTracking().ToListAsync(),
            await db.Current.Where(f => f.Topic == Topics.ClaimLine && f.Counts).ToListAsync()));
        Hold(facts.Select(f => (f.EventId, f.Topic, f.Subject, f.Sequence, f.Counts, f.Units, f.Amount, f.Day, f.DueOn)).ToHashSet().SetEquals(expected)
            && facts.Count == expected.Count, $"Reporting has {facts.Count} facts; the events state {expected.Count}");
        var ready = await In("billing", (BillingDb db, IServiceProvider _) =>
            db.ClaimLines.AsNoTracking().Where(line => line.State == ClaimLineState.Ready).ToListAsync());
        Hold(ready.Sum(line => line.Charge) == current.Sum(f => f.Amount) && ready.Sum(line => line.Units) == current.Sum(f => f.Units),
            $"Billing has {ready.Sum(line => line.Charge)} dollars on ready lines, Reporting {current.Sum(f => f.Amount)}");
    }

    private async Task<List<DomainEvent>> Events()
    {
        List<DomainEvent> events = [];
        foreach (var service in World.Names)
        {
            var rows = await In(service, (EventDb db, IServiceProvider _) => db.Outbox.AsNoTracking().ToListAsync());
            events.AddRange(rows.Select(row => Delivery.Read(row.Type, row.Body)));
        }

        return events;
    }

    private static (PropertyInfo? Person, PropertyInfo? Provider) Of(object row) => Columns.GetOrAdd(row.GetType(), type =>
        (type.GetProperties().FirstOrDefault(p => p.PropertyType == typeof(IndividualId) || p.PropertyType == typeof(IndividualId?)),
        row is OutboxRow ? null : type.GetProperty("Provider")));

    private Task In<TDb>(string service, Func<TDb, IServiceProvider, Task> run) where TDb : notnull => In<TDb, bool>(service, async (db, scope) =>
    {
        await run(db, scope);
        return true;
    });

    private Task<T> In<TDb, T>(string service, Func<TDb, IServiceProvider, Task<T>> run) where TDb : notnull =>
        world.InScope(service, Caller.None, scope => run(scope.GetRequiredService<TDb>(), scope));

    private static void Hold(bool holds, string otherwise)
    {
        if (!holds)
            throw new BrokenInvariant(otherwise);
    }
}
