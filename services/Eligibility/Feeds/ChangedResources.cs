using Ips.Contracts;
using Ips.Eligibility.Appeals;
using Ips.Eligibility.Authorizations;
using Ips.Eligibility.Db;
using Ips.Eligibility.Deadlines;
using Ips.Eligibility.Determinations;
using Ips.Eligibility.Individuals;
using Ips.Eligibility.Referrals;
using Ips.Eligibility.ServiceOrders;
using Microsoft.EntityFrameworkCore;
using Proto = Ips.Contracts.Eligibility.V1;

namespace Ips.Eligibility.Feeds;

/// <summary>Which rows of a table an item is about. Every table of the feed has the columns <c>Id</c> and, but for people, <c>IndividualId</c>.</summary>
internal abstract record Rows
{
    /// <summary>These rows of a query.</summary>
    public abstract IQueryable<T> Of<T, TId>(IQueryable<T> query) where T : class where TId : struct, IResourceId<TId>;

    /// <summary>The first rows after an id, in the order of ids: a piece of the snapshot.</summary>
    internal sealed record After(Guid Last, int Count) : Rows
    {
        public override IQueryable<T> Of<T, TId>(IQueryable<T> query) => query.After(row => EF.Property<TId>(row, "Id"), Last, Count);
    }

    /// <summary>The rows with these ids.</summary>
    internal sealed record Named(IReadOnlyCollection<Guid> Ids) : Rows
    {
        public override IQueryable<T> Of<T, TId>(IQueryable<T> query)
        {
            List<TId> ids = [.. Ids.Select(TId.From)];
            return query.Where(row => ids.Contains(EF.Property<TId>(row, "Id")));
        }
    }

    /// <summary>Everything of a person.</summary>
    internal sealed record About(IndividualId Person) : Rows
    {
        public override IQueryable<T> Of<T, TId>(IQueryable<T> query)
        {
            var person = Person;
            return typeof(T) == typeof(Individual)
                ? query.Where(row => EF.Property<IndividualId>(row, "Id") == person)
                : query.Where(row => EF.Property<IndividualId>(row, "IndividualId") == person).OrderBy(row => EF.Property<TId>(row, "Id"));
        }
    }
}

/// <summary>The resources of one collection in the change feed.</summary>
/// <param name="Collection">The collection of their names, for example <c>authorizations</c>.</param>
/// <param name="Read">The resources with their names, those that the caller may see.</param>
/// <param name="Seen">Which of these ids the caller may see.</param>
internal sealed record FeedPart(
    string Collection, Func<Rows, CancellationToken, Task<List<(string Name, Proto.Change Item)>>> Read,
    Func<IReadOnlyCollection<Guid>, CancellationToken, Task<IEnumerable<Guid>>> Seen);

/// <summary>Reads the resources of the change feed as its caller may see them now, each with its deadlines that are not settled.</summary>
public sealed class ChangedResources
{
    private readonly EligibilityDb db;
    private readonly PolicyService policies;
    private readonly PersonalDataProtector protector;
    private readonly Caller caller;
    private readonly TimeProvider clock;

    /// <summary>Takes the readers of the resources.</summary>
    public ChangedResources(EligibilityDb db, PolicyService policies, PersonalDataProtector protector, Caller caller, TimeProvider clock,
        FindDeterminations determinations, FindServiceOrders orders, FindAuthorizations authorizations, FindReferrals referrals, FindAppeals appeals)
    {
        (this.db, this.policies, this.protector, this.caller, this.clock) = (db, policies, protector, caller, clock);
        Parts =
        [
            Part<Individual, IndividualId>(People),
            Part<Determination, DeterminationId>(async (rows, s) => Items(
                await determinations.Show(rows.Of<Determination, DeterminationId>, s), d => d.Name, d => new() { Determination = d })),
            Part<ServiceOrder, ServiceOrderId>(async (rows, s) => Items(
                await orders.Show(rows.Of<ServiceOrder, ServiceOrderId>, s), o => o.Name, o => new() { ServiceOrder = o })),
            Part<Authorization, AuthorizationId>(async (rows, s) => Items(
                await authorizations.Show(rows.Of<Authorization, AuthorizationId>, s), a => a.Name, a => new() { Authorization = a })),
            Part<Referral, ReferralId>(async (rows, s) => Items(
                await referrals.Show(rows.Of<Referral, ReferralId>, s), r => r.Name, r => new() { Referral = r })),
            Part<Deadline, DeadlineId>(Deadlines),
            Part<Appeal, AppealId>(async (rows, s) => Items(
                await appeals.Show(rows.Of<Appeal, AppealId>, s), a => a.Name, a => new() { Appeal = a })),
            Part<VrAuthorization, VrAuthorizationId>(async (rows, s) => Items(
                await referrals.Show(rows.Of<VrAuthorization, VrAuthorizationId>, s), a => a.Name, a => new() { VrAuthorization = a })),
        ];
    }

