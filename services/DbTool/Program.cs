using Ips.DbTool;
using Microsoft.Extensions.Hosting;

// "migrate" brings all databases up to date. Without it: dotnet ef runs this far and takes the contexts from the container;
// nothing is started and no database is needed to make a migration.
if (args is ["migrate"])
    return await Migrations.RunAsync();

var builder = Host.CreateApplicationBuilder(args);
ServiceContexts.AddAll(builder.Services);
using var host = builder.Build();
foreach (var context in ServiceContexts.Find())
    Console.WriteLine(context.FullName);
return 0;
