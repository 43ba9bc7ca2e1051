using Ips.DbTool;
using Microsoft.Extensions.Hosting;

// A command for all services, such as "migrate". Without one: dotnet ef runs this far and takes the contexts from the container;
// nothing is started and no database is needed to make a migration.
if (args is [var command, ..] && AllServices.Names.Contains(command))
    return await AllServices.RunAsync(args);

var builder = Host.CreateApplicationBuilder(args);
ServiceContexts.AddAll(builder.Services);
using var host = builder.Build();
if (args is ["reconcile"])
    return await new Reconciliation(host.Services, Console.Out).RunAsync();
foreach (var context in ServiceContexts.Find())
    Console.WriteLine(context.FullName);
return 0;