    /// <summary>What the feed shows, in the order of the snapshot. Append only: a cursor holds the number of a part.</summary>
    internal IReadOnlyList<FeedPart> Parts { get; }

    /// <summary>Everything of a person, the person first. Deadlines come with what they are about.</summary>
    internal async Task<List<Proto.Change>> Everything(IndividualId person, CancellationToken cancellationToken)
    {
        List<Proto.Change> all = [];
        foreach (var part in Parts.Where(part => part.Collection != Collection<DeadlineId>()))
            all.AddRange((await part.Read(new Rows.About(person), cancellationToken)).Select(found => found.Item));
        return all;
    }

    private static string Collection<TId>() where TId : struct, IResourceId<TId> => TId.Collection;

    private FeedPart Part<T, TId>(Func<Rows, CancellationToken, Task<List<(string Name, Proto.Change Item)>>> read)
        where T : class where TId : struct, IResourceId<TId> => new(
            TId.Collection,
            async (rows, s) => await WithDeadlines(await read(rows, s), s),
            async (ids, s) => (await new Rows.Named(ids).Of<T, TId>(db.Set<T>()).Select(row => EF.Property<TId>(row, "Id")).ToListAsync(s)).Select(id => id.Value));

    private async Task<List<(string Name, Proto.Change Item)>> Deadlines(Rows rows, CancellationToken cancellationToken) => Items(
        (await rows.Of<Deadline, DeadlineId>(rows is Rows.After ? db.Deadlines.Unsettled() : db.Deadlines).AsNoTracking().ToListAsync(cancellationToken))
            .Select(d => d.ToProto(policies)), d => d.Name, d => new() { Deadline = d });

    private static List<(string, Proto.Change)> Items<T>(IEnumerable<T> found, Func<T, string> name, Func<T, Proto.Change> item) =>
        [.. found.Select(resource => (name(resource), item(resource)))];

    // A merged record is shown as its survivor, under its own name. It has no place in the snapshot: the survivor names it.
    private async Task<List<(string Name, Proto.Change Item)>> People(Rows rows, CancellationToken cancellationToken)
    {
        var people = rows is Rows.After ? db.Individuals.Where(person => person.MergedInto == null) : db.Individuals;
        var named = await rows.Of<Individual, IndividualId>(people).AsNoTracking().AsSplitQuery().ToListAsync(cancellationToken);
        var into = named.Where(person => person.MergedInto is not null).Select(person => person.MergedInto!.Value.Value).Distinct().ToList();
        var survivors = into.Count == 0 ? [] : await new Rows.Named(into).Of<Individual, IndividualId>(db.Individuals)
            .AsNoTracking().AsSplitQuery().ToDictionaryAsync(person => person.Id, cancellationToken);
        var shown = named.Select(person => (person.Id, Shown: person.MergedInto is { } id ? survivors.GetValueOrDefault(id) : person)).ToList();
        var merged = await db.MergedInto([.. shown.Where(pair => pair.Shown is not null).Select(pair => pair.Shown!.Id).Distinct()], cancellationToken);
        var disclosure = Redisclosure.To(caller, clock);
        return [.. shown.Where(pair => pair.Shown is not null).Select(pair => (pair.Id.Name,
            new Proto.Change { Individual = pair.Shown!.ToProto(protector, pair.Shown!.Etag(), disclosure, merged[pair.Shown!.Id]) }))];
    }

    private async Task<List<(string Name, Proto.Change Item)>> WithDeadlines(
        List<(string Name, Proto.Change Item)> found, CancellationToken cancellationToken)
    {
        if (found.Count == 0 || found[0].Item.Deadline is not null)
            return found;
        List<string> subjects = [.. found.Where(item => item.Item.Individual is null).Select(item => item.Name)];
        List<IndividualId?> people = [.. found.Where(item => item.Item.Individual is not null)
            .Select(item => IndividualId.TryParse(item.Item.Individual.Name, out var id) ? id : (IndividualId?)null)];
        var open = await db.Deadlines.Unsettled().AsNoTracking().Where(d => subjects.Contains(d.Subject) || people.Contains(d.IndividualId))
            .OrderBy(d => d.DueOn).ThenBy(d => d.Id).ToListAsync(cancellationToken);
        var (about, ofPerson) = (open.ToLookup(d => d.Subject, StringComparer.Ordinal), open.ToLookup(d => d.IndividualId?.Name ?? "", StringComparer.Ordinal));
        foreach (var (name, item) in found)
            item.Deadlines.AddRange((item.Individual is { } person ? ofPerson[person.Name] : about[name]).Select(d => d.ToProto(policies)));
        return found;
    }
}
