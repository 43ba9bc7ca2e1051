using Ips.Contracts;
using Ips.Staffing.Caseloads;
using Ips.Staffing.Clearances;
using Ips.Staffing.Meetings;
using Ips.Staffing.Organizations;
using Ips.Staffing.StaffMembers;
using Ips.Staffing.Teams;
using Ips.Staffing.Training;
using Microsoft.EntityFrameworkCore;
using Proto = Ips.Contracts.Staffing.V1;

namespace Ips.Staffing.Db;

/// <summary>
/// Staffing's one database. A provider sees its own staff, teams and caseloads; a payer the staff and teams of its network and the assignments of people it
/// covers; a state the teams of its programs. Every caller sees organizations that take part.
/// </summary>
public sealed class StaffingDb(DbContextOptions<StaffingDb> options, Caller caller) : TenantDb(options, caller)
{
    /// <summary>Providers, payers and agencies.</summary>
    public DbSet<Organization> Organizations => Set<Organization>();

    /// <summary>Records about providers.</summary>
    public DbSet<OrganizationFact> OrganizationFacts => Set<OrganizationFact>();

    /// <summary>What was on file about organizations before corrections.</summary>
    public DbSet<OrganizationChange> OrganizationChanges => Set<OrganizationChange>();

    /// <summary>Contracts of payers with providers.</summary>
    public DbSet<Contract> Contracts => Set<Contract>();

    /// <summary>IPS teams.</summary>
    public DbSet<Team> Teams => Set<Team>();

    /// <summary>People who work in teams.</summary>
    public DbSet<StaffMember> Staff => Set<StaffMember>();

    /// <summary>What stood on file about staff before changes.</summary>
    public DbSet<EarlierRecord> EarlierRecords => Set<EarlierRecord>();

    /// <summary>Roles of staff members in teams.</summary>
    public DbSet<RoleHeld> Roles => Set<RoleHeld>();

    /// <summary>Assignments of people to staff members.</summary>
    public DbSet<Assignment> Assignments => Set<Assignment>();

    /// <summary>The latest discharges, by determination.</summary>
    public DbSet<Discharge> Discharges => Set<Discharge>();

    /// <summary>Checks of staff.</summary>
    public DbSet<ClearanceCheck> Clearances => Set<ClearanceCheck>();

    /// <summary>Entries of lists that are or may be a staff member.</summary>
    public DbSet<ExclusionHit> ExclusionHits => Set<ExclusionHit>();

    /// <summary>Imports of lists.</summary>
    public DbSet<ListImport> ListImports => Set<ListImport>();

    /// <summary>Completed training and waivers.</summary>
    public DbSet<TrainingCompletion> Completions => Set<TrainingCompletion>();

    /// <summary>Days of local training plans.</summary>
    public DbSet<TrainingTargetDay> TrainingTargets => Set<TrainingTargetDay>();

    /// <summary>Required training.</summary>
    public DbSet<TrainingRequirement> Requirements => Set<TrainingRequirement>();

    /// <summary>Meetings of teams.</summary>
    public DbSet<TeamMeeting> Meetings => Set<TeamMeeting>();

    /// <summary>People whose situation meetings reviewed.</summary>
    public DbSet<ReviewedIndividual> ReviewedIndividuals => Set<ReviewedIndividual>();

    /// <summary>What teams have for their first review.</summary>
    public DbSet<ReadinessOnFile> Readiness => Set<ReadinessOnFile>();

    /// <summary>Fidelity reviews of teams.</summary>
    public DbSet<TeamReview> TeamReviews => Set<TeamReview>();

    /// <summary>Treatment teams that providers work with.</summary>
    public DbSet<TreatmentTeam> TreatmentTeams => Set<TreatmentTeam>();

    /// <summary>To which treatment teams specialists belong.</summary>
    public DbSet<TreatmentTeamMember> TreatmentTeamMembers => Set<TreatmentTeamMember>();

    /// <summary>Working time of specialists.</summary>
    public DbSet<WorkMonth> WorkMonths => Set<WorkMonth>();

    /// <summary>Deadlines about staff.</summary>
    public DbSet<Deadline> Deadlines => Set<Deadline>();

    /// <summary>People who use the platform for an organization.</summary>
    public DbSet<Member> Members => Set<Member>();

    /// <summary>Caseloads that members see for some days.</summary>
    public DbSet<Delegation> Delegations => Set<Delegation>();

    /// <summary>Whether the caller sees what is on file about the provider: its own, a payer those of its network.</summary>
    public async Task<bool> SeesProvider(string provider, CancellationToken cancellationToken) =>
        Everybody || provider == Provider || (IsPayer && await IsInNetwork(provider, cancellationToken));

    /// <summary>Who may see which rows.</summary>
    public static TenantPolicies Rows => StaffingRows.Rules;

