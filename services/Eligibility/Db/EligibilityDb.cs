using Ips.Contracts;
using Ips.Eligibility.Appeals;
using Ips.Eligibility.Authorizations;
using Ips.Eligibility.CareerProfiles;
using Ips.Eligibility.Determinations;
using Ips.Eligibility.Disclosures;
using Ips.Eligibility.Fhir;
using Ips.Eligibility.Fhir.Subscriptions;
using Ips.Eligibility.Individuals;
using Ips.Eligibility.IntakeReferrals;
using Ips.Eligibility.LegalHolds;
using Ips.Eligibility.Referrals;
using Ips.Eligibility.Roster;
using Ips.Eligibility.ServiceOrders;
using Microsoft.EntityFrameworkCore;

namespace Ips.Eligibility.Db;

/// <summary>The database of Eligibility. Only this class limits every query of a person's data to what the caller may see.</summary>
public sealed class EligibilityDb(DbContextOptions<EligibilityDb> options, Caller caller) : TenantDb(options, caller)
{
    /// <summary>People.</summary>
    public DbSet<Individual> Individuals => Set<Individual>();

    /// <summary>Merges of records, with those that were undone.</summary>
    public DbSet<Merge> Merges => Set<Merge>();

    /// <summary>Decisions on admission.</summary>
    public DbSet<Determination> Determinations => Set<Determination>();

    /// <summary>Monthly re-verifications of programs.</summary>
    public DbSet<Reverification> Reverifications => Set<Reverification>();

    /// <summary>What changed by them.</summary>
    public DbSet<ReverificationChange> ReverificationChanges => Set<ReverificationChange>();

    /// <summary>Orders for the service.</summary>
    public DbSet<ServiceOrder> ServiceOrders => Set<ServiceOrder>();

    /// <summary>Requests to the payer and their results.</summary>
    public DbSet<Authorization> Authorizations => Set<Authorization>();

    /// <summary>Kinds of requests that payers have approved automatically.</summary>
    public DbSet<AutoApproval> AutoApprovals => Set<AutoApproval>();

    /// <summary>Items of Claims that came by FHIR.</summary>
    public DbSet<FhirRequest> FhirRequests => Set<FhirRequest>();

    /// <summary>Subscriptions of agencies to answers by FHIR.</summary>
    public DbSet<FhirSubscription> FhirSubscriptions => Set<FhirSubscription>();

    /// <summary>National provider identifiers of organizations.</summary>
    public DbSet<OrganizationNumber> OrganizationNumbers => Set<OrganizationNumber>();

    /// <summary>What events say of teams and whom they take.</summary>
    public DbSet<TeamIntake> TeamIntakes => Set<TeamIntake>();

    /// <summary>Reconsiderations and appeals.</summary>
    public DbSet<Appeal> Appeals => Set<Appeal>();

    /// <summary>Days of ACT, stored separately from those of IPS.</summary>
    public DbSet<ActSpan> ActSpans => Set<ActSpan>();

    /// <summary>Referrals to DVRS.</summary>
    public DbSet<Referral> Referrals => Set<Referral>();

    /// <summary>Authorizations of DVRS for milestones.</summary>
    public DbSet<VrAuthorization> VrAuthorizations => Set<VrAuthorization>();

    /// <summary>Career Profiles.</summary>
    public DbSet<CareerProfile> CareerProfiles => Set<CareerProfile>();

    /// <summary>Records opened by break-glass access.</summary>
    public DbSet<Disclosure> Disclosures => Set<Disclosure>();

    /// <summary>Records that retention does not change.</summary>
    public DbSet<LegalHold> LegalHolds => Set<LegalHold>();

    /// <summary>People whom payers ask agencies to serve.</summary>
    public DbSet<RosterEntry> RosterEntries => Set<RosterEntry>();

    /// <summary>How people are reached.</summary>
    public DbSet<Contact> Contacts => Set<Contact>();

    /// <summary>Keyed hashes of names and birth dates, by which people are found.</summary>
    public DbSet<PersonKey> PersonKeys => Set<PersonKey>();

    /// <summary>Referrals of people to agencies.</summary>
    public DbSet<IntakeReferral> IntakeReferrals => Set<IntakeReferral>();

    /// <summary>Who may see which rows.</summary>
    public static TenantPolicies Rows => EligibilityTenantPolicies.Rules;

