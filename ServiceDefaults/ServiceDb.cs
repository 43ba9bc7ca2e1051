using System.Globalization;
using Ips.Contracts;
using Microsoft.EntityFrameworkCore;

namespace Ips.ServiceDefaults;

/// <summary>
/// The base of every service's database: its conventions (snake_case names, enums as strings, money as numeric(12,2)) and the tables of
/// the outbox, the inbox and the answers kept for repeated requests. Saving gives every event that was added its sequence, in the same transaction.
/// </summary>
public abstract class ServiceDb(DbContextOptions options) : DbContext(options), IOutbox
{
    private readonly List<IDomainEvent> untold = [];

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

    void IOutbox.Add(IDomainEvent happened) => Add(happened);

    /// <summary>Adds an event to the next <see cref="SaveChangesAsync(bool, CancellationToken)"/>: both the state and the event are stored, or neither.</summary>
    public void Add(IDomainEvent happened)
    {
        if (happened.EventId == Guid.Empty || string.IsNullOrEmpty(happened.Subject))
            throw new ArgumentException($"{happened.GetType().Name} needs an EventId and a Subject.", nameof(happened));
        untold.Add(happened);
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
        if (untold.Count == 0)
            return await base.SaveChangesAsync(acceptAllChangesOnSuccess, cancellationToken);

        var mine = Database.CurrentTransaction is null ? await Database.BeginTransactionAsync(cancellationToken) : null;
        await using (mine)
        {
            var rows = await OutboxRows.Write(this, untold, cancellationToken);
            Outbox.AddRange(rows);
            try
            {
                var saved = await base.SaveChangesAsync(acceptAllChangesOnSuccess, cancellationToken);
                ToldSomething = true;
                untold.Clear();
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
        untold.Clear();
        ChangeTracker.Clear();
    }
}
