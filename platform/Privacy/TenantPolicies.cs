using System.Text;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata;

namespace Ips.Platform.Privacy;

/// <summary>
/// Who may see and write which rows, as PostgreSQL enforces it. A table without a rule follows its columns: one with <c>individual_id</c>
/// is visible to those who see the person, one with <c>provider</c> by the provider and by payers of the person. A table with neither, and no rule here,
/// is closed to requests: a call that touches it fails until a line is added.
/// A member with a caseload sees of these rows those about people on it: a second, restrictive policy of every table takes the others away.
/// A table without a person is closed to such a member, unless it follows another table or <see cref="Opens"/> names it.
/// </summary>
/// <param name="people">The table of people, with columns id and provider; null when the service keeps none.</param>
public sealed class TenantPolicies(string? people = null)
{
    /// <summary>The PostgreSQL role that requests run as: no owner, no superuser, so that row-level security holds.</summary>
    public const string RequestRole = "ips_request";

    /// <summary>Whether the caller sees the row's agency: its own, one of the payer's network, or any for operations.</summary>
    public const string Network =
        "provider = ips_provider() or ips_everybody() or (ips_payer() is not null and provider = any((select ips_network())::text[]))";

    /// <summary>Whether the caller sees the row's agency or, as a state, its program.</summary>
    public const string NetworkOrState = Network + " or program = any(ips_programs())";

    /// <summary>Whether the contract is the caller's, as payer or as provider.</summary>
    public const string OwnContracts = "payer = ips_payer() or provider = ips_provider() or ips_everybody()";

    private string _functions = "";

    // What every service has: events are added and read by the relay alone, dictionaries are read by the service itself, a first answer is the caller's organization's.
    private readonly Dictionary<string, Rule> _named = new(StringComparer.Ordinal)
    {
        ["outbox_rows"] = new("false", "true", "insert"),
        ["outbox_subjects"] = new("true", "true", "select, insert, update"),
        ["inbox_rows"] = new("false", "false", ""),
        ["event_epochs"] = new("true", "false", "select"),
        ["last_sweep"] = new("false", "false", ""),
        ["swept_rows"] = new("false", "false", ""),
        ["receipt_dictionaries"] = new("false", "false", ""),
        ["installed_policies"] = new("false", "false", ""),
        ["shadow_answers"] = new("false", "false", ""),
        ["kept_packs"] = new("false", "false", ""),
        ["policy_activations"] = new("false", "false", ""),
        ["contracts"] = new(OwnContracts + " or program = any(ips_programs())", "false", "select"),
        ["coverage"] = new("payer = ips_payer() or ips_everybody()", "false", "select"),
        // The door reads them for the service; what they hold of an account is not for requests.
        ["members"] = new("false", "false", ""),
        ["delegations"] = new("false", "false", ""),
        ["caseloads"] = new("staff_member_id = any(ips_caseloads())", "false", "select"),
        ["answered_requests"] = new(
            "split_part(caller, '/', 1) = ips_organization()", "split_part(caller, '/', 1) = ips_organization()", "select, insert, update"),
    };

    // What a member with a caseload sees and writes of a table; tables with a person and those that follow another need no line.
    private readonly Dictionary<string, (string Sees, string Writes)> _limits = new(StringComparer.Ordinal)
    {
        ["outbox_rows"] = ("false", "true"),
        ["outbox_subjects"] = ("true", "true"),
        ["event_epochs"] = ("true", "true"),
        ["contracts"] = ("true", "true"),
        ["coverage"] = ("true", "true"),
        ["caseloads"] = ("true", "true"),
        ["answered_requests"] = ("true", "true"),
    };

    private readonly HashSet<string> _followers = new(StringComparer.Ordinal);

    /// <summary>
    /// Names a table. <paramref name="sees"/> is an SQL condition on its row, in the words <c>ips_provider()</c>, <c>ips_payer()</c>,
    /// <c>ips_organization()</c>, <c>ips_vr_agency()</c>, <c>ips_programs()</c>, <c>ips_everybody()</c>; <paramref name="writes"/> is what a written row must
    /// fulfil, unless the same.
    /// </summary>
    public TenantPolicies Table(string table, string sees, string? writes = null, string grants = "select, insert, update, delete")
    {
        _named[table] = new(sees, writes ?? sees, grants);
        return this;
    }