    /// <inheritdoc/>
    public override string AfterMigrations => Rows.AfterMigrations(Model) + MergedRecordTriggers.Script;

    /// <summary>Days by which an act is due.</summary>
    public DbSet<Deadline> Deadlines => Set<Deadline>();

    /// <summary>Releases of policies that are put in force.</summary>
    public DbSet<PolicyActivation> PolicyActivations => Set<PolicyActivation>();

    /// <summary>Stored decisions: facts and receipts.</summary>
    public DbSet<StoredDecision> Decisions => Set<StoredDecision>();

    /// <summary>
    /// A person with all recorded facts, if the caller may see the person. For a merged record it returns the survivor, so use the id of the returned person.
    /// One query: all facts are in one table, and a round trip costs more than the repeated columns.
    /// </summary>
    public async Task<Individual?> Load(IndividualId id, CancellationToken cancellationToken)
    {
        var found = await Individuals.AsSingleQuery().SingleOrDefaultAsync(i => i.Id == id, cancellationToken);
        return found?.MergedInto is { } survivor ? await Load(survivor, cancellationToken) : found;
    }

    /// <summary>The record that a name refers to: the survivor of a merged record, otherwise the record itself. For filters of lists.</summary>
    public async Task<IndividualId> Survivor(IndividualId id, CancellationToken cancellationToken) =>
        await Individuals.Where(i => i.Id == id).Select(i => i.MergedInto).FirstOrDefaultAsync(cancellationToken) ?? id;

    /// <summary>The record that the filter of a list names, as <see cref="Survivor(IndividualId, CancellationToken)"/>; empty when the list has none.</summary>
    public async Task<IndividualId> Survivor(IndividualId? id, CancellationToken cancellationToken) =>
        id is { } named ? await Survivor(named, cancellationToken) : default;

    /// <summary>The records that were merged into this record.</summary>
    public async Task<IEnumerable<IndividualId>> MergedInto(IndividualId id, CancellationToken cancellationToken) =>
        (await MergedInto([id], cancellationToken))[id];

    /// <summary>The records that were merged into these records, by survivor.</summary>
    public async Task<ILookup<IndividualId, IndividualId>> MergedInto(IReadOnlyCollection<IndividualId> ids, CancellationToken cancellationToken)
    {
        var survivors = ids.Select(i => (IndividualId?)i).ToList();
        return (await Individuals.Where(i => survivors.Contains(i.MergedInto)).Select(i => new { i.Id, i.MergedInto }).ToListAsync(cancellationToken))
            .ToLookup(i => i.MergedInto!.Value, i => i.Id);
    }

    /// <summary>The code under which a fact is stored, such as <c>enrollment</c>.</summary>
    public string KindOf(Fact fact) => (string)Entry(fact).Metadata.GetDiscriminatorValue()!;

    /// <summary>
    /// Waits for every transaction that wrote a row about the record, and makes later ones wait for this one. The rows already written are moved; trigger
    /// <c>refuse_merged</c> (<see cref="MergedRecordTriggers"/>) refuses the later ones.
    /// </summary>
    public Task HoldReferences(IndividualId id, CancellationToken cancellationToken) =>
        Database.ExecuteSqlAsync($"select 1 from individuals where id = {id.Value} for update", cancellationToken);

    /// <summary>
    /// Moves everything that refers to one record to another, in each table with a column of people's ids, and remembers for whom each row was recorded. A legal
    /// hold stays on the record on which it was placed and applies to the survivor. Caseloads follow when Staffing has moved its assignments.
    /// </summary>
    public async Task MoveReferences(Individual from, IndividualId to, DateTimeOffset at, CancellationToken cancellationToken)
    {
        await Database.ExecuteSqlAsync(
            $"""
            insert into moved_rows (table_name, row_key, recorded_for, provider) select 'individuals', id::text, {from.Id.Value}, provider
            from individuals where merged_into = {from.Id.Value} on conflict do nothing
            """, cancellationToken);
        await Database.ExecuteSqlAsync(
            $"update individuals set merged_into = {to.Value}, version = version + 1, updated_at = {at} where merged_into = {from.Id.Value}", cancellationToken);
        await Database.ExecuteSqlAsync($"update facts set joined_at = {at} where individual_id = {from.Id.Value}", cancellationToken);
        foreach (var table in PersonTables)
        {
            var remember = $"insert into moved_rows (table_name, row_key, recorded_for, provider) select distinct '{table.Name}', {table.Key}, {table.Column}, {{1}} "
                + $"from {table.Name} where {table.Column} = {{0}} on conflict do nothing";
            await Database.ExecuteSqlRawAsync(remember, [from.Id.Value, from.Provider], cancellationToken);
            var move = $"update {table.Name} set {table.Column} = {{0}}{table.Changed("{2}")} where {table.Column} = {{1}}";
            await Database.ExecuteSqlRawAsync(move, [to.Value, from.Id.Value, at], cancellationToken);
        }

        await Database.ExecuteSqlAsync(
            $"update deadlines set subject = {to.Name}, version = version + 1, updated_at = {at} where subject = {from.Id.Name} and kind not in (select kind from deadlines where subject = {to.Name})",
            cancellationToken);
    }

