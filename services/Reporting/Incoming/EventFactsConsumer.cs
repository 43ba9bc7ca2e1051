using Ips.Contracts.Events;
using Ips.Reporting.Facts;
using Ips.Reporting.Feeds;
using Npgsql;

namespace Ips.Reporting.Incoming;

/// <summary>
/// Everything Reporting listens to, in one queue. It stores the facts of events, in groups, and decides nothing. After a merge every fact of the merged record,
/// early or late, is one of the survivor, so that a person counts once. It also places the event in the log of the feed.
/// </summary>
public sealed class EventFactsConsumer(NpgsqlDataSource database, ProgramDays days, TimeProvider clock, OutboxNotifier? feed = null)
    : GroupConsumer(database, clock),
    IGroupConsumer<IndividualRegisteredV1>, IGroupConsumer<IndividualsMergedV1>, IGroupConsumer<ServiceOrderSignedV1>, IGroupConsumer<DeterminationMadeV1>,
    IGroupConsumer<DeterminationMovedV1>, IGroupConsumer<IndividualDischargedV1>, IGroupConsumer<IndividualDiedV1>, IGroupConsumer<ReferralMovedV1>,
    IGroupConsumer<DeadlineReachedV1>, IGroupConsumer<DeadlineMovedV1>,
    IGroupConsumer<StaffDeadlineReachedV1>, IGroupConsumer<StaffDeadlineMovedV1>,
    IGroupConsumer<AuthorizationRequestedV1>, IGroupConsumer<AuthorizationDecidedV1>, IGroupConsumer<AuthorizationMovedV1>,
    IGroupConsumer<AuthorizationUnitsMovedV1>,
    IGroupConsumer<MilestoneDecidedV1>, IGroupConsumer<ClaimLineDecidedV1>, IGroupConsumer<ClaimLineVoidedV1>, IGroupConsumer<ClaimMovedV1>, IGroupConsumer<ReviewRecordedV1>,
    IGroupConsumer<ReviewMovedV1>, IGroupConsumer<JobStartedV1>, IGroupConsumer<JobChangedV1>, IGroupConsumer<JobEndedV1>,
    IGroupConsumer<EducationCompletedV1>, IGroupConsumer<BillingDeadlineMovedV1>, IGroupConsumer<BillingDeadlineReachedV1>
{
    // The thread of a fact contains the person, that of a merge the merged record.
    private const string SurvivorsThread =
        $"case when individual_id is null or topic = '{Topics.Merged}' then thread else replace(thread, individual_id::text, survivor::text) end";

    // So does what a deadline is about.
    private const string SurvivorsDeadline = "case when individual_id is null then about else replace(about, individual_id::text, survivor::text) end";

    private static readonly string Columns = string.Join(", ", EventFactColumns.All.Select(column => column.Name));

    private static readonly string SharedColumns = string.Join(", ", SharedEventColumns.All.Select(column => column.Name));

    // The keys of facts refuse an event that is delivered again after its inbox row was deleted. A merge of this group is in no row yet that the statement
    // could read, so the merges of the group and those on record are looked up together.
    private static readonly string Sql =
        $"""
        sent as materialized (
          select sent.* from unnest({string.Join(", ", EventFactColumns.All.Select(column => "@" + column.Name))}) as sent ({Columns})
          join fresh using (event_id)),
        incoming as materialized (
          select incoming.* from unnest({string.Join(", ", SharedEventColumns.All.Select(column => "@shared_" + column.Name))}) as incoming ({SharedColumns})
          join fresh on fresh.event_id = incoming.id),
        merges as materialized (
          select thread::uuid as merged, individual_id as survivor from sent where topic = '{Topics.Merged}'
          union all
          select thread::uuid, individual_id from event_facts
          where topic = '{Topics.Merged}' and thread in (select individual_id::text from incoming where individual_id is not null)),
        survivors as materialized (
          with recursive step as (
            select merged, survivor from merges
            union select step.merged, merges.survivor from step join merges on merges.merged = step.survivor)
          select merged, survivor from step where survivor not in (select merged from merges)),
        fact as materialized (
          select sent.*, coalesce(survivors.survivor, individual_id) as survivor from sent left join survivors on merged = individual_id),
        facts as (
          insert into event_facts ({Columns})
          select {string.Join(", ", EventFactColumns.All.Select(column => Stored(column.Name)))} from fact order by event_id, topic
          on conflict do nothing),
        merged_now as materialized (
          select thread::uuid as merged, survivor from fact where topic = '{Topics.Merged}'),
        moved as (
          update event_facts set individual_id = merge.survivor, thread = {SurvivorsThread}, about = {SurvivorsDeadline}
          from merged_now as merge where individual_id = merge.merged),
        placed as materialized (
          select id, nextval('shared_event_positions') as position from (
            select id, subject, sequence from incoming
            union
            select later.id, later.subject, later.sequence from shared_events later
            join incoming on incoming.subject = later.subject and incoming.sequence < later.sequence
            order by subject, sequence, id) as waiting),
        shared as (
          insert into shared_events ({SharedColumns}, position)
          select {string.Join(", ", SharedEventColumns.All.Select(column => Shared(column.Name)))}, position
          from incoming join placed using (id) left join survivors on merged = individual_id order by id
          on conflict do nothing),
        changes as materialized (
          select id, max(position) as position, max(survivor::text)::uuid as survivor from (
            select id, position, null::uuid as survivor from placed where id not in (select id from incoming)
            union all
            select earlier.id, null, survivor from shared_events earlier join merged_now on merged = earlier.individual_id) as change group by id),
        changed as (
          update shared_events set position = coalesce(changes.position, shared_events.position),
            individual_id = coalesce(changes.survivor, shared_events.individual_id)
          from changes where changes.id = shared_events.id)
        """;

    /// <inheritdoc/>
    protected override string Effects(IReadOnlyList<DomainEvent> events, NpgsqlParameterCollection parameters)
    {
        var now = Clock.GetUtcNow();
        FactReader reader = new(days.DayOf, now);
        var read = events.Select(happened => (Event: (ProviderEvent)happened, Facts: reader.Read(happened))).ToList();
        EventFact[] facts = [.. read.SelectMany(one => one.Facts)];
        SharedEvent[] shared = [.. read.Select(one => SharedEvent.Of(one.Event, one.Facts, now))];
        foreach (var (name, values) in EventFactColumns.All)
            parameters.AddWithValue(name, values(facts));
        foreach (var (name, values) in SharedEventColumns.All)
            parameters.AddWithValue("shared_" + name, values(shared));
        return Sql;
    }

    /// <inheritdoc/>
    protected override string Before => SharedEventLog.Lock;

    /// <inheritdoc/>
    protected override void Committed() => feed?.RingPlaced();

    private static string Shared(string column) => column switch
    {
        "individual_id" => "coalesce(survivors.survivor, individual_id)",
        "body" => "body::json",
        _ => column,
    };

    private static string Stored(string column) => column switch
    {
        "individual_id" => "survivor",
        "thread" => SurvivorsThread,
        "about" => SurvivorsDeadline,
        _ => column,
    };
}
