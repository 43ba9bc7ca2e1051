using Ips.Contracts;
using Ips.Staffing.Db;
using Ips.Staffing.StaffMembers;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Proto = Ips.Contracts.Staffing.V1;
using StaffRole = Ips.Contracts.Common.V1.StaffRole;

namespace Ips.Staffing.Training;

/// <summary>A completed course, a certificate, a session of yearly training, or a waiver. It is never changed, only withdrawn.</summary>
public sealed class TrainingCompletion : IOfProvider, IWithdrawable<TrainingCompletion>
{
    /// <summary>The id.</summary>
    public required Guid Id { get; init; }

    /// <inheritdoc/>
    public required string Provider { get; init; }

    /// <summary>Who.</summary>
    public required StaffMemberId StaffMemberId { get; init; }

    /// <summary>What was completed, or is waived.</summary>
    public required Proto.TrainingCourse Course { get; init; }

    /// <summary>Day of completion; of a waiver the day on the certificate.</summary>
    public required DateOnly CompletedOn { get; init; }

    /// <summary>Last valid day, included; null where there is no end.</summary>
    public DateOnly? ExpiresOn { get; init; }

    /// <summary>Length in minutes; null where not known.</summary>
    public int? Minutes { get; init; }

    /// <summary>SHA-256 of the certificate on file; empty while there is none.</summary>
    public string DocumentSha256 { get; init; } = "";

    /// <summary>Whether the hiring agency waives the course on the certificate.</summary>
    public bool Waiver { get; init; }

    /// <summary>Of a waiver: a certificate of MINT training.</summary>
    public bool Mint { get; init; }

    /// <summary>When it was withdrawn, UTC; null while it counts.</summary>
    public DateTimeOffset? WithdrawnAt { get; set; }

    /// <summary>When it was recorded, UTC.</summary>
    public required DateTimeOffset RecordedAt { get; init; }

    /// <summary>Whether it counts: it was not withdrawn.</summary>
    public bool Counts => WithdrawnAt is null;

    /// <inheritdoc/>
    public TrainingCompletion Copy() => (TrainingCompletion)MemberwiseClone();

    /// <summary>As the contract shows it.</summary>
    public Proto.Completion ToProto() => new()
    {
        Id = Id.ToString(),
        StaffMember = StaffMemberId.Name,
        Course = Course,
        CompletedOn = CompletedOn.Day(),
        ExpiresOn = ExpiresOn.Day(),
        Minutes = Minutes ?? 0,
        DocumentSha256 = DocumentSha256,
        Waiver = Waiver,
        Mint = Mint,
    };
}

/// <summary>The day by which a local plan requires a course.</summary>
public sealed class TrainingTargetDay : IVersioned, IOfProvider
{
    /// <summary>The id.</summary>
    public required Guid Id { get; init; }

    /// <inheritdoc/>
    public int Version { get; set; } = 1;

    /// <inheritdoc/>
    public required string Provider { get; init; }

    /// <summary>Who.</summary>
    public required StaffMemberId StaffMemberId { get; init; }

    /// <summary>The course.</summary>
    public required Proto.TrainingCourse Course { get; init; }

    /// <summary>Last day, included.</summary>
    public required DateOnly TargetDate { get; set; }

    /// <summary>The same with another day.</summary>
    public TrainingTargetDay With(DateOnly day)
    {
        var copy = (TrainingTargetDay)MemberwiseClone();
        copy.TargetDate = day;
        return copy;
    }
}

/// <summary>What a rule requires of a person in a role, as it was when it was made.</summary>
public sealed class TrainingRequirement : IVersioned, IOfProvider
{
    /// <summary>The id.</summary>
    public required TrainingRequirementId Id { get; init; }

    /// <inheritdoc/>
    public int Version { get; set; } = 1;

    /// <inheritdoc/>
    public required string Provider { get; init; }

    /// <summary>Who.</summary>
    public required StaffMemberId StaffMemberId { get; init; }

    /// <summary>The program.</summary>
    public required string Program { get; init; }

    /// <summary>The role.</summary>
    public required StaffRole Role { get; init; }

    /// <summary>The rule that made it.</summary>
    public required string RuleId { get; init; }

    /// <summary>The year from hire, 1 first; 0 where it is not a yearly one.</summary>
    public required int TrainingYear { get; init; }

    /// <summary>Last day in time; null where it has none. It never becomes earlier while hire and start in the role stay the same.</summary>
    public DateOnly? DueOn { get; set; }

    /// <summary>The day from which its clock runs: hire or start in the role.</summary>
    public required DateOnly ClockFrom { get; set; }

    /// <summary>Version of the pack that made it.</summary>
    public required string PackVersion { get; init; }

    /// <summary>When it was recorded, UTC.</summary>
    public required DateTimeOffset RecordedAt { get; init; }
}

internal sealed class TrainingCompletionMap : IEntityTypeConfiguration<TrainingCompletion>
{
    public void Configure(EntityTypeBuilder<TrainingCompletion> completion)
    {
        completion.ToTable("training_completions").HasKey(c => c.Id);
        completion.Property(c => c.Id).ValueGeneratedNever();
        completion.HasIndex(c => new { c.StaffMemberId, c.CompletedOn });
        completion.HasOne<StaffMember>().WithMany().HasForeignKey(c => c.StaffMemberId);
    }
}

internal sealed class TrainingTargetMap : IEntityTypeConfiguration<TrainingTargetDay>
{
    public void Configure(EntityTypeBuilder<TrainingTargetDay> target)
    {
        target.ToTable("training_targets").HasKey(t => t.Id);
        target.Property(t => t.Id).ValueGeneratedNever();
        target.HasVersion();
        target.HasIndex(t => new { t.StaffMemberId, t.Course }).IsUnique();
        target.HasOne<StaffMember>().WithMany().HasForeignKey(t => t.StaffMemberId);
    }
}

internal sealed class TrainingRequirementMap : IEntityTypeConfiguration<TrainingRequirement>
{
    public void Configure(EntityTypeBuilder<TrainingRequirement> requirement)
    {
        requirement.ToTable("training_requirements").HasKey(r => r.Id);
        requirement.HasVersion();
        requirement.HasIndex(r => new { r.StaffMemberId, r.Program, r.Role, r.RuleId, r.TrainingYear }).IsUnique();
        requirement.HasOne<StaffMember>().WithMany().HasForeignKey(r => r.StaffMemberId);
    }
}