    /// <summary>A table whose rows are visible to those who see the row that <paramref name="column"/> points at.</summary>
    public TenantPolicies Follows(string table, string column, string parent, string? writes = null)
    {
        _followers.Add(table);
        return Table(table, $"exists (select from {parent} p where p.id = {table}.{column})", writes);
    }

    /// <summary>
    /// What a member with a caseload sees of a table's rows, and what a row must be like that it writes, unless the same; in the words of <see cref="Table"/>,
    /// <c>ips_caseloads()</c> and <c>ips_on_caseload(individual)</c>.
    /// </summary>
    public TenantPolicies Limits(string table, string sees, string? writes = null)
    {
        _limits[table] = (sees, writes ?? sees);
        return this;
    }

    /// <summary>Tables without a person that a member with a caseload sees as its organization does.</summary>
    public TenantPolicies Opens(params ReadOnlySpan<string> tables)
    {
        foreach (var table in tables)
            Limits(table, "true");
        return this;
    }

    /// <summary>Adds functions of the owner through which requests learn the little that they must know across tenants.</summary>
    public TenantPolicies With(string functions)
    {
        _functions += functions;
        return this;
    }

    /// <summary>The rule of every table of the model; null when a table has none, so that a test can report it.</summary>
    public IReadOnlyDictionary<string, Rule?> Of(IModel model) => model.GetEntityTypes()
        .Where(e => e.GetTableName() is not null)
        .GroupBy(e => e.GetTableName()!)
        .ToDictionary(g => g.Key, g => RuleOf(g.Key, [.. g.SelectMany(e => e.GetProperties())]), StringComparer.Ordinal);

    /// <summary>The statements that create the policies; running them again changes nothing.</summary>
    internal string Script(IModel model)
    {
        StringBuilder sql = new(Preamble);
        if (model.FindEntityType(typeof(Contract)) is not null)
            sql.AppendLine(NetworkFunction);
        if (model.FindEntityType(typeof(CoverageSpan)) is not null)
            sql.AppendLine(CoverageFunction);
        if (model.FindEntityType(typeof(CaseloadSpan)) is not null)
            sql.AppendLine(CaseloadFunction);
        // Before the policies, which may use them.
        sql.AppendLine(_functions);
        foreach (var (table, rule) in Of(model).OrderBy(r => r.Key, StringComparer.Ordinal))
        {
            sql.AppendLine($"alter table {table} enable row level security; alter table {table} force row level security;");
            sql.AppendLine($"drop policy if exists owner on {table}; create policy owner on {table} to current_user using (true) with check (true);");
            sql.AppendLine($"drop policy if exists tenant on {table}; drop policy if exists caseload on {table};");
            if (rule is null || rule.Grants.Length == 0)
                continue;
            sql.AppendLine($"create policy tenant on {table} to {RequestRole} using ({rule.Sees}) with check ({rule.Writes});");
            sql.AppendLine($"grant {rule.Grants} on {table} to {RequestRole};");
            if (rule.Limited != "true" || rule.LimitedWrites != "true")
                sql.AppendLine($"create policy caseload on {table} as restrictive to {RequestRole} using ({Limit(rule.Limited)}) "
                    + $"with check ({Limit(rule.LimitedWrites)});");
        }

        return sql.ToString();
    }

    /// <summary>Everything that <see cref="ServiceDb.AfterMigrations"/> runs: roles, policies and the audit log.</summary>
    public string AfterMigrations(IModel model) => AuditSchema.Script + Script(model) + AuditSchema.Grants;

    // Whether the caller is limited is asked once for a query, not for each row.
    private static string Limit(string limited) => limited == "true" ? limited : $"(select ips_caseloads()) is null or {limited}";

    private Rule? RuleOf(string table, IReadOnlyList<IProperty> columns)
    {
        var rule = _named.GetValueOrDefault(table) ?? ByColumns(table, [.. columns.Select(column => column.GetColumnName())]);
        if (rule is null)
            return null;
        var (sees, writes) = LimitOf(table, columns.FirstOrDefault(column => column.GetColumnName() == "individual_id")?.IsNullable);
        return rule with { Limited = sees, LimitedWrites = writes };
    }

    internal const string OnCaseload = "ips_on_caseload(individual_id)";

    internal const string OnCaseloadOrNone = $"(individual_id is null or {OnCaseload})";

