using Ips.Contracts.Staffing.V1;
using Ips.Fidelity.Db;
using Ips.Fidelity.Decisions;
using Ips.Fidelity.Reviews;
using Ips.Platform.OpenApi;
using Ips.ServiceDefaults;

var builder = WebApplication.CreateBuilder(args);
builder.AddServiceDefaults();
builder.AddRpc();
builder.AddDatabase<FidelityDb>("fidelity-db");
builder.AddMessaging<FidelityDb>();
builder.AddServiceClient<Teams.TeamsClient>("staffing");
builder.AddPolicies();
builder.AddUseCases();

var app = builder.Build();
if (await app.RanMigrations<FidelityDb>(args) || await app.RanCommand(args))
    return;

app.MapDefaultEndpoints();
app.MapRpc();
app.MapOpenApiDocument();
app.MapService<ReviewsRpc>();
app.MapService<StandingsRpc>();
app.MapService<DecisionsRpc>();
app.Run();
