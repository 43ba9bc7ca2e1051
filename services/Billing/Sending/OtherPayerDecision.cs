using Google.Protobuf.WellKnownTypes;
using Ips.Billing.Claims;
using Ips.Contracts;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Proto = Ips.Contracts.Billing.V1;

namespace Ips.Billing.Sending;

/// <summary>What another payer decided on a line before this one. Never changed: the latest record counts.</summary>
public sealed class OtherPayerDecision
{
    /// <summary>The id.</summary>
    public required OtherPayerDecisionId Id { get; init; }

    /// <summary>Code of the provider.</summary>
    public required string Provider { get; init; }

    /// <summary>The line.</summary>
    public required ClaimLineId ClaimLineId { get; init; }

    /// <summary>A <see cref="Proto.OtherPayerDecisionContent"/>.</summary>
    public required byte[] EncryptedContent { get; init; }

    /// <summary>When it was recorded, UTC.</summary>
    public required DateTimeOffset RecordedAt { get; init; }

    /// <summary>What it says.</summary>
    public Proto.OtherPayerDecisionContent Content(PersonalDataProtector protector) =>
        Proto.OtherPayerDecisionContent.Parser.ParseFrom(protector.UnprotectBytes(EncryptedContent));

    /// <summary>As the contract shows it.</summary>
    public Proto.OtherPayerDecision ToProto(PersonalDataProtector protector) => new()
    {
        Name = Id.Name,
        ClaimLine = ClaimLineId.Name,
        Content = Content(protector),
        CreateTime = RecordedAt.ToTimestamp(),
    };
}

internal sealed class OtherPayerDecisionMap : IEntityTypeConfiguration<OtherPayerDecision>
{
    public void Configure(EntityTypeBuilder<OtherPayerDecision> decision)
    {
        decision.ToTable("other_payer_decisions").HasKey(d => d.Id);
        decision.HasOne<ClaimLine>().WithMany().HasForeignKey(d => d.ClaimLineId);
        decision.HasIndex(d => d.ClaimLineId);
    }
}
