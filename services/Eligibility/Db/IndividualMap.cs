using Ips.Eligibility.Individuals;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Ips.Eligibility.Db;

internal sealed class IndividualMap : IEntityTypeConfiguration<Individual>
{
    public void Configure(EntityTypeBuilder<Individual> individual)
    {
        individual.ToTable("individuals").HasKey(i => i.Id);
        individual.HasVersion();
        individual.HasUpdateTime();
        individual.HasIndex(i => new { i.Provider, i.Id });
        individual.HasIndex(i => i.Payers).HasMethod("gin");
        individual.Property(i => i.RegisteringPayers).HasDefaultValueSql("'{}'").ValueGeneratedNever();
        individual.HasIndex(i => new { i.Provider, i.PersonHash });
        individual.HasIndex(i => new { i.Provider, i.SpellingHash });
        individual.HasIndex(i => i.MergedInto).HasFilter("merged_into is not null");
        individual.HasMany(i => i.Identifiers).WithOne().HasForeignKey("IndividualId").IsRequired();

        // All facts are in one table, so one join loads a person. One table per kind would multiply the rows of the kinds with each other.
        individual.HasMany(i => i.Facts).WithOne().HasForeignKey("IndividualId").IsRequired();
        individual.Navigation(i => i.Facts).AutoInclude();
        individual.Ignore(i => i.Enrollments).Ignore(i => i.Diagnoses).Ignore(i => i.Assessments).Ignore(i => i.Intakes).Ignore(i => i.NecessityFindings)
            .Ignore(i => i.OtherServices).Ignore(i => i.MyChoices).Ignore(i => i.Recommendations).Ignore(i => i.Plans).Ignore(i => i.CrisisCoverages).Ignore(i => i.Death)
            .Ignore(i => i.Consents).Ignore(i => i.ReferralSources).Ignore(i => i.PersonalDataSince);
    }
}

internal sealed class IdentifierMap : IEntityTypeConfiguration<IdentifierHash>
{
    public void Configure(EntityTypeBuilder<IdentifierHash> identifier)
    {
        identifier.ToTable("individual_identifiers").HasKey(i => i.Id);
        identifier.Property(i => i.Id).ValueGeneratedNever();
        // Unique per provider. The provider is the last column because a person is also searched for across providers (NC-LIM-001).
        identifier.HasIndex(i => new { i.System, i.Hash, i.Provider }).IsUnique();
        identifier.HasIndex(i => new { i.Provider, i.ValueHash });
    }
}

internal sealed class PersonKeyMap : IEntityTypeConfiguration<PersonKey>
{
    public void Configure(EntityTypeBuilder<PersonKey> key)
    {
        key.ToTable("individual_keys").HasKey(k => k.Id);
        key.Property(k => k.Id).ValueGeneratedNever();
        key.HasOne<Individual>().WithMany().HasForeignKey(k => k.IndividualId);
        key.HasIndex(k => new { k.Hash, k.Provider });
    }
}

internal sealed class ContactMap : IEntityTypeConfiguration<Contact>
{
    public void Configure(EntityTypeBuilder<Contact> contact)
    {
        contact.ToTable("contacts").HasKey(c => new { c.Id, c.Version });
        contact.Property(c => c.Id).ValueGeneratedNever();
        contact.Property(c => c.Version).ValueGeneratedNever();
        contact.HasOne<Individual>().WithMany().HasForeignKey(c => c.IndividualId);
        contact.Property(c => c.From).HasColumnName("from_day");
        contact.Property(c => c.Through).HasColumnName("through_day");
        contact.Property(c => c.SupersededAt).IsConcurrencyToken();
        contact.HasIndex(c => c.Keys).HasMethod("gin");
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
            .HasValue<NecessityFinding>("necessity_finding").HasValue<OtherService>("other_service").HasValue<MyChoice>("my_choice")
            .HasValue<Recommendation>("recommendation").HasValue<PlanReference>("plan").HasValue<CrisisCoverage>("crisis_coverage").HasValue<Consent>("consent")
            .HasValue<ReferralSource>("referral_source").HasValue<Death>("death").HasValue<FormerPersonalData>("former_personal_data");
        fact.Property<string>("Kind").HasMaxLength(40);

        // Two callers correct or retract one version at the same time: the second finds it superseded and must read again.
        fact.Property(f => f.SupersededAt).IsConcurrencyToken();
    }
}

/// <summary>Columns that several kinds of facts share.</summary>
internal sealed class FactColumns :
    IEntityTypeConfiguration<Enrollment>, IEntityTypeConfiguration<NecessityFinding>, IEntityTypeConfiguration<Diagnosis>,
    IEntityTypeConfiguration<OtherService>,
    IEntityTypeConfiguration<ReferralSource>, IEntityTypeConfiguration<Death>,
    IEntityTypeConfiguration<MyChoice>, IEntityTypeConfiguration<PlanReference>, IEntityTypeConfiguration<CrisisCoverage>, IEntityTypeConfiguration<Consent>
{
    private const string From = "from_day";
    private const string Through = "through_day";

    public void Configure(EntityTypeBuilder<Enrollment> enrollment)
    {
        enrollment.Property(e => e.Payer).HasColumnName("payer");
        enrollment.Property(e => e.From).HasColumnName(From);
        enrollment.Property(e => e.Through).HasColumnName(Through);
        // Verifying looks for the latest span that covers a day.
        enrollment.HasIndex("IndividualId", nameof(Enrollment.From)).HasFilter("kind = 'enrollment'");
    }

    public void Configure(EntityTypeBuilder<NecessityFinding> finding) => finding.Property(f => f.Payer).HasColumnName("payer");

    public void Configure(EntityTypeBuilder<Diagnosis> diagnosis) => diagnosis.Property(d => d.Through).HasColumnName(Through);

    public void Configure(EntityTypeBuilder<OtherService> service)
    {
        service.Property(s => s.Organization).HasColumnName("organization");
        service.Property(s => s.From).HasColumnName(From);
        service.Property(s => s.Through).HasColumnName(Through);
    }

    public void Configure(EntityTypeBuilder<MyChoice> choice) => choice.Property(c => c.From).HasColumnName(From);

    public void Configure(EntityTypeBuilder<PlanReference> plan) => plan.Property(p => p.DocumentSha256).HasColumnName("document_sha256");

    public void Configure(EntityTypeBuilder<CrisisCoverage> coverage)
    {
        coverage.Property(c => c.Organization).HasColumnName("organization");
        coverage.Property(c => c.Through).HasColumnName(Through);
    }

    public void Configure(EntityTypeBuilder<Death> death) => death.Property(d => d.DiedOn).HasColumnName(From);

    public void Configure(EntityTypeBuilder<ReferralSource> source) => source.Property(s => s.Organization).HasColumnName("organization");

    public void Configure(EntityTypeBuilder<Consent> consent)
    {
        consent.Property(c => c.From).HasColumnName(From);
        consent.Property(c => c.Through).HasColumnName(Through);
        consent.Property(c => c.DocumentSha256).HasColumnName("document_sha256");
    }
}
