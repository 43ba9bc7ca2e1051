using Ips.Contracts.Events;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;

namespace Ips.Platform.Events;

/// <summary>
/// A service's database with an event log and an inbox. Saving gives every event that was added its sequence and stores it, in the same transaction.
/// </summary>
public abstract class EventDb(DbContextOptions options) : ServiceDb(options)
{
    private readonly List<DomainEvent> unsaved = [];

    /// <summary>Events of this service, sent and unsent: also the log that feeds are read from (<see cref="OutboxLog"/>).</summary>
    public DbSet<OutboxRow> Outbox => Set<OutboxRow>();

    /// <summary>Messages whose effect is committed (<see cref="InboxRow"/>).</summary>
    public DbSet<InboxRow> Inbox => Set<InboxRow>();

    /// <summary>Whether this context wrote events that the relay was not notified of yet.</summary>
    internal bool WroteEvents { get; set; }

    /// <summary>
    /// Gives the event its id and time and stores it with the next <see cref="SaveChangesAsync(bool, CancellationToken)"/>: the state and the event,
    /// or neither. Saving gives it its sequence.
    /// </summary>
    /// <returns>The event with its id and time.</returns>
    public TEvent Publish<TEvent>(TEvent happened) where TEvent : DomainEvent
    {
        var now = this.GetService<TimeProvider>().GetUtcNow();
        DomainEvent published = happened;
        published = published with { EventId = Guid.CreateVersion7(now), OccurredAt = now };
        unsaved.Add(published);
        return (TEvent)published;
    }

    public override async Task<int> SaveChangesAsync(bool acceptAllChangesOnSuccess, CancellationToken cancellationToken = default)
    {
        if (unsaved.Count == 0)
            return await base.SaveChangesAsync(acceptAllChangesOnSuccess, cancellationToken);

        var mine = Database.CurrentTransaction is null ? await Database.BeginTransactionAsync(cancellationToken) : null;
        await using (mine)
        {
            var rows = await OutboxRows.Write(this, unsaved, cancellationToken);
            Outbox.AddRange(rows);
            try
            {
                var saved = await base.SaveChangesAsync(acceptAllChangesOnSuccess, cancellationToken);
                WroteEvents = true;
                unsaved.Clear();
                if (mine is not null)
                    await mine.CommitAsync(cancellationToken);
                return saved - rows.Count;
            }
            catch when (mine is null)
            {
                // The sequences are taken already: a transaction that went on after a failed save would leave a gap.
                await Database.RollbackTransactionAsync(CancellationToken.None);
                throw;
            }
            finally
            {
                foreach (var row in rows)
                    Entry(row).State = EntityState.Detached;
            }
        }
    }

    /// <inheritdoc/>
    public override void Forget()
    {
        unsaved.Clear();
        base.Forget();
    }

    /// <inheritdoc/>
    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        base.OnModelCreating(modelBuilder);
        modelBuilder.HasSequence<long>("outbox_turns");
        modelBuilder.HasSequence<long>("outbox_positions");
        modelBuilder.Entity<OutboxRow>(row =>
        {
            row.ToTable("outbox_rows").HasKey(r => r.Id);
            row.Property(r => r.Body).HasColumnType("json");
            row.HasIndex(r => new { r.Subject, r.Sequence }).IsUnique();
            row.HasIndex(r => r.Position).IsUnique();
            row.HasIndex(r => new { r.Turn, r.Sequence }, "ix_outbox_rows_unplaced")
                .HasDatabaseName("ix_outbox_rows_unplaced").HasFilter("position is null");
            row.HasIndex(r => r.Position, "ix_outbox_rows_unsent").HasDatabaseName("ix_outbox_rows_unsent").HasFilter("sent_at is null");
        });
        modelBuilder.Entity<EventEpoch>(epoch =>
        {
            epoch.ToTable("event_epochs").HasKey(e => e.Number);
            epoch.Property(e => e.Number).ValueGeneratedNever();
        });
        modelBuilder.Entity<OutboxSubject>(subject => subject.ToTable("outbox_subjects").HasKey(s => s.Subject));
        modelBuilder.Entity<InboxRow>(row =>
        {
            row.ToTable("inbox_rows").HasKey(r => new { r.MessageId, r.Consumer });
            row.HasIndex(r => r.ReceivedAt);
        });
    }
}
