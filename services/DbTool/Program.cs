using Ips.DbTool;
using Microsoft.Extensions.Hosting;

// dotnet ef runs this far and takes the contexts from the container; nothing is started and no database is needed to make a migration.
var builder = Host.CreateApplicationBuilder(args);
ServiceContexts.AddAll(builder.Services);
using var host = builder.Build();
foreach (var context in ServiceContexts.Find())
    Console.WriteLine(context.FullName);
