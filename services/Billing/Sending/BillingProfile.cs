using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Ips.Contracts;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Proto = Ips.Contracts.Billing.V1;

namespace Ips.Billing.Sending;

/// <summary>Who a provider is for payers from a day on. Never changed: for a day the latest one counts that begins on it or before.</summary>
public sealed class BillingProfile
{
    /// <summary>The id.</summary>
    public required BillingProfileId Id { get; init; }

    /// <summary>Code of the provider.</summary>
    public required string Provider { get; init; }

    /// <summary>First day on which it counts.</summary>
    public required DateOnly From { get; init; }

    /// <summary>A <see cref="Proto.BillingProfileContent"/>: its tax number may be that of a person.</summary>
    public required byte[] EncryptedContent { get; init; }

    /// <summary>When it was recorded, UTC.</summary>
    public required DateTimeOffset RecordedAt { get; init; }

    /// <summary>What it says.</summary>
    public Proto.BillingProfileContent Content(PersonalDataProtector protector) =>
        Proto.BillingProfileContent.Parser.ParseFrom(protector.UnprotectBytes(EncryptedContent));

    /// <summary>As the contract shows it.</summary>
    public Proto.BillingProfile ToProto(PersonalDataProtector protector) => new()
    {
        Name = Id.Name,
        Provider = new OrganizationCode(Provider).Name,
        From = From.Day(),
        Content = Content(protector),
        CreateTime = RecordedAt.ToTimestamp(),
    };
}

internal sealed class BillingProfileMap : IEntityTypeConfiguration<BillingProfile>
{
    public void Configure(EntityTypeBuilder<BillingProfile> profile)
    {
        profile.ToTable("billing_profiles").HasKey(p => p.Id);
        profile.Property(p => p.From).HasColumnName("from_day");
        profile.HasIndex(p => new { p.Provider, p.From });
    }
}

/// <summary>What claims for a person need and no other service has. Never changed: for a day the latest one counts that holds the day.</summary>
public sealed class ClaimFacts
{
    /// <summary>The id.</summary>
    public required ClaimFactsId Id { get; init; }

    /// <summary>The person; after a merge the survivor.</summary>
    public required IndividualId IndividualId { get; set; }

    /// <summary>Code of the provider.</summary>
    public required string Provider { get; init; }

    /// <summary>First day of service.</summary>
    public required DateOnly From { get; init; }

    /// <summary>Last day, included; null while it has no end.</summary>
    public required DateOnly? Through { get; init; }

    /// <summary>Only for lines of this milestone; 0 for all.</summary>
    public required int MilestoneNumber { get; init; }

    /// <summary>A <see cref="Proto.ClaimFactsContent"/>.</summary>
    public required byte[] EncryptedContent { get; init; }

    /// <summary>When it was recorded, UTC.</summary>
    public required DateTimeOffset RecordedAt { get; init; }

    /// <summary>What they say.</summary>
    public Proto.ClaimFactsContent Content(PersonalDataProtector protector) =>
        Proto.ClaimFactsContent.Parser.ParseFrom(protector.UnprotectBytes(EncryptedContent));

    /// <summary>The facts that count for a line: those of its milestone before those for all, of these the latest record.</summary>
    public static ClaimFacts? For(IEnumerable<ClaimFacts> facts, IndividualId individual, DateOnly day, int milestone) => facts
        .Where(f => f.IndividualId == individual && f.From <= day && !(f.Through < day) && (f.MilestoneNumber == 0 || f.MilestoneNumber == milestone))
        .OrderByDescending(f => f.MilestoneNumber).ThenByDescending(f => f.RecordedAt).ThenByDescending(f => f.Id.Value).FirstOrDefault();

    /// <summary>As the contract shows it.</summary>
    public Proto.ClaimFacts ToProto(PersonalDataProtector protector) => new()
    {
        Name = Id.Name,
        Individual = IndividualId.Name,
        Provider = new OrganizationCode(Provider).Name,
        From = From.Day(),
        Through = Through.Day(),
        MilestoneNumber = MilestoneNumber,
        Content = Content(protector),
        CreateTime = RecordedAt.ToTimestamp(),
    };
}

internal sealed class ClaimFactsMap : IEntityTypeConfiguration<ClaimFacts>
{
    public void Configure(EntityTypeBuilder<ClaimFacts> facts)
    {
        facts.ToTable("claim_facts").HasKey(f => f.Id);
        facts.Property(f => f.From).HasColumnName("from_day");
        facts.Property(f => f.Through).HasColumnName("through_day");
        facts.HasIndex(f => f.IndividualId);
    }
}
