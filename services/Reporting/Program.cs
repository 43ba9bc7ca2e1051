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
builder.AddProtection<ReportingDb>();
builder.AddMessaging<ReportingDb>(bus =>
{
    bus.AddGroupConsumer<EventFactsConsumer>();
    bus.AddGroupConsumer<ContractsConsumer>();
    bus.AddGroupConsumer<CoverageConsumer>();
});
builder.Services.AddSingleton(PolicyEngine.Shipped);
builder.AddUseCases();
builder.Services.AddSingleton<ProgramDays>();
builder.Services.AddScoped<ShownFigures>();

var app = builder.Build();
if (await app.RanCommand<ReportingDb>(args))
    return;

app.MapDefaultEndpoints();
app.MapRpc();
app.MapOpenApiDocument();
app.MapService<DashboardsRpc>();
app.Run();
