using Ips.Contracts;
using Ips.Contracts.Events;
using Ips.Staffing.StaffMembers;
using Ips.Staffing.Teams;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Proto = Ips.Contracts.Staffing.V1;

namespace Ips.Staffing.Caseloads;

/// <summary>A person assigned to a staff member; both ends included.</summary>
public sealed class Assignment : IVersioned
{
    /// <summary>The id.</summary>
    public required AssignmentId Id { get; init; }

    /// <inheritdoc/>
    public int Version { get; set; } = 1;

    /// <summary>Code of the provider.</summary>
    public required string Provider { get; init; }

    /// <summary>The program.</summary>
    public required string Program { get; init; }

    /// <summary>The person, after a merge the survivor; Eligibility knows who it is.</summary>
    public required IndividualId IndividualId { get; set; }

    /// <summary>The staff member.</summary>
    public required StaffMemberId StaffMemberId { get; init; }

    /// <summary>First day.</summary>
    public required DateOnly From { get; init; }

    /// <summary>Last day, or null.</summary>
    public DateOnly? Through { get; set; }

    /// <summary>The treatment team that the person comes from; null when from none.</summary>
    public TreatmentTeamId? TreatmentTeamId { get; set; }

    /// <summary>Why it ended; unspecified while it has no last day, or when no reason was given.</summary>
    public Proto.AssignmentEnd EndedBy { get; set; }

    /// <summary>Of a step-down the treatment team whose worker goes on; null when not known.</summary>
    public TreatmentTeamId? SteppedDownTo { get; set; }

    /// <summary>The determination whose discharge set the last day; null when a person set it, or when it has none.</summary>
    public DeterminationId? DischargeId { get; set; }

    /// <summary>The last day that it had before the discharge, or null.</summary>
    public DateOnly? ThroughBefore { get; set; }

    /// <summary>Ends it with a discharge: on the last day of service, or on its own first day when it begins later.</summary>
    public void EndWith(DeterminationId discharge, DateOnly last, Changes changes)
    {
        var before = Through;
        End(From > last ? From : last, Proto.AssignmentEnd.Discharge, changes);
        (DischargeId, ThroughBefore) = (discharge, before);
    }

    /// <summary>The discharge that ended it was taken back: it has the last day that it had before.</summary>
    public void Resume(Changes changes)
    {
        (Through, DischargeId, ThroughBefore) = (ThroughBefore, null, null);
        EndedBy = Proto.AssignmentEnd.Unspecified;
        changes.Update(this);
        changes.Publish(new AssignmentResumedV1
        {
            AssignmentId = Id,
            IndividualId = IndividualId,
            StaffMemberId = StaffMemberId,
            Provider = Provider,
            Program = Program,
            From = From,
            Through = Through,
        });
    }

    /// <summary>Gives it its last day, included. No discharge that is taken back changes that day.</summary>
    public void End(DateOnly through, Proto.AssignmentEnd by, Changes changes)
    {
        (Through, DischargeId, ThroughBefore, EndedBy) = (through, null, null, by);
        changes.Update(this);
        changes.Publish(new AssignmentEndedV1
        {
            AssignmentId = Id,
            IndividualId = IndividualId,
            StaffMemberId = StaffMemberId,
            Provider = Provider,
            Program = Program,
            From = From,
            Through = through,
        });
    }

    /// <summary>As the contract shows it.</summary>
    public Proto.Assignment ToProto(string etag) => new()
    {
        Name = Id.Name,
        Individual = IndividualId.Name,
        StaffMember = StaffMemberId.Name,
        From = From.Day(),
        Through = Through.Day(),
        Etag = etag,
        TreatmentTeam = TreatmentTeamId?.Name ?? "",
        EndedBy = EndedBy,
        SteppedDownTo = SteppedDownTo?.Name ?? "",
    };
}

/// <summary>The latest discharge, or its retraction, that is known of a determination: an older event that arrives later changes nothing.</summary>
public sealed class Discharge : IVersioned
{
    /// <summary>The determination.</summary>
    public required DeterminationId Id { get; init; }

    /// <inheritdoc/>
    public int Version { get; set; } = 1;

    /// <summary>Code of the provider.</summary>
    public required string Provider { get; init; }

    /// <summary>The number of the event among those of the determination.</summary>
    public long Sequence { get; set; }
}

internal sealed class DischargeMap : IEntityTypeConfiguration<Discharge>
{
    public void Configure(EntityTypeBuilder<Discharge> discharge)
    {
        discharge.ToTable("discharges").HasKey(d => d.Id);
        discharge.HasVersion();
    }
}

internal sealed class AssignmentMap : IEntityTypeConfiguration<Assignment>
{
    public void Configure(EntityTypeBuilder<Assignment> assignment)
    {
        assignment.ToTable("assignments").HasKey(a => a.Id);
        assignment.HasVersion();
        assignment.HasOne<StaffMember>().WithMany().HasForeignKey(a => a.StaffMemberId);
        assignment.HasIndex(a => new { a.StaffMemberId, a.From });
        assignment.HasIndex(a => a.IndividualId);
        assignment.Property(a => a.EndedBy).HasDefaultValueSql("'Unspecified'").ValueGeneratedNever();
        assignment.HasOne<TreatmentTeam>().WithMany().HasForeignKey(a => a.TreatmentTeamId);
        assignment.HasOne<TreatmentTeam>().WithMany().HasForeignKey(a => a.SteppedDownTo);
    }
}
