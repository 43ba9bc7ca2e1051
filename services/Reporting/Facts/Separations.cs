namespace Ips.Reporting.Facts;

/// <summary>
/// SQL that gives facts back to their own people after a merge was undone. A resource is of the person whom its first event named: while two records were one,
/// its events named the survivor. It changes only rows of people with an undone merge and may run at any time, so the order of arrival does not matter.
/// </summary>
internal static class Separations
{
    /// <summary>The rows of the subjects of a group of events, whose ids are in the parameter <c>messages</c>.</summary>
    public const string OfGroup = "subject in (select subject from shared_events where id = any(@messages))";

    /// <summary>For a table of facts, for the rows that fulfil a condition.</summary>
    public static string OfFacts(string table, string rows = "true") =>
        $"""
        {People(table)}
        update {table} fact set individual_id = place.at,
          thread = case when topic in ('{Topics.Merged}', '{Topics.Separated}') then thread else replace(thread, individual_id::text, place.at::text) end,
          about = replace(about, individual_id::text, place.at::text)
        from place where {rows} and exists (select from member) and individual_id in (select id from member) and place.id = {Owner("fact")} and individual_id <> place.at
        """;

    /// <summary>For the log of events, with the merges of a table of facts.</summary>
    public static string OfEvents(string table, string rows = "true") =>
        $"""
        {People(table)}
        update shared_events event set individual_id = place.at
        from place where {rows} and exists (select from member) and individual_id in (select id from member) and place.id = {Owner("event")} and individual_id <> place.at
        """;

    // The last event about two records says whether they are one.
    private static string People(string table) =>
        $"""
        with recursive pair as materialized (
          select distinct on (subject, thread) split_part(subject, '/', 2)::uuid as survivor, thread::uuid as other, topic = '{Topics.Merged}' as standing
          from {table} where topic in ('{Topics.Merged}', '{Topics.Separated}') order by subject, thread, sequence desc),
        member (id) as (
          select unnest(array[survivor, other]) from pair where not standing
          union select case when pair.survivor = member.id then other else survivor end from member join pair on member.id in (survivor, other)),
        step (id, at) as (
          select id, id from member
          union select step.id, survivor from step join pair on standing and other = step.at),
        place as materialized (select id, at from step where not exists (select from pair where standing and other = step.at))
        """;

    private static string Owner(string row) =>
        $"""
        case when {row}.subject like 'individuals/%' then split_part({row}.subject, '/', 2)::uuid
          else coalesce((select (first.body->>'individualId')::uuid from shared_events first
            where first.subject = {row}.subject and first.body->>'individualId' is not null order by first.sequence limit 1), {row}.individual_id) end
        """;
}
