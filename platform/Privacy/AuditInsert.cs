using Npgsql;

namespace Ips.Platform.Privacy;

/// <summary>The statement that stores entries, for every way in which they are stored: with a group's changes, with a save, and by themselves.</summary>
internal static class AuditInsert
{
    private const string Sql =
        """
        with c as materialized (
          select place, ips_audit_context(action, role, organization, caller, rpc) as code
          from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[]) with ordinality as c(action, role, organization, caller, rpc, place))
        insert into audit_log (at, context, trace, disclosure, person, people)
        select at, code, trace, disclosure, case when one = last then ($12::uuid[])[one] end, case when one < last then ($12::uuid[])[one:last] end
        from unnest($6::timestamptz[], $7::int[], $8::uuid[], $9::uuid[], $10::int[], $11::int[]) as e(at, place, trace, disclosure, one, last)
        join c using (place)
        """;

    /// <summary>Stores the entries; there is at least one.</summary>
    public static NpgsqlBatchCommand Of(IReadOnlyList<AuditEntry> entries)
    {
        // In one order: two transactions that store the same new contexts never deadlock.
        AuditContext[] contexts = [.. entries.Select(entry => entry.Context).Distinct().OrderBy(context => context.ToString(), StringComparer.Ordinal)];
        NpgsqlBatchCommand command = new(Sql);
        Add(contexts, context => context.Action);
        Add(contexts, context => context.Role);
        Add(contexts, context => context.Organization);
        Add(contexts, context => context.Caller);
        Add(contexts, context => context.Rpc);
        Add(entries, entry => entry.At.ToUniversalTime());
        Add(entries, entry => Array.IndexOf(contexts, entry.Context) + 1);
        Add(entries, entry => entry.Trace);
        Add(entries, entry => entry.Disclosure);
        // All people in one array, with the places of the first and the last of each entry.
        var last = 0;
        int[] ends = [.. entries.Select(entry => last += entry.People.Count)];
        Add(entries.Zip(ends).ToList(), of => of.Second - of.First.People.Count + 1);
        Add(ends, end => end);
        Add(entries.SelectMany(entry => entry.People).ToList(), person => person);
        return command;

        void Add<TItem, T>(IReadOnlyList<TItem> items, Func<TItem, T> of) =>
            command.Parameters.Add(new NpgsqlParameter<T[]> { TypedValue = [.. items.Select(of)] });
    }
}
