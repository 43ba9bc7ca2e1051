using Ips.Eligibility.CareerProfiles;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Ips.Eligibility.Db;

internal sealed class CareerProfileMap : IEntityTypeConfiguration<CareerProfile>
{
    public void Configure(EntityTypeBuilder<CareerProfile> profile)
    {
        profile.ToTable("career_profiles").HasKey(p => p.Id);
        profile.HasOne(p => p.Individual).WithMany().HasForeignKey(p => p.IndividualId);
        profile.HasIndex(p => new { p.Provider, p.Id });
        profile.HasMany(p => p.Versions).WithOne().HasForeignKey(v => v.ProfileId);
    }
}

internal sealed class CareerProfileVersionMap : IEntityTypeConfiguration<CareerProfileVersion>
{
    public void Configure(EntityTypeBuilder<CareerProfileVersion> version)
    {
        version.ToTable("career_profile_versions");
        version.HasKey(v => new { v.ProfileId, v.Version });
        version.Property(v => v.Version).ValueGeneratedNever();
    }
}