    /// <summary>
    /// Moves back to a record what was recorded for it and for the records that were merged into it, from the survivor of a merge that was undone.
    /// </summary>
    public async Task MoveBack(Individual to, IndividualId from, DateTimeOffset at, CancellationToken cancellationToken)
    {
        var standing = await Merges.AsNoTracking().Where(m => m.Provider == to.Provider && m.UndoneAt == null)
            .Select(m => new { m.SurvivorId, m.MergedId }).ToListAsync(cancellationToken);
        List<IndividualId> names = [to.Id];
        for (var i = 0; i < names.Count; i++)
            names.AddRange(standing.Where(m => m.SurvivorId == names[i]).Select(m => m.MergedId));
        Guid[] ids = [.. names.Select(name => name.Value)];
        await Database.ExecuteSqlAsync(
            $"""
            update individuals set merged_into = {to.Id.Value}, version = version + 1, updated_at = {at} from moved_rows m
            where m.table_name = 'individuals' and m.row_key = individuals.id::text and m.recorded_for = any({ids}) and merged_into = {from.Value}
            """, cancellationToken);
        await FollowReferences(from, ids, cancellationToken);
        foreach (var table in PersonTables)
        {
            var back = $"update {table.Name} set {table.Column} = {{0}}{table.Changed("{2}")} from moved_rows m where m.table_name = '{table.Name}' "
                + $"and m.row_key = {table.Key} and m.recorded_for = any({{3}}) and {table.Name}.{table.Column} = {{1}}";
            await Database.ExecuteSqlRawAsync(back, [to.Id.Value, from.Value, at, ids], cancellationToken);
        }

        await Database.ExecuteSqlAsync(
            $"""
            update facts set joined_at = (select g.merged_at from merges g where g.merged_id = m.recorded_for and g.undone_at is null)
            from moved_rows m where m.table_name = 'facts' and m.row_key = facts.id::text and facts.individual_id = {to.Id.Value}
            """, cancellationToken);
        await Database.ExecuteSqlAsync(
            $"update deadlines set subject = {to.Id.Name}, version = version + 1, updated_at = {at} where subject = {from.Name} and individual_id = {to.Id.Value}",
            cancellationToken);
    }

    // What was recorded for the survivor about a record of the other person follows that record: an appeal its authorization, a deadline what it is about.
    private async Task FollowReferences(IndividualId survivor, Guid[] recordedFor, CancellationToken cancellationToken)
    {
        var tables = PersonTables.ToList();
        var references = from table in tables
                         from reference in table.References
                         from other in tables
                         where other.Collection == reference.Collection
                         select $$"""
                            insert into moved_rows (table_name, row_key, recorded_for, provider)
                            select distinct on ({{table.Key}}) '{{table.Name}}', {{table.Key}}, m.recorded_for, m.provider from {{table.Name}}
                            join moved_rows m on m.table_name = '{{other.Name}}' and {{reference.Condition}}
                            where {{table.Name}}.{{table.Column}} = {0} and m.recorded_for = any({1}) on conflict do nothing
                            """;
        var statements = references.ToList();
        for (var more = true; more;)
        {
            more = false;
            foreach (var statement in statements)
                more |= await Database.ExecuteSqlRawAsync(statement, [survivor.Value, recordedFor], cancellationToken) > 0;
        }
    }

