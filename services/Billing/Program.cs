using Ips.Billing.Claims;
using Ips.Billing.Db;
using Ips.Billing.Deadlines;
using Ips.Billing.Decisions;
using Ips.Billing.Incentives;
using Ips.Billing.Incoming;
using Ips.Billing.Jobs;
using Ips.Billing.Receiving;
using Ips.Billing.Sending;
using Ips.Billing.ServiceNotes;
using Ips.Contracts.Eligibility.V1;
using Ips.Contracts.Staffing.V1;
using Ips.Platform.OpenApi;
using Ips.ServiceDefaults;

var builder = WebApplication.CreateBuilder(args);
builder.AddServiceDefaults();
builder.AddRpc();
builder.AddDatabase<BillingDb>("billing-db");
builder.AddProtection<BillingDb>();
builder.AddMessaging<BillingDb>(bus =>
{
    bus.AddGroupConsumer<CoverageConsumer>();
    bus.AddGroupConsumer<PolicyActivationsConsumer>();
    bus.AddConsumer<PersonChanged>();
    bus.AddConsumer<PeopleMerged>();
    bus.AddConsumer<ReferralMoved>();
    bus.AddConsumer<StaffMoved>();
});
builder.AddServiceClient<Individuals.IndividualsClient>("eligibility");
builder.AddServiceClient<Determinations.DeterminationsClient>("eligibility");
builder.AddServiceClient<ServiceOrders.ServiceOrdersClient>("eligibility");
builder.AddServiceClient<Authorizations.AuthorizationsClient>("eligibility");
builder.AddServiceClient<Staff.StaffClient>("staffing");
builder.AddServiceClient<CareerProfiles.CareerProfilesClient>("eligibility");
builder.AddPolicies();
builder.AddDeadlines<BillingDb>(FindBillingDeadlines.ToEvent, FindBillingDeadlines.ToMoved);
builder.AddPersonalData();
builder.AddUseCases();
builder.Services.AddScoped<EligibilityClient>();
builder.Services.AddScoped<LineEvidence>();
builder.Services.AddScoped<MilestoneReader>();
builder.Services.AddScoped<MilestoneReviews>();
builder.Services.AddScoped<EmploymentRecords>();
builder.Services.AddScoped<SendRecords>();
builder.Services.Configure<UnitOptions>(builder.Configuration.GetSection("Units"));
builder.Services.AddScoped<ReconcileUnits>().AddScoped<IServiceCommand>(services => services.GetRequiredService<ReconcileUnits>());
builder.Services.AddHostedService<NightlyReconciliation>();

var app = builder.Build();
if (await app.RanCommand<BillingDb>(args))
    return;

app.MapDefaultEndpoints();
app.MapRpc();
app.MapOpenApiDocument();
app.MapService<ServiceNotesRpc>();
app.MapService<MilestonesRpc>();
app.MapService<ClaimsRpc>();
app.MapService<EmploymentRpc>();
app.MapService<BillingProfilesRpc>();
app.MapService<ClaimBatchesRpc>();
app.MapService<RemittancesRpc>();
app.MapService<IncentivesRpc>();
app.MapService<BillingDeadlinesRpc>();
app.MapService<UnitLedgerRpc>();
app.MapService<DecisionsRpc>();
app.Run();
