using Ips.Billing.Receiving;
using Ips.DbTool;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Npgsql;

// A command for all services, such as "migrate". Without one: dotnet ef runs this far and takes the contexts from the container;
// nothing is started and no database is needed to make a migration.
if (args is [var command, ..] && AllServices.Names.Contains(command))
    return await AllServices.RunAsync(args);

var builder = Host.CreateApplicationBuilder(args);
ServiceContexts.AddAll(builder.Services);
using var host = builder.Build();
if (args is ["reconcile"])
    return await new Reconciliation(host.Services, Console.Out).RunAsync();
if (args is ["reconcile-money"])
{
    if (host.Services.GetRequiredService<IConfiguration>().GetConnectionString("billing-db") is not { } connection)
    {
        Console.WriteLine("The connection string \"billing-db\" is missing; set ConnectionStrings__billing-db.");
        return 2;
    }

    await using var database = NpgsqlDataSource.Create(connection);
    var found = await MoneyCheck.Find(database);
    foreach (var contradiction in found)
        Console.WriteLine(contradiction);
    Console.WriteLine(found.Count == 0 ? "The money adds up." : $"{found.Count} places do not add up.");
    return found.Count == 0 ? 0 : 1;
}

foreach (var context in ServiceContexts.Find())
    Console.WriteLine(context.FullName);
return 0;
