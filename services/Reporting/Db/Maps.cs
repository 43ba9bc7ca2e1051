using Ips.Reporting.Facts;
using Ips.Reporting.Feeds;
using Ips.Reporting.PartnerQueues;
using Ips.Reporting.Reports;
using Ips.Reporting.Webhooks;
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
        fact.HasIndex(f => f.Subject, "ix_event_facts_merges").HasDatabaseName("ix_event_facts_merges").HasFilter("topic in ('merged', 'separated')");
        fact.HasIndex(f => f.DueOn, "ix_event_facts_due").HasDatabaseName("ix_event_facts_due").HasFilter("due_on is not null");
    }
}

internal sealed class SharedEventMap : IEntityTypeConfiguration<SharedEvent>
{
    public void Configure(EntityTypeBuilder<SharedEvent> shared)
    {
        shared.ToTable("shared_events").HasKey(e => e.Id);
        shared.Property(e => e.Body).HasColumnType("json");
        shared.HasIndex(e => e.Position).IsUnique();
        shared.HasIndex(e => new { e.Subject, e.Type, e.Sequence });
        shared.HasIndex(e => e.OccurredAt);
    }
}

internal sealed class WebhookMap : IEntityTypeConfiguration<Webhook>
{
    public void Configure(EntityTypeBuilder<Webhook> webhook)
    {
        webhook.ToTable("webhooks").HasKey(w => w.Id);
        webhook.HasVersion();
        webhook.Ignore(w => w.Subscriber).Ignore(w => w.WireNames);
        webhook.HasIndex(w => new { w.Organization, w.Role });
    }
}

internal sealed class WebhookDeliveryMap : IEntityTypeConfiguration<WebhookDelivery>
{
    public void Configure(EntityTypeBuilder<WebhookDelivery> delivery)
    {
        delivery.ToTable("webhook_deliveries").HasKey(d => new { d.WebhookId, d.EventId });
        delivery.HasIndex(d => d.LastAttemptAt);
    }
}

internal sealed class PartnerQueueMap : IEntityTypeConfiguration<PartnerQueue>
{
    public void Configure(EntityTypeBuilder<PartnerQueue> queue)
    {
        queue.ToTable("partner_queues").HasKey(q => new { q.Role, q.Organization });
        queue.Ignore(q => q.Subscriber).Ignore(q => q.Queue);
    }
}

internal sealed class ProviderReportMap : IEntityTypeConfiguration<ProviderReport>
{
    public void Configure(EntityTypeBuilder<ProviderReport> report)
    {
        report.ToTable("reports").HasKey(r => r.Id);
        report.HasVersion();
        report.Ignore(r => r.IsSent).Ignore(r => r.Numbers).Ignore(r => r.Covers);
        report.HasIndex(r => new { r.Provider, r.Program, r.Kind, r.Period }).IsUnique();
    }
}
