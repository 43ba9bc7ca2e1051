using Ips.Billing.Claims;
using Ips.Billing.Milestones;
using Ips.Billing.ServiceNotes;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Ips.Billing.Db;

internal sealed class ServiceNoteMap : IEntityTypeConfiguration<ServiceNote>
{
    public void Configure(EntityTypeBuilder<ServiceNote> note)
    {
        note.ToTable("service_notes").HasKey(n => n.Id);
        note.HasOne(n => n.Decision).WithMany().HasForeignKey(n => n.DecisionId);
        note.HasIndex(n => new { n.IndividualId, n.ServiceDate });
        note.HasIndex(n => new { n.Provider, n.Id });
    }
}

internal sealed class MilestoneMap : IEntityTypeConfiguration<Milestone>
{
    public void Configure(EntityTypeBuilder<Milestone> milestone)
    {
        milestone.ToTable("milestones").HasKey(m => m.Id);
        milestone.HasRowVersion();
        milestone.HasOne(m => m.Decision).WithMany().HasForeignKey(m => m.DecisionId);
        milestone.HasIndex(m => new { m.IndividualId, m.Program, m.Number });
        milestone.HasIndex(m => new { m.Provider, m.Id });
        milestone.OwnsMany(m => m.Notes, note =>
        {
            note.ToTable("milestone_notes");
            note.WithOwner().HasForeignKey("MilestoneId");
            note.HasKey("MilestoneId", nameof(BilledNote.NoteId));
            note.HasIndex(n => n.NoteId);
        });
    }
}

internal sealed class ClaimLineMap : IEntityTypeConfiguration<ClaimLine>
{
    public void Configure(EntityTypeBuilder<ClaimLine> line)
    {
        line.ToTable("claim_lines").HasKey(l => l.Id);
        line.HasRowVersion();
        line.HasOne(l => l.Decision).WithMany().HasForeignKey(l => l.DecisionId);
        line.HasOne<Milestone>().WithMany().HasForeignKey(l => l.MilestoneId);
        line.HasIndex(l => new { l.IndividualId, l.Program, l.MilestoneNumber });
        line.HasIndex(l => new { l.Provider, l.DecisionId });

        // A milestone that is paid once in an episode has one ready line: the index enforces it.
        line.HasIndex(l => new { l.IndividualId, l.Program, l.MilestoneNumber }, "ux_claim_lines_once")
            .HasDatabaseName("ux_claim_lines_once").IsUnique()
            .HasFilter("state = 'Ready' and milestone_number in (2, 3, 4, 5, 9)");
    }
}