    /// <summary>How many records of each kind refer to the record; a kind without one is left out.</summary>
    public async Task<IReadOnlyDictionary<string, int>> CountReferences(IndividualId id, CancellationToken cancellationToken)
    {
        var counts = string.Join(" union all ", PersonTables.Where(table => table.IsDated).Select(table =>
            $"select '{table.Name}' as name, count(distinct {table.Key})::int as rows from {table.Name} where {table.Column} = {{0}}"));
        var present = $"select name, rows from ({counts}) counted where rows > 0";
        return (await Database.SqlQueryRaw<TableCount>(present, id.Value).ToListAsync(cancellationToken))
            .ToDictionary(count => count.Name, count => count.Rows, StringComparer.Ordinal);
    }

    /// <summary>What was recorded for a record since a time and did not come to it by a merge, oldest first.</summary>
    public async Task<List<RecordedRow>> RecordedSince(IndividualId id, DateTimeOffset since, CancellationToken cancellationToken)
    {
        var recorded = string.Join(" union all ", PersonTables.Where(table => table.IsDated).Select(table =>
            $$"""
            select '{{table.Name}}' as kind, '{{table.Collection ?? $"{id.Name}/{table.Name}"}}/' || {{table.Key}} as name, min(recorded_at) as recorded_at
            from {{table.Name}} where {{table.Column}} = {0} and recorded_at > {1}
              and not exists (select from moved_rows m where m.table_name = '{{table.Name}}' and m.row_key = {{table.Key}}) group by {{table.Key}}
            """)) + " order by recorded_at, name";
        return await Database.SqlQueryRaw<RecordedRow>(recorded, id.Value, since).ToListAsync(cancellationToken);
    }

    /// <summary>Rows of a table.</summary>
    public sealed record TableCount(string Name, int Rows);

    /// <summary>A row about a person.</summary>
    public sealed record RecordedRow(string Kind, string Name, DateTimeOffset RecordedAt);

    // These names come from the model, not from a caller; values are parameters.
    private sealed record PersonTable(string Name, string Column, string Key, bool Versioned, bool Updated, bool IsDated, string? Collection)
    {
        // How a row names rows of other tables.
        public required IReadOnlyList<(string Collection, string Condition)> References { get; init; }

        public string Changed(string at) => $"{(Versioned ? ", version = version + 1" : "")}{(Updated ? $", updated_at = {at}" : "")}";
    }

    /// <summary>The tables with a column of people's ids whose rows a merge moves. All versions of a fact have one key: they move together.</summary>
    private IEnumerable<PersonTable> PersonTables =>
        from type in Model.GetEntityTypes()
        where type.GetTableName() is not null && type.ClrType != typeof(Individual) && type.ClrType != typeof(CaseloadSpan) && type.ClrType != typeof(Merge)
            && type.ClrType != typeof(MovedRow)
        from property in type.GetDeclaredProperties()
        where !property.IsPrimaryKey() && (Nullable.GetUnderlyingType(property.ClrType) ?? property.ClrType) == typeof(IndividualId)
        let table = type.GetTableName()!
        let key = type.FindPrimaryKey()!.Properties.Where(p => p.Name != nameof(IVersioned.Version)).ToList()
        select new PersonTable(table, property.GetColumnName(), string.Join(" || '/' || ", key.Select(p => $"{table}.{p.GetColumnName()}::text")),
            typeof(IVersioned).IsAssignableFrom(type.ClrType), typeof(IUpdatedRow).IsAssignableFrom(type.ClrType), type.FindProperty("RecordedAt") is not null, ResourceIds.CollectionOf(key[0].ClrType))
        {
            References = [.. type.GetDeclaredProperties().Where(p => !p.IsPrimaryKey() || key.Count > 1)
                .Select(p => (Collection: ResourceIds.CollectionOf(Nullable.GetUnderlyingType(p.ClrType) ?? p.ClrType), Column: $"{table}.{p.GetColumnName()}"))
                .Where(p => p.Collection is not null && p.Collection != ResourceIds.CollectionOf(typeof(IndividualId)))
                .Select(p => (p.Collection!, $"m.row_key = {p.Column}::text")),
                .. type.ClrType == typeof(Deadline) ? DeadlineSubjects(table) : []],
        };

    private static IEnumerable<(string Collection, string Condition)> DeadlineSubjects(string table) =>
        ResourceIds.Types.Select(id => ResourceIds.CollectionOf(id)!).Where(collection => collection != ResourceIds.CollectionOf(typeof(IndividualId)))
            .Select(collection => (collection, $"{table}.subject = '{collection}/' || m.row_key"));

