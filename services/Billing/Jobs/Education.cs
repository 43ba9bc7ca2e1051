using Google.Protobuf.WellKnownTypes;
using Ips.Contracts;
using Ips.Contracts.Events;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Proto = Ips.Contracts.Billing.V1;

namespace Ips.Billing.Jobs;

/// <summary>An education of a person with its days. What was corrected is stored with its reason.</summary>
public sealed class Education : IVersioned
{
    /// <summary>The id.</summary>
    public required EducationId Id { get; init; }

    /// <inheritdoc/>
    public int Version { get; set; } = 1;

    /// <summary>The person; after a merge the survivor.</summary>
    public required IndividualId IndividualId { get; set; }

    /// <summary>Code of the provider.</summary>
    public required string Provider { get; init; }

    /// <summary>The program under which it was recorded.</summary>
    public required string Program { get; init; }

    /// <summary>The particulars as they are now.</summary>
    public required Proto.EducationFacts? Facts { get; set; }

    /// <summary>A <see cref="Proto.Education"/> with nothing but its corrections, encrypted; null without any.</summary>
    public byte[]? EncryptedCorrections { get; set; }

    /// <summary>When it was recorded, UTC.</summary>
    public required DateTimeOffset RecordedAt { get; init; }

    /// <summary>As the contract shows it.</summary>
    public Proto.Education ToProto(PersonalDataProtector protector) => new()
    {
        Name = Id.Name,
        Etag = this.Etag(),
        Individual = IndividualId.Name,
        Provider = new OrganizationCode(Provider).Name,
        Program = Program,
        Facts = Facts,
        Corrections = { Corrections(protector).Corrections },
        CreateTime = RecordedAt.ToTimestamp(),
    };

    /// <summary>The event that publishes its completion; null when it neither is completed nor was.</summary>
    /// <param name="before">The particulars before; null for a new one.</param>
    public EducationCompletedV1? ToEvent(Proto.EducationFacts? before)
    {
        var completed = Facts!.CompletedDate.Length > 0 ? Facts.CompletedDate : before?.CompletedDate ?? "";
        return completed.Length == 0 ? null : new()
        {
            EducationId = Id,
            IndividualId = IndividualId,
            Provider = Provider,
            Program = Program,
            Kind = WireCode.Lower(Facts.Kind)!,
            On = DateOnly.ParseExact(completed, "yyyy-MM-dd", null),
            Withdrawn = Facts.Withdrawn || Facts.CompletedDate.Length == 0,
        };
    }

    /// <summary>What was corrected, in a message without anything else.</summary>
    internal Proto.Education Corrections(PersonalDataProtector protector) =>
        EncryptedCorrections is { } stored ? Proto.Education.Parser.ParseJson(protector.Unprotect(stored)) : new();
}

internal sealed class EducationMap : IEntityTypeConfiguration<Education>
{
    public void Configure(EntityTypeBuilder<Education> education)
    {
        education.ToTable("educations").HasKey(e => e.Id);
        education.HasVersion();
        education.Property(e => e.Facts).IsMessage().IsRequired();
        education.HasIndex(e => e.IndividualId);
        education.HasIndex(e => new { e.Provider, e.Id });
    }
}
