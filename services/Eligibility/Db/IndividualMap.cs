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
        individual.OwnsMany(i => i.Identifiers, identifier =>
        {
            identifier.ToTable("individual_identifiers").HasKey(i => i.Id);
            identifier.WithOwner().HasForeignKey("IndividualId");
            identifier.Property(i => i.Id).ValueGeneratedNever();
            // Once per provider; the provider stands last, because a person is also looked for across providers (NC-LIM-001).
            identifier.HasIndex(i => new { i.System, i.Hash, i.Provider }).IsUnique();
        });
        individual.OwnsMany(i => i.Enrollments, e => Facts(e, "enrollments", x => x.Id));
        individual.OwnsMany(i => i.Diagnoses, d => Facts(d, "diagnoses", x => x.Id));
        individual.OwnsMany(i => i.Assessments, a => Facts(a, "assessments", x => x.Id));
        individual.OwnsMany(i => i.Intakes, i => Facts(i, "intakes", x => x.Id));
        individual.OwnsMany(i => i.NecessityFindings, f => Facts(f, "necessity_findings", x => x.Id));
    }

    private static void Facts<T>(OwnedNavigationBuilder<Individual, T> fact, string table, System.Linq.Expressions.Expression<Func<T, Guid>> id) where T : class
    {
        fact.ToTable(table);
        fact.WithOwner().HasForeignKey("IndividualId");
        fact.HasKey("Id");
        fact.Property(id).ValueGeneratedNever();
    }
}

/// <summary>Loading a person with all recorded facts.</summary>
internal static class IndividualFacts
{
    // Owned collections are loaded with their owner; a split query keeps five collections from multiplying each other's rows.
    public static IQueryable<Individual> WithFacts(this IQueryable<Individual> individuals) => individuals.AsSplitQuery();
}