    /// <summary>
    /// The records of this person at any provider: those that share an identifier. They are read to respect another agency's authorization, and never shown.
    /// </summary>
    public async Task<List<IndividualId>> RecordsOf(IndividualId id, CancellationToken cancellationToken) =>
        [.. (await Database.SqlQuery<Guid>($"""select ips_records_of({id.Value}) as "Value" """).ToListAsync(cancellationToken))
            .Select(o => new IndividualId(o))];

    /// <summary>
    /// Whether a consent in force lets the caller, a vocational rehabilitation agency, receive how the person is reached. The agency does not see the consent
    /// itself.
    /// </summary>
    public async Task<bool> ConsentsToContact(IndividualId id, CancellationToken cancellationToken) =>
        (await Database.SqlQuery<bool>($"""select ips_consents_to_contact({id.Value}) as "Value" """).ToListAsync(cancellationToken))[0];

    /// <summary>The agency that serves a person, for any caller; null when there is no such person. For break-glass access.</summary>
    public async Task<string?> ProviderOf(IndividualId id, CancellationToken cancellationToken) =>
        (await Database.SqlQuery<string?>($"""select ips_provider_of({id.Value}) as "Value" """).ToListAsync(cancellationToken))[0];

    /// <summary>When this person opened records by break-glass after an instant, at any organization.</summary>
    public Task<List<DateTimeOffset>> RecordsOpened(Caller by, DateTimeOffset since, CancellationToken cancellationToken) =>
        Database.SqlQuery<DateTimeOffset>($"""select ips_records_opened({by.Issuer}, {by.Subject}, {since}) as "Value" """).ToListAsync(cancellationToken);

    /// <summary>Whether the provider has a person on file with the identifier, even if the caller may not see the person.</summary>
    public async Task<bool> IsOnFile(string provider, IdentifierHash identifier, CancellationToken cancellationToken) =>
        (await Database.SqlQuery<bool>($"""select ips_is_on_file({provider}, {identifier.System}, {new[] { identifier.Hash }}) as "Value" """)
            .ToListAsync(cancellationToken))[0];

