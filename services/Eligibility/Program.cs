using Ips.Eligibility.Authorizations;
using Ips.Eligibility.CareerProfiles;
using Ips.Eligibility.Db;
using Ips.Eligibility.Decisions;
using Ips.Eligibility.Determinations;
using Ips.Eligibility.Individuals;
using Ips.Eligibility.Referrals;
using Ips.Eligibility.ServiceOrders;
using Ips.ServiceDefaults;

var builder = WebApplication.CreateBuilder(args);
builder.AddServiceDefaults();
builder.AddDatabase<EligibilityDb>("eligibility-db");
builder.AddMessaging<EligibilityDb>();
builder.AddPolicies();
builder.AddParticulars();
builder.AddUseCases();
builder.Services.AddScoped<DeterminationSteps>();

var app = builder.Build();
if (await app.RanMigrations<EligibilityDb>(args))
    return;

app.MapServiceDefaults();
app.MapService<IndividualsRpc>();
app.MapService<CareerProfilesRpc>();
app.MapService<DeterminationsRpc>();
app.MapService<DecisionsRpc>();
app.MapService<ServiceOrdersRpc>();
app.MapService<AuthorizationsRpc>();
app.MapService<ReferralsRpc>();
app.Run();
