using Ips.Eligibility.Individuals;
using Ips.ServiceDefaults;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Ips.Eligibility.Db;

internal sealed class IndividualMap : IEntityTypeConfiguration<Individual>
{
    public void Configure(EntityTypeBuilder<Individual> individual)
    {
        individual.ToTable("individuals").HasKey(i => i.Id);
        individual.HasRowVersion();
        individual.HasIndex(i => new { i.Provider, i.Id });
        individual.HasIndex(i => i.Payers).HasMethod("gin");
        individual.HasMany(i => i.Identifiers).WithOne().HasForeignKey("IndividualId").IsRequired();

        // All facts lie in one table, so that a person is loaded by one join: a table per kind would multiply the kinds' rows with each other.
        individual.HasMany(i => i.Facts).WithOne().HasForeignKey("IndividualId").IsRequired();
        individual.Navigation(i => i.Facts).AutoInclude();
        individual.Ignore(i => i.Enrollments).Ignore(i => i.Diagnoses).Ignore(i => i.Assessments).Ignore(i => i.Intakes).Ignore(i => i.NecessityFindings);
    }
}

internal sealed class IdentifierMap : IEntityTypeConfiguration<IdentifierHash>
{
    public void Configure(EntityTypeBuilder<IdentifierHash> identifier)
    {
        identifier.ToTable("individual_identifiers").HasKey(i => i.Id);
        identifier.Property(i => i.Id).ValueGeneratedNever();
        // Once per provider; the provider stands last, because a person is also looked for across providers (NC-LIM-001).
        identifier.HasIndex(i => new { i.System, i.Hash, i.Provider }).IsUnique();
    }
}

internal sealed class FactMap : IEntityTypeConfiguration<Fact>
{
    public void Configure(EntityTypeBuilder<Fact> fact)
    {
        fact.ToTable("facts").HasKey(f => new { f.Id, f.Version });
        fact.Property(f => f.Id).ValueGeneratedNever();
        fact.Property(f => f.Version).ValueGeneratedNever();
        fact.HasDiscriminator<string>("Kind")
            .HasValue<Enrollment>("enrollment").HasValue<Diagnosis>("diagnosis").HasValue<Assessment>("assessment").HasValue<Intake>("intake")
            .HasValue<NecessityFinding>("necessity_finding").HasValue<FormerParticulars>("former_particulars");

        // Two who correct or retract one version at once: the second finds it superseded and is told to read again.
        fact.Property(f => f.SupersededAt).IsConcurrencyToken();
    }
}

/// <summary>Columns that kinds of facts share.</summary>
internal sealed class FactColumns :
    IEntityTypeConfiguration<Enrollment>, IEntityTypeConfiguration<NecessityFinding>
{
    public void Configure(EntityTypeBuilder<Enrollment> enrollment)
    {
        enrollment.Property(e => e.Payer).HasColumnName("payer");
        enrollment.Property(e => e.From).HasColumnName("from_day");
        enrollment.Property(e => e.Through).HasColumnName("through_day");
    }

    public void Configure(EntityTypeBuilder<NecessityFinding> finding) => finding.Property(f => f.Payer).HasColumnName("payer");
}