    /// <param name="nullable">Whether the table's person may be absent; null when the table has none.</param>
    internal (string Sees, string Writes) LimitOf(string table, bool? nullable) => _limits.TryGetValue(table, out var limits) ? limits
        : nullable switch
        {
            false => (OnCaseload, OnCaseload),
            true => (OnCaseloadOrNone, OnCaseloadOrNone),
            null when _followers.Contains(table) => ("true", "true"),
            null => ("false", "false"),
        };

    private Rule? ByColumns(string table, IReadOnlyCollection<string> columns)
    {
        var person = people is not null && columns.Contains("individual_id")
            ? $"exists (select from {people} p where p.id = {table}.individual_id)"
            : null;
        var rule = (person, columns.Contains("provider")) switch
        {
            // The cheap condition first: a provider's row needs no lookup of the person.
            ({ } seen, true) => $"provider = ips_provider() or ips_everybody() or (ips_payer() is not null and {seen})",
            ({ } seen, false) => $"ips_vr_agency() is null and {seen}",
            (null, true) => "provider = ips_provider() or ips_everybody()",
            _ => null,
        };
        return rule is null ? null : new(rule, rule, "select, insert, update, delete");
    }

    /// <summary>Conditions and privileges of a table.</summary>
    /// <param name="Sees">Rows that a request sees.</param>
    /// <param name="Writes">What a row must be like that a request writes.</param>
    /// <param name="Grants">What it may do at all.</param>
    public sealed record Rule(string Sees, string Writes, string Grants)
    {
        /// <summary>Which of these rows a member with a caseload sees.</summary>
        public string Limited { get; init; } = "false";

        /// <summary>What a row must be like that such a member writes.</summary>
        public string LimitedWrites { get; init; } = "false";
    }

    // They run as the caller: of contracts and coverage each sees its own.
    private const string NetworkFunction =
        """
        create or replace function ips_network() returns text[] language sql stable parallel safe as $$
          select coalesce(array_agg(distinct provider), '{}') from contracts
          where payer = ips_payer() and accepted and from_day <= ips_today() and coalesce(through_day, 'infinity') >= ips_today() $$;
        """;

    private const string CoverageFunction =
        """
        create or replace function ips_covers(person uuid, first date, last date) returns boolean language sql stable parallel safe as $$
          select exists (select from coverage where individual_id = person and payer = ips_payer() and not retracted
            and from_day <= coalesce(last, 'infinity') and coalesce(through_day, 'infinity') >= first) $$;
        """;

    private const string CaseloadFunction =
        """
        create or replace function ips_on_caseload(person uuid) returns boolean language sql stable parallel safe as $$
          select exists (select from caseloads where individual_id = person and staff_member_id = any(ips_caseloads())
            and from_day <= ips_today() and coalesce(through_day, 'infinity') >= ips_today()) $$;
        """;

    // The role may be there from another database of the server, or made by an administrator because the owner may not make roles.
    private const string Preamble =
        """
        do $$ begin
          if not exists (select from pg_roles where rolname = 'ips_request') then create role ips_request nologin; end if;
        exception when duplicate_object or unique_violation then null;
        end $$;
        do $$ begin
          if not pg_has_role(current_user, 'ips_request', 'member') then execute format('grant ips_request to %I', current_user); end if;
        end $$;
        grant usage on schema public to ips_request;
        revoke all on all tables in schema public from ips_request;
        grant usage on all sequences in schema public to ips_request;
        create or replace function ips_provider() returns text language sql stable parallel safe as
          $$ select nullif(current_setting('ips.provider', true), '') $$;
        create or replace function ips_payer() returns text language sql stable parallel safe as $$ select nullif(current_setting('ips.payer', true), '') $$;
        create or replace function ips_organization() returns text language sql stable parallel safe as
          $$ select nullif(current_setting('ips.organization', true), '') $$;
        create or replace function ips_vr_agency() returns text language sql stable parallel safe as
          $$ select nullif(current_setting('ips.vr_agency', true), '') $$;
        create or replace function ips_programs() returns text[] language sql stable parallel safe as
          $$ select string_to_array(coalesce(current_setting('ips.programs', true), ''), ' ') $$;
        create or replace function ips_today() returns date language sql stable parallel safe as
          $$ select nullif(current_setting('ips.today', true), '')::date $$;
        create or replace function ips_caseloads() returns uuid[] language sql stable parallel safe as
          $$ select nullif(current_setting('ips.caseloads', true), '')::uuid[] $$;
        create or replace function ips_everybody() returns boolean language sql stable parallel safe as
          $$ select coalesce(current_setting('ips.role', true) = 'ops', false) $$;

        """;
}
