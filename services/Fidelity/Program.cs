using Ips.Contracts.Staffing.V1;
using Ips.Fidelity.Db;
using Ips.Fidelity.Decisions;
using Ips.Fidelity.Measures;
using Ips.Fidelity.Reviews;
using Ips.Fidelity.Visits;
using Ips.Platform.OpenApi;
using Ips.ServiceDefaults;

var builder = WebApplication.CreateBuilder(args);
builder.AddServiceDefaults();
builder.AddRpc();
builder.AddDatabase<FidelityDb>("fidelity-db");
builder.AddProtection<FidelityDb>();
builder.AddMessaging<FidelityDb>(bus =>
{
    bus.AddMembers();
    bus.AddGroupConsumer<ContractsConsumer>();
    bus.AddGroupConsumer<PolicyActivationsConsumer>();
    bus.AddGroupConsumer<OperationFactsConsumer>();
});
builder.AddServiceClient<Teams.TeamsClient>("staffing");
builder.AddPolicies();
builder.AddUseCases();
builder.Services.AddScoped<ReviewSteps>();
builder.Services.AddScoped<ReviewRights>();
builder.Services.AddScoped<VisitSteps>();

var app = builder.Build();
if (await app.RanCommand<FidelityDb>(args))
    return;

app.MapDefaultEndpoints();
app.MapRpc();
app.MapOpenApiDocument();
app.MapService<ReviewsRpc>();
app.MapService<VisitsRpc>();
app.MapService<MeasuresRpc>();
app.MapService<StandingsRpc>();
app.MapService<DecisionsRpc>();
app.Run();
