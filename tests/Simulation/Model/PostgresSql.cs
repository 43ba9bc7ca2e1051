using System.Data.Common;
using Microsoft.EntityFrameworkCore.Diagnostics;

namespace Ips.Simulation.Model;

/// <summary>The few functions of PostgreSQL that use cases read through, in SQLite's words.</summary>
internal sealed class PostgresSql : DbCommandInterceptor
{
    /// <summary>The table of days that no two authorizations may share, which PostgreSQL fills by triggers.</summary>
    public const string ExclusiveSpans =
        """
        create view spans_of as
        select individual_id, id as source_id, 'ips' as service, provider, approved_from as from_day, coalesce(ended_through, approved_through) as through_day
        from authorizations where exclusive and approved_from <= coalesce(ended_through, approved_through)
        union all
        select individual_id, id, 'act', '', started_on, ended_through from act_spans where started_on <= coalesce(ended_through, started_on);
        """;

    private static readonly (string Postgres, string Sqlite)[] Forms =
    [
        ("select ips_records_of(@p0) as \"Value\"",
            """
            select other.individual_id as "Value" from individual_identifiers mine
            join individual_identifiers other on other.system = mine.system and other.hash = mine.hash where mine.individual_id = @p0
            union select @p0
            """),
        ("select ips_provider_of(@p0) as \"Value\"", "select (select provider from individuals where id = @p0) as \"Value\""),
        ("select ips_is_on_file(@p0, @p1, @p2) as \"Value\"",
            """
            select exists (select 1 from individual_identifiers where provider = @p0 and system = @p1
              and hash in (select unhex(value) from json_each(@p2))) as "Value"
            """),
        ("@p0::uuid", "@p0"),
        ("exists (select from", "exists (select 1 from"),
        ("left join lateral exclusive_days(p.id) d on true",
            """
            left join (select distinct mine.individual_id, s.service, s.provider, s.from_day, s.through_day from p
              join individual_identifiers mine on mine.individual_id = p.id
              join individual_identifiers other on other.system = mine.system and other.hash = mine.hash
              join spans_of s on s.individual_id = other.individual_id) d on d.individual_id = p.id
            """),
    ];

    public override InterceptionResult<DbDataReader> ReaderExecuting(
        DbCommand command, CommandEventData eventData, InterceptionResult<DbDataReader> result)
    {
        Translate(command);
        return result;
    }

    public override ValueTask<InterceptionResult<DbDataReader>> ReaderExecutingAsync(
        DbCommand command, CommandEventData eventData, InterceptionResult<DbDataReader> result, CancellationToken cancellationToken = default)
    {
        Translate(command);
        return ValueTask.FromResult(result);
    }

    private static void Translate(DbCommand command)
    {
        if (command.CommandText.Contains("ips_", StringComparison.Ordinal) || command.CommandText.Contains("exclusive_days", StringComparison.Ordinal))
            command.CommandText = Forms.Aggregate(command.CommandText, (sql, form) => sql.Replace(form.Postgres, form.Sqlite, StringComparison.Ordinal));
    }
}