    /// <inheritdoc/>
    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        base.OnModelCreating(modelBuilder);
        modelBuilder.HasMembers();
        modelBuilder.HasCaseloads();
        modelBuilder.HasDecisions();
        modelBuilder.HasPolicies();
        modelBuilder.Entity<PolicyActivation>().HasIndex(a => new { a.Program, a.From, a.Shadow }).IsUnique().HasFilter("not withdrawn");
        modelBuilder.Entity<PolicyActivation>().HasQueryFilter(a => Everybody || (IsState && Programs.Contains(a.Program)));
        modelBuilder.HasDeadlines(updateTimes: true);
        modelBuilder.HasDocuments();
        modelBuilder.HasMovedRows();
        modelBuilder.Entity<MovedRow>().HasQueryFilter(r => Everybody || r.Provider == Provider);
        modelBuilder.Entity<Merge>().HasQueryFilter(m => Everybody || m.Provider == Provider);
        modelBuilder.Entity<Individual>().HasQueryFilter(i => Everybody || i.Provider == Provider || i.Payers.Contains(Payer)
            || (IsVrAgency && i.ReferredTo.Contains(VrAgency)));
        modelBuilder.Entity<TeamIntake>().HasQueryFilter(t => Everybody || t.Provider == Provider
            || (IsPayer && Individuals.Any(i => i.Provider == t.Provider && i.Payers.Contains(Payer))));
        modelBuilder.Entity<CareerProfile>().HasQueryFilter(p => Everybody || p.Provider == Provider || p.Individual!.Payers.Contains(Payer));
        modelBuilder.Entity<Disclosure>().HasQueryFilter(d => Everybody || d.Provider == Provider || d.Organization == Organization);
        modelBuilder.Entity<Determination>().HasQueryFilter(d => Everybody || d.Provider == Provider || d.Individual!.Payers.Contains(Payer));
        modelBuilder.Entity<ReverificationChange>().HasQueryFilter(c => Everybody || c.Provider == Provider || c.Individual!.Payers.Contains(Payer));
        modelBuilder.Entity<ServiceOrder>().HasQueryFilter(o => Everybody || o.Provider == Provider || o.Individual!.Payers.Contains(Payer));
        // The payer that was asked, as long as the person is enrolled with it: a retracted enrolment ends its sight of the request too.
        modelBuilder.Entity<Authorization>().HasQueryFilter(a => Everybody || a.Provider == Provider
            || (a.Payer == Payer && Individuals.Any(i => i.Id == a.IndividualId && i.Payers.Contains(Payer))));
        modelBuilder.Entity<Appeal>().HasQueryFilter(a => Everybody || a.Provider == Provider
            || (a.Payer == Payer && Individuals.Any(i => i.Id == a.IndividualId && i.Payers.Contains(Payer))));
        modelBuilder.Entity<AutoApproval>().HasQueryFilter(a => Everybody || (IsPayer && a.Payer == Payer));
        modelBuilder.Entity<FhirRequest>().HasQueryFilter(r => Everybody || r.Provider == Provider
            || (r.Payer == Payer && Individuals.Any(i => i.Id == r.IndividualId && i.Payers.Contains(Payer))));
        // The payer that is asked; which of its requests a document belongs to is decided by row-level security.
        modelBuilder.Entity<Document>().HasQueryFilter(d => Everybody || d.Provider == Provider || (IsPayer && Authorizations.Any(a =>
            a.IndividualId == d.IndividualId && a.Payer == Payer && Individuals.Any(i => i.Id == a.IndividualId && i.Payers.Contains(Payer)))));
        modelBuilder.Entity<DocumentContent>().HasQueryFilter(c => Everybody || c.Provider == Provider
            || (IsPayer && Set<Document>().Any(d => d.ContentId == c.Id)));
        modelBuilder.Entity<DocumentPart>().HasQueryFilter(p => Everybody || p.Provider == Provider
            || (IsPayer && Set<Document>().Any(d => d.ContentId == p.ContentId)));
        modelBuilder.Entity<FhirSubscription>().HasQueryFilter(s => Everybody || s.Provider == Provider);
        modelBuilder.Entity<Contact>().HasQueryFilter(c => Everybody || c.Provider == Provider
            || (IsPayer && Individuals.Any(i => i.Id == c.IndividualId && i.Facts.OfType<Enrollment>().Any(e =>
                e.SupersededAt == null && e.Payer == Payer && e.From <= Today && (e.Through == null || e.Through >= Today))))
            || (IsVrAgency && c.Kind != ContactKind.RelatedPerson && Referrals.Any(r => r.IndividualId == c.IndividualId && r.Recipient == VrAgency
                && r.ReferralDate != null)));
        modelBuilder.Entity<PersonKey>().HasQueryFilter(k => Everybody || k.Provider == Provider
            || (IsPayer && Individuals.Any(i => i.Id == k.IndividualId && i.Payers.Contains(Payer))));
        modelBuilder.Entity<IntakeReferral>().HasQueryFilter(r => Everybody || r.Provider == Provider
            || ((IsPayer || IsVrAgency || IsState) && r.Sender == Organization));
        modelBuilder.Entity<RosterEntry>().HasQueryFilter(e => Everybody || e.Provider == Provider || e.Payer == Payer);
        modelBuilder.Entity<ActSpan>().HasQueryFilter(s => Everybody || s.Provider == Provider);
        modelBuilder.Entity<Referral>()
            .HasQueryFilter(r => Everybody || r.Provider == Provider || r.Individual!.Payers.Contains(Payer)
                || (IsVrAgency && r.Recipient == VrAgency && r.ReferralDate != null));
        modelBuilder.Entity<VrAuthorization>()
            .HasQueryFilter(a => Everybody || a.Provider == Provider || a.Referral!.Individual!.Payers.Contains(Payer)
                || (IsVrAgency && a.Recipient == VrAgency));
        modelBuilder.Entity<Deadline>()
            .HasQueryFilter(d => Everybody || d.Provider == Provider || Individuals.Any(i => i.Id == d.IndividualId && i.Payers.Contains(Payer)));
        Limit<Individual>(modelBuilder, i => !IsLimited || Set<CaseloadSpan>().Any(c =>
            (c.IndividualId == i.Id || c.IndividualId == i.MergedInto) && Caseloads.Contains(c.StaffMemberId)
            && c.From <= Today && (c.Through == null || c.Through >= Today)));
        LimitToCaseloads(modelBuilder, Rows);
    }
}
