using Ips.Reporting.Facts;
using Microsoft.EntityFrameworkCore;

namespace Ips.Reporting.Db;

/// <summary>
/// Reporting's one database. A provider sees its own numbers; a payer those it is named in and, where no payer is named, those of providers in its network
/// or in no known one; the state and operations see all. Limited here and nowhere else.
/// </summary>
public sealed class ReportingDb(DbContextOptions<ReportingDb> options, Caller caller) : EventDb(options)
{
    /// <summary>Facts from events.</summary>
    public DbSet<EventFact> Facts => Set<EventFact>();

    /// <summary>Which provider works in which payer's network.</summary>
    public DbSet<NetworkMember> Network => Set<NetworkMember>();

    /// <summary>The current facts: on each topic of a subject, the fact of its latest event.</summary>
    public IQueryable<EventFact> Current => Facts.AsNoTracking()
        .Where(f => !Facts.Any(later => later.Subject == f.Subject && later.Topic == f.Topic && later.Sequence > f.Sequence));

    internal bool Everybody => caller.Role is Roles.State or Roles.Ops or "";

    internal string Provider => caller.OrganizationAs(Roles.Provider);

    internal string Payer => caller.OrganizationAs(Roles.Mco);

    internal bool IsPayer => caller.Role == Roles.Mco;

    /// <inheritdoc/>
    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        base.OnModelCreating(modelBuilder);
        modelBuilder.Entity<EventFact>().HasQueryFilter(f => Everybody || f.Provider == Provider || (IsPayer
            && (f.Payer == Payer || (f.Payer == null
            && (Network.Any(n => n.Provider == f.Provider && n.Payer == Payer) || !Network.Any(n => n.Provider == f.Provider))))));
    }
}
