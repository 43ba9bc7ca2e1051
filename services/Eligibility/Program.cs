using Ips.Eligibility.Authorizations;
using Ips.Eligibility.Db;
using Ips.Eligibility.Determinations;
using Ips.Eligibility.Disclosures;
using Ips.Eligibility.Individuals;
using Ips.Eligibility.LegalHolds;
using Ips.Eligibility.Referrals;
using Ips.Eligibility.ServiceOrders;
using Ips.ServiceDefaults;

var builder = WebApplication.CreateBuilder(args);
builder.AddServiceDefaults();
builder.AddDatabase<EligibilityDb>("eligibility-db");
builder.AddProtection<EligibilityDb>();
builder.AddMessaging<EligibilityDb>();
builder.AddPolicies();
builder.AddParticulars();
builder.AddUseCases();
builder.Services.AddScoped<IRotatesHashes, RotateIdentifiers>();
builder.Services.AddScoped<IRetiresRecords, RetireRecords>();

var app = builder.Build();
if (await app.RanCommand<EligibilityDb>(args))
    return;

app.MapServiceDefaults();
app.MapService<IndividualsRpc>();
app.MapService<DeterminationsRpc>();
app.MapService<ServiceOrdersRpc>();
app.MapService<AuthorizationsRpc>();
app.MapService<ReferralsRpc>();
app.MapService<DisclosuresRpc>();
app.MapService<LegalHoldsRpc>();
app.Run();
