using Ips.Eligibility.Disclosures;
using Ips.Eligibility.LegalHolds;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Ips.Eligibility.Db;

internal sealed class DisclosureMap : IEntityTypeConfiguration<Disclosure>
{
    public void Configure(EntityTypeBuilder<Disclosure> disclosure)
    {
        disclosure.ToTable("disclosures").HasKey(d => d.Id);
        disclosure.HasVersion();
        disclosure.HasUpdateTime();
        disclosure.HasIndex(d => new { d.Provider, d.Id });
        disclosure.HasIndex(d => new { d.Organization, d.Id });
        disclosure.HasIndex(d => new { d.OpenedBy, d.OpenedAt });
        disclosure.HasIndex(d => d.Id, "ix_disclosures_awaiting").HasDatabaseName("ix_disclosures_awaiting").HasFilter("state = 'AwaitingReview'");
    }
}

internal sealed class LegalHoldMap : IEntityTypeConfiguration<LegalHold>
{
    public void Configure(EntityTypeBuilder<LegalHold> hold) => hold.ToTable("legal_holds").HasKey(h => h.IndividualId);
}
