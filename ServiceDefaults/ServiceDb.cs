using System.Globalization;
using Ips.Contracts.Events;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;

namespace Ips.ServiceDefaults;

/// <summary>
/// The base of every service's database: its conventions (snake_case names, typed ids as uuid, enums as strings, money as numeric(12,2)) and the tables of
/// the outbox, the inbox and the answers kept for repeated requests. Saving numbers the published events, in the same transaction.
/// </summary>
public abstract class ServiceDb(DbContextOptions options) : DbContext(options)
{
    private readonly List<DomainEvent> unsaved = [];

    /// <summary>Events of this service, sent and unsent: also the log that feeds are read from (<see cref="OutboxLog"/>).</summary>
    public DbSet<OutboxRow> Outbox => Set<OutboxRow>();

    /// <summary>Messages whose effect is committed (<see cref="InboxFilter{T}"/>).</summary>
    public DbSet<InboxRow> Inbox => Set<InboxRow>();

    /// <summary>First answers, for requests that are sent again (<see cref="Idempotency"/>).</summary>
    public DbSet<AnsweredRequest> AnsweredRequests => Set<AnsweredRequest>();

    /// <summary>Decisions as they were taken: facts and receipts (<see cref="PolicyService"/>).</summary>
    public DbSet<StoredDecision> Decisions => Set<StoredDecision>();

    /// <summary>Who may see which rows, for a service that keeps people's records; null: row-level security and the audit log are not used.</summary>
    public virtual TenantPolicies? Rows => null;

    /// <summary>Whether this context wrote events that the relay has not been told about yet.</summary>
    internal bool ToldSomething { get; set; }

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

    /// <summary>The version of a stored entity with <see cref="ServiceDbMaps.HasRowVersion{T}"/>, as callers see it.</summary>
    public string Etag(object entity) => string.Create(CultureInfo.InvariantCulture, $"{Entry(entity).Property(ServiceDbMaps.RowVersion).CurrentValue}");

    /// <summary>
    /// Whether the loaded entity still has the version the caller saw; if not, answer <see cref="Problem.Stale"/>. An empty etag expects nothing.
    /// A change between loading and saving makes the save throw <see cref="DbUpdateConcurrencyException"/>, which is ABORTED at the edge too.
    /// </summary>
    public bool Expects(object entity, string etag) => etag.Length == 0 || etag == Etag(entity);

    public override async Task<int> SaveChangesAsync(bool acceptAllChangesOnSuccess, CancellationToken cancellationToken = default)
    {
        // A failed save ends the use case's transaction: nobody goes back to a savepoint, and two round trips per save are spared.
        Database.AutoSavepointsEnabled = false;
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
                ToldSomething = true;
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

    /// <summary>Not offered: it would block a thread for the database. Use <see cref="DbContext.SaveChangesAsync(CancellationToken)"/>.</summary>
    public sealed override int SaveChanges(bool acceptAllChangesOnSuccess) =>
        throw new NotSupportedException("Use SaveChangesAsync; saving without await would block a thread and skip the outbox.");

    protected override void ConfigureConventions(ModelConfigurationBuilder configurationBuilder)
    {
        configurationBuilder.Properties<decimal>().HavePrecision(12, 2);
        configurationBuilder.Properties<Enum>().HaveConversion<string>();
        configurationBuilder.HaveResourceIds();
        configurationBuilder.Conventions.Add(_ => new SnakeCaseConvention());
    }

    /// <summary>Maps the service's own tables from its assembly (<c>IEntityTypeConfiguration</c> classes), then the tables every service has.</summary>
    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        modelBuilder.ApplyConfigurationsFromAssembly(GetType().Assembly);
        ServiceDbMaps.Apply(modelBuilder);
        if (Rows is not null)
            ServiceDbMaps.ApplyAudit(modelBuilder);
    }

    /// <summary>Forgets everything loaded or added since the last save, for a request that ended in a problem.</summary>
    internal void Forget()
    {
        unsaved.Clear();
        ChangeTracker.Clear();
    }
}