    /// <inheritdoc/>
    public override string AfterMigrations => Rows.AfterMigrations(Model);

    /// <summary>Decisions as they were taken: facts and receipts.</summary>
    public DbSet<StoredDecision> Decisions => Set<StoredDecision>();

    /// <inheritdoc/>
    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        base.OnModelCreating(modelBuilder);
        modelBuilder.HasMembers();
        modelBuilder.HasDecisions();
        modelBuilder.HasFollowedMerges();
        modelBuilder.HasPolicies();
        modelBuilder.HasContracts();
        modelBuilder.HasCoverage();
        modelBuilder.HasDeadlines();
        modelBuilder.Entity<FollowedMerge>().HasQueryFilter(m => Everybody || m.Provider == Provider);
        modelBuilder.Entity<MovedRow>().HasQueryFilter(r => Everybody || r.Provider == Provider);
        modelBuilder.Entity<Deadline>().HasQueryFilter(d => Everybody || d.Provider == Provider);
        modelBuilder.Entity<Discharge>().HasQueryFilter(d => Everybody || d.Provider == Provider);
        modelBuilder.Entity<ReviewedIndividual>().HasQueryFilter(r => Everybody || r.Provider == Provider);
        modelBuilder.Entity<ListImport>().HasQueryFilter(i => Everybody || i.Organization == Organization);
        Limit<TeamReview>(modelBuilder);
        Limit<TreatmentTeam>(modelBuilder);
        Limit<TreatmentTeamMember>(modelBuilder);
        Limit<WorkMonth>(modelBuilder);
        Limit<OrganizationFact>(modelBuilder);
        Limit<OrganizationChange>(modelBuilder);
        Limit<EarlierRecord>(modelBuilder);
        Limit<ClearanceCheck>(modelBuilder);
        Limit<ExclusionHit>(modelBuilder);
        Limit<TrainingCompletion>(modelBuilder);
        Limit<TrainingTargetDay>(modelBuilder);
        Limit<TrainingRequirement>(modelBuilder);
        Limit<TeamMeeting>(modelBuilder);
        Limit<ReadinessOnFile>(modelBuilder);
        modelBuilder.Entity<Organization>()
            .HasQueryFilter(o => Everybody || o.State == Proto.OrganizationState.Active || o.ProposedBy == Organization || o.Code == Organization);
        modelBuilder.Entity<Contract>().HasQueryFilter(c => Everybody || c.Payer == Payer || c.Provider == Provider);
        modelBuilder.Entity<StaffMember>().HasQueryFilter(s => Everybody || s.Provider == Provider || (IsPayer && Set<Contract>().Any(c =>
            c.Payer == Payer && c.Provider == s.Provider && c.Accepted && c.From <= Today && (c.Through == null || c.Through >= Today))));
        modelBuilder.Entity<Team>().HasQueryFilter(t => Everybody || t.Provider == Provider || (IsState && Programs.Contains(t.Program))
            || (IsPayer && Set<Contract>().Any(c =>
                c.Payer == Payer && c.Provider == t.Provider && c.Accepted && c.From <= Today && (c.Through == null || c.Through >= Today))));
        modelBuilder.Entity<Assignment>().HasQueryFilter(a => Everybody || a.Provider == Provider || (IsPayer && Set<CoverageSpan>().Any(c =>
            c.IndividualId == a.IndividualId && c.Payer == Payer && !c.Retracted && (a.Through == null || c.From <= a.Through)
            && (c.Through == null || c.Through >= a.From))));
        modelBuilder.Entity<Member>().HasQueryFilter(m => Everybody || m.Organization == Organization);
        modelBuilder.Entity<Delegation>().HasQueryFilter(d => Everybody || Members.Any(m => m.Id == d.MemberId && m.Organization == Organization));
        LimitToCaseloads(modelBuilder, Rows);
        Limit<ReviewedIndividual>(modelBuilder, r => !IsLimited || Assignments.Any(a => a.IndividualId == r.IndividualId
            && Caseloads.Contains(a.StaffMemberId) && a.From <= Today && (a.Through == null || a.Through >= Today)));
        Limit<Assignment>(modelBuilder, a => !IsLimited
            || (Caseloads.Contains(a.StaffMemberId) && a.From <= Today && (a.Through == null || a.Through >= Today)));
    }

    private void Limit<TRow>(ModelBuilder modelBuilder) where TRow : class, IOfProvider =>
        modelBuilder.Entity<TRow>().HasQueryFilter(r => Everybody || r.Provider == Provider || (IsPayer && Set<Contract>().Any(c =>
            c.Payer == Payer && c.Provider == r.Provider && c.Accepted && c.From <= Today && (c.Through == null || c.Through >= Today))));
}
