using Ips.Billing.Db;
using Ips.Eligibility.Db;
using Ips.Fidelity.Db;
using Ips.Staffing.Db;
using Ips.ServiceDefaults;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Design;
using Npgsql;

namespace Ips.DbTool;

/// <summary>Builds a service's context without its host: design time needs the model, never a server.</summary>
internal abstract class Factory<TDb>(Func<DbContextOptions<TDb>, TDb> create) : IDesignTimeDbContextFactory<TDb> where TDb : ServiceDb
{
    public TDb CreateDbContext(string[] args)
    {
        DbContextOptionsBuilder<TDb> options = new();
        Database.Configure(options, NpgsqlDataSource.Create("Host=127.0.0.1;Database=design"));
        return create(options.Options);
    }
}

internal sealed class EligibilityFactory() : Factory<EligibilityDb>(o => new(o, Caller.None));

internal sealed class StaffingFactory() : Factory<StaffingDb>(o => new(o, Caller.None));

internal sealed class FidelityFactory() : Factory<FidelityDb>(o => new(o, Caller.None));

internal sealed class BillingFactory() : Factory<BillingDb>(o => new(o, Caller.None));
