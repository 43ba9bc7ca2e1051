using Ips.Reporting;
using Ips.Reporting.Dashboards;
using Ips.Reporting.Db;
using Ips.Reporting.Incoming;
using Ips.ServiceDefaults;
using MassTransit;

var builder = WebApplication.CreateBuilder(args);
builder.AddServiceDefaults();
builder.AddDatabase<ReportingDb>("reporting-db");
builder.AddMessaging<ReportingDb>(bus => bus.AddConsumer<EventFactsConsumer>());
builder.AddPolicies();
builder.AddUseCases();
builder.Services.AddSingleton<ProgramDays>();

var app = builder.Build();
if (await app.RanMigrations<ReportingDb>(args))
    return;

app.MapServiceDefaults();
app.MapService<DashboardsRpc>();
app.Run();
