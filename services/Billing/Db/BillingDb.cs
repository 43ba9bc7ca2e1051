using Ips.Billing.Claims;
using Ips.Billing.Milestones;
using Ips.Billing.ServiceNotes;
using Ips.Contracts;
using Ips.ServiceDefaults;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage.ValueConversion;

namespace Ips.Billing.Db;

/// <summary>Billing's one database. A provider sees its own records, a payer those of the people it covers.</summary>
public sealed class BillingDb(DbContextOptions<BillingDb> options, Caller caller) : ServiceDb(options)
{
    /// <summary>Contacts with their notes.</summary>
    public DbSet<ServiceNote> ServiceNotes => Set<ServiceNote>();

    /// <summary>Milestones and what was decided on them.</summary>
    public DbSet<Milestone> Milestones => Set<Milestone>();

    /// <summary>Lines to claim.</summary>
    public DbSet<ClaimLine> ClaimLines => Set<ClaimLine>();

    /// <inheritdoc/>
    public override TenantPolicies Rows => BillingRows.Rules;

    internal string Provider => caller.OrganizationAs(Roles.Provider);

    internal string Payer => caller.OrganizationAs(Roles.Mco);

    internal bool Everybody => caller.Role is Roles.Ops or "";

    /// <inheritdoc/>
    protected override void ConfigureConventions(ModelConfigurationBuilder configurationBuilder)
    {
        base.ConfigureConventions(configurationBuilder);
        configurationBuilder.Properties<ServiceNoteId>().HaveConversion<ServiceNoteIdColumn>();
        configurationBuilder.Properties<MilestoneId>().HaveConversion<MilestoneIdColumn>();
        configurationBuilder.Properties<ClaimLineId>().HaveConversion<ClaimLineIdColumn>();
        configurationBuilder.Properties<IndividualId>().HaveConversion<IndividualIdColumn>();
        configurationBuilder.Properties<StaffMemberId>().HaveConversion<StaffMemberIdColumn>();
    }

    /// <inheritdoc/>
    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        base.OnModelCreating(modelBuilder);
        modelBuilder.Entity<ServiceNote>().HasQueryFilter(n => Everybody || n.Provider == Provider || (Payer != "" && n.Payer == Payer));
        modelBuilder.Entity<Milestone>().HasQueryFilter(m => Everybody || m.Provider == Provider || (Payer != "" && m.Payer == Payer));
        modelBuilder.Entity<ClaimLine>().HasQueryFilter(l => Everybody || l.Provider == Provider || (Payer != "" && l.Payer == Payer));
    }

    private sealed class ServiceNoteIdColumn() : ValueConverter<ServiceNoteId, Guid>(id => id.Value, value => new(value));

    private sealed class MilestoneIdColumn() : ValueConverter<MilestoneId, Guid>(id => id.Value, value => new(value));

    private sealed class ClaimLineIdColumn() : ValueConverter<ClaimLineId, Guid>(id => id.Value, value => new(value));

    private sealed class IndividualIdColumn() : ValueConverter<IndividualId, Guid>(id => id.Value, value => new(value));

    private sealed class StaffMemberIdColumn() : ValueConverter<StaffMemberId, Guid>(id => id.Value, value => new(value));
}
