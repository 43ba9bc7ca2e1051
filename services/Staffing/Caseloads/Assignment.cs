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

    /// <summary>Gives it its last day, included.</summary>
    public void End(DateOnly through, Changes changes)
    {
        Through = through;
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
    };
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
        assignment.HasOne<TreatmentTeam>().WithMany().HasForeignKey(a => a.TreatmentTeamId);
    }
}
