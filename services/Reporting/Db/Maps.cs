using Ips.Reporting.Facts;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Ips.Reporting.Db;

internal sealed class EventFactMap : IEntityTypeConfiguration<EventFact>
{
    public void Configure(EntityTypeBuilder<EventFact> fact)
    {
        fact.ToTable("event_facts").HasKey(f => new { f.EventId, f.Topic });
        fact.HasIndex(f => new { f.Subject, f.Topic, f.Sequence });
        fact.HasIndex(f => new { f.Program, f.Topic, f.Day });
        fact.HasIndex(f => new { f.Thread, f.Topic }, "ix_event_facts_thread")
            .HasDatabaseName("ix_event_facts_thread").HasFilter("thread is not null");
        fact.HasIndex(f => f.DueOn, "ix_event_facts_due").HasDatabaseName("ix_event_facts_due").HasFilter("due_on is not null");
    }
}
