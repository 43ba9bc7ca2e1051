using System.Data;
using Microsoft.EntityFrameworkCore;

namespace Ips.Platform.Data;

/// <summary>
/// The base of every service's database: its conventions (snake_case names, typed ids as uuid, enums as strings, money as numeric(12,2)) and the table of
/// the answers stored for repeated requests.
/// </summary>
public abstract class ServiceDb(DbContextOptions options) : DbContext(options)
{
    /// <summary>Original responses, for retries (<see cref="Idempotency"/>).</summary>
    public DbSet<AnsweredRequest> AnsweredRequests => Set<AnsweredRequest>();

    /// <summary>
    /// SQL that a migration runs after EF's migrations, for what the model cannot express, such as row-level security. It has to be safe to run again; null:
    /// there is none.
    /// </summary>
    public virtual string? AfterMigrations => null;

    /// <summary>Waits for other transactions that hold the lock of this name, and holds it until the transaction ends.</summary>
    /// <param name="name">The name of what only one transaction may change at a time, such as a person's.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <param name="purpose">Transactions with different purposes do not wait for each other.</param>
    public Task Lock(string name, CancellationToken cancellationToken, long purpose = 0) =>
        Database.ExecuteSqlAsync($"select pg_advisory_xact_lock(hashtextextended({name}, {purpose}))", cancellationToken);

    /// <inheritdoc/>
    /// <exception cref="DBConcurrencyException">A row was changed or removed between loading and saving.</exception>
    public override async Task<int> SaveChangesAsync(bool acceptAllChangesOnSuccess, CancellationToken cancellationToken = default)
    {
        // A failed save ends the use case's transaction: no code returns to a savepoint, and this saves two round trips per save.
        Database.AutoSavepointsEnabled = false;
        ChangeTracker.DetectChanges();
        foreach (var changed in ChangeTracker.Entries<IVersioned>().Where(row => row.State == EntityState.Modified))
            changed.Entity.Version = changed.OriginalValues.GetValue<int>(nameof(IVersioned.Version)) + 1;
        try
        {
            return await base.SaveChangesAsync(acceptAllChangesOnSuccess, cancellationToken);
        }
        catch (DbUpdateConcurrencyException changed)
        {
            // .NET's own exception, so that what answers the request need not know EF.
            throw new DBConcurrencyException(changed.Message, changed);
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
    }

    /// <summary>Maps the service's own tables from its assembly (<c>IEntityTypeConfiguration</c> classes), then the tables every service has.</summary>
    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        modelBuilder.ApplyConfigurationsFromAssembly(GetType().Assembly);
        modelBuilder.Entity<AnsweredRequest>(request =>
        {
            request.ToTable("answered_requests").HasKey(r => new { r.RequestId, r.Caller });
            request.HasIndex(r => r.AnsweredAt);
        });
        modelBuilder.Entity<LastSweep>(sweep =>
        {
            sweep.ToTable("last_sweep").HasKey(s => s.Id);
            sweep.Property(s => s.Id).ValueGeneratedNever();
        });
        modelBuilder.Entity<SweptRow>(swept =>
        {
            swept.ToTable("swept_rows").HasKey(r => r.Id);
            swept.Property(r => r.Row).HasColumnType("json");
            swept.HasIndex(r => r.SweptAt);
        });
    }

    /// <summary>Forgets everything loaded or added since the last save, for a request that ended in a problem.</summary>
    public virtual void Forget() => ChangeTracker.Clear();
}
