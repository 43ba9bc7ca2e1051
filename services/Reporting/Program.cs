using Ips.Platform.OpenApi;
using Ips.Reporting.Dashboards;
using Ips.Reporting.Db;
using Ips.Reporting.Feeds;
using Ips.Reporting.Incoming;
using Ips.Reporting;
using Ips.Policies;
using Ips.Platform.Decisions;
using Ips.Reporting.Operations;
using Ips.Reporting.PartnerQueues;
using Ips.Reporting.PersonReports;
using Ips.Reporting.Rebuilding;
using Ips.Reporting.Reports;
using Ips.Reporting.Webhooks;
using Ips.ServiceDefaults;

var builder = WebApplication.CreateBuilder(args);
builder.AddServiceDefaults();
builder.AddRpc();
builder.AddDatabase<ReportingDb>("reporting-db");
builder.AddProtection<ReportingDb>();
builder.AddPersonalData();
builder.AddMessaging<ReportingDb>(bus =>
{
    bus.AddMembers();
    bus.AddGroupConsumer<EventFactsConsumer>();
    bus.AddGroupConsumer<ContractsConsumer>();
    bus.AddGroupConsumer<CoverageConsumer>();
    bus.AddGroupConsumer<PolicyActivationsConsumer>();
});
builder.AddPoliciesInForce();
builder.AddUseCases();
builder.Services.AddSingleton<ProgramDays>();
builder.Services.AddSingleton<ReportAnswers>().AddSingleton<PersonSchedule>().AddScoped<CountReport>();
builder.Services.AddScoped<ShownFigures>();
builder.Services.AddSingleton<SharedEventLog>().AddSingleton<SubscriberEvents>();
builder.Services.Configure<WebhookOptions>(builder.Configuration.GetSection("Webhooks"));
builder.Services.AddSingleton<HostNames>().AddSingleton<WebhookClient>().AddSingleton<WebhookSecrets>().AddSingleton<WebhookSender>();
builder.Services.AddHostedService(sp => sp.GetRequiredService<WebhookSender>());
builder.Services.Configure<RebuildOptions>(builder.Configuration.GetSection("Rebuild"));
builder.Services.AddSingleton<FactRebuilder>().AddSingleton<LastVerification>().AddTransient<IServiceCommand, RebuildFacts>();
builder.Services.AddHostedService<NightlyVerification>();
builder.Services.AddSingleton<PartnerQueueSender>().AddTransient<IServiceCommand, AddPartner>();
builder.Services.AddHostedService(sp => sp.GetRequiredService<PartnerQueueSender>());

var app = builder.Build();
if (await app.RanCommand<ReportingDb>(args))
    return;

app.MapDefaultEndpoints();
app.MapRpc();
app.MapOpenApiDocument();
app.MapService<DashboardsRpc>();
app.MapService<EventFeedRpc>();
app.MapService<WebhooksRpc>();
app.MapService<ReportsRpc>();
app.MapService<OperationsRpc>();
app.MapService<PersonReportsRpc>();
app.Run();
