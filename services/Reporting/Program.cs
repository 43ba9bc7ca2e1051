using Ips.Platform.OpenApi;
using Ips.Reporting.Dashboards;
using Ips.Reporting.Db;
using Ips.Reporting.Incoming;
using Ips.Reporting;
using Ips.Policies;
using Ips.ServiceDefaults;

var builder = WebApplication.CreateBuilder(args);
builder.AddServiceDefaults();
builder.AddRpc();
builder.AddDatabase<ReportingDb>("reporting-db");
builder.AddMessaging<ReportingDb>(bus => bus.AddGroupConsumer<EventFactsConsumer>());
builder.Services.AddSingleton(PolicyEngine.Shipped);
builder.AddUseCases();
builder.Services.AddSingleton<ProgramDays>();

var app = builder.Build();
if (await app.RanMigrations<ReportingDb>(args))
    return;

app.MapDefaultEndpoints();
app.MapRpc();
app.MapOpenApiDocument();
app.MapService<DashboardsRpc>();
app.Run();
