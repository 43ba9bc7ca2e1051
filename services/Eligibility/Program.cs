using Ips.Eligibility.Authorizations;
using Ips.Eligibility.Db;
using Ips.Eligibility.Deadlines;
using Ips.Eligibility.Determinations;
using Ips.Eligibility.Incoming;
using Ips.Eligibility.Individuals;
using Ips.Eligibility.Referrals;
using Ips.Eligibility.ServiceOrders;
using Ips.ServiceDefaults;
using MassTransit;

var builder = WebApplication.CreateBuilder(args);
builder.AddServiceDefaults();
builder.AddDatabase<EligibilityDb>("eligibility-db");
builder.AddMessaging<EligibilityDb>(bus =>
{
    bus.AddConsumer<ClaimLineStored>();
    bus.AddConsumer<AssessmentAges>();
});
builder.AddDeadlines<EligibilityDb>(DeadlinesWire.Tell);
builder.AddPolicies();
builder.AddParticulars();
builder.AddUseCases();
builder.Services.AddScoped<AuthorizationClocks>().AddScoped<RequestJudge>().AddScoped<ServiceStart>();

var app = builder.Build();
if (await app.RanMigrations<EligibilityDb>(args))
    return;

app.MapServiceDefaults();
app.MapService<IndividualsRpc>();
app.MapService<DeterminationsRpc>();
app.MapService<ServiceOrdersRpc>();
app.MapService<AuthorizationsRpc>();
app.MapService<ReferralsRpc>();
app.MapService<DeadlinesRpc>();
app.Run();
