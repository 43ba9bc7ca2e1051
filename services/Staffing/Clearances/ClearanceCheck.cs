using Google.Protobuf.WellKnownTypes;
using Ips.Contracts;
using Ips.Staffing.Db;
using Ips.Staffing.StaffMembers;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Proto = Ips.Contracts.Staffing.V1;

namespace Ips.Staffing.Clearances;

/// <summary>A check of a staff member with its result. It is never changed, only withdrawn.</summary>
public sealed class ClearanceCheck : IVersioned, IOfProvider, IWithdrawable<ClearanceCheck>
{
    /// <summary>The id.</summary>
    public required ClearanceId Id { get; init; }

    /// <inheritdoc/>
    public int Version { get; set; } = 1;

    /// <inheritdoc/>
    public required string Provider { get; init; }

    /// <summary>Whom it is about.</summary>
    public required StaffMemberId StaffMemberId { get; init; }

    /// <summary>What was checked.</summary>
    public required Proto.ClearanceKind Kind { get; init; }

    /// <summary>The day of the check.</summary>
    public required DateOnly DoneOn { get; init; }

    /// <summary>The result.</summary>
    public required Proto.ClearanceResult Result { get; init; }

    /// <summary>Of a background check: the sex offender registry was part of it.</summary>
    public bool SexOffenderRegistry { get; init; }

    /// <summary>Of a drug screen: written policies of the agency required it.</summary>
    public bool UnderWrittenPolicy { get; init; }

    /// <summary>SHA-256 of the document on file; empty while there is none.</summary>
    public string DocumentSha256 { get; init; } = "";

    /// <summary>The import that made it; null when a person did.</summary>
    public ListImportId? ListImportId { get; init; }

    /// <summary>When it was withdrawn, UTC; null while it counts.</summary>
    public DateTimeOffset? WithdrawnAt { get; set; }

    /// <summary>Why it was withdrawn.</summary>
    public Proto.CorrectionReason WithdrawnFor { get; set; }

    /// <summary>When it was recorded, UTC.</summary>
    public required DateTimeOffset RecordedAt { get; init; }

    /// <summary>Whether it counts: it was not withdrawn.</summary>
    public bool Counts => WithdrawnAt is null;

    /// <inheritdoc/>
    public ClearanceCheck Copy() => (ClearanceCheck)MemberwiseClone();

    /// <summary>As the contract shows it.</summary>
    public Proto.Clearance ToProto() => new()
    {
        Name = Id.Name,
        StaffMember = StaffMemberId.Name,
        Kind = Kind,
        DoneOn = DoneOn.Day(),
        Result = Result,
        SexOffenderRegistry = SexOffenderRegistry,
        UnderWrittenPolicy = UnderWrittenPolicy,
        DocumentSha256 = DocumentSha256,
        ListImport = ListImportId?.Name ?? "",
        WithdrawnFor = WithdrawnFor,
        CreateTime = RecordedAt.ToTimestamp(),
    };
}

internal sealed class ClearanceCheckMap : IEntityTypeConfiguration<ClearanceCheck>
{
    public void Configure(EntityTypeBuilder<ClearanceCheck> check)
    {
        check.ToTable("clearance_checks").HasKey(c => c.Id);
        check.HasVersion();
        check.HasIndex(c => new { c.StaffMemberId, c.DoneOn });
        check.HasIndex(c => c.ListImportId);
        check.HasOne<StaffMember>().WithMany().HasForeignKey(c => c.StaffMemberId);
    }
}
